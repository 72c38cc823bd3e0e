# -*- coding: utf-8 -*-
"""Formats a report as a workbook, and prints its totals and its name.

    report.py DATABASE REPORT WORKBOOK.xlsx [FROM [TO]]

Runs under Python 2.7 and 3. `epos report --list`, or `epos.report()`, names the reports: daily, store, best-sellers …
"""
import io
import sys

import epos


def main(database, name, workbook, from_=None, to=None):
    with io.open(workbook, "wb") as file:
        file.write(epos.report(name, from_, to, format="xlsx", db=database))
    report = epos.report(name, from_, to, db=database)
    for row in report.totals:
        epos.tell(", ".join("%s %s" % (key, value) for key, value in sorted(row.items()) if value not in (None, "")))
    epos.tell("%d rows, %s" % (len(report.rows), report.completeness.sentence))
    epos.tell(workbook)


if __name__ == "__main__":
    main(*sys.argv[1:])
