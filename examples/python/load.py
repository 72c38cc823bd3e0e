"""Loads files into a database: MySQL or MariaDB in a shop, a file for a try.

    load.py mysql://user:password@host/epos FILE...

Runs under Python 2.7 and 3. A file that was loaded before changes nothing, so running it twice does no harm.
"""
import sys

import epos


def main(url, files):
    with epos.open(url) as books:
        loaded = books.load(files)
        for one in loaded:
            epos.tell("%-12s %5d rows, %d kept raw  %s" % (one.outcome, one.rows, one.rejected, one.document))
        for day in books.reconcile():
            epos.tell("%s %s: %s, takings %s" % (day.store, day.trading_day, day.state, day.bridge.takings))
    return 1 if any(one.outcome == "held" for one in loaded) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
