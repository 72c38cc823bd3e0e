"""Validates files before anything is done with them: prints what is wrong, and exits with 1 when something cannot be loaded.

    validate.py FILE...

Runs under Python 2.7 and 3. Layouts and stores come from the epos.toml of the current folder, when there is one.
"""
import sys

import epos


def main(files):
    found = epos.check(files)
    for one in found:
        epos.tell(one)
    errors = [one for one in found if one.severity == "error"]
    epos.tell("%d checked, %d findings, %d errors" % (len(files), len(found), len(errors)))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
