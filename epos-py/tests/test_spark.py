"""Runs examples/python/spark_validate.py on local[2] over many stores' files; its totals equal `epos report` to the penny."""
import decimal
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import epos

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "..", "..", "examples", "python", "spark_validate.py")
STORES, DAYS = 20, 10


def sales(store, day):
    rows = ["store,till,date,time,number,item_code,description,quantity,unit_price,line_total"]
    for number in range(1, 8):
        price, quantity = 100 + 37 * number + 11 * store + day, number % 3 + 1
        rows.append("S%02d,1,2026-11-%02d,10:%02d,%d,A%d,Thing,%d,%d.%02d,%d.%02d" % (
            store, day, number, number, number, quantity, price // 100, price % 100, price * quantity // 100, price * quantity % 100))
    rows.append("S%02d,1,2026-11-%02d,11:00,8,A1,Thing,x,1.00,1.00" % (store, day))
    return "\n".join(rows) + "\n"


class Spark(unittest.TestCase):
    def test_totals_are_those_of_the_report(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        files = os.path.join(folder, "files")
        os.mkdir(files)
        for store in range(STORES):
            for day in range(1, DAYS + 1):
                with open(os.path.join(files, "S%02d_2026-11-%02d.csv" % (store, day)), "w", encoding="utf-8") as file:
                    file.write(sales(store, day))
        config = os.path.join(folder, "epos.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("now = '2026-11-22T09:00:00'\ndatabase = 'sqlite:one.db'\n")
        ran = subprocess.run([sys.executable, SCRIPT, files, os.path.join(folder, "out"), config], capture_output=True, text=True, check=False,
                             env=dict(os.environ, PYSPARK_SUBMIT_ARGS="--master local[2] pyspark-shell", SPARK_LOCAL_IP="127.0.0.1",
                                      PYSPARK_PYTHON=sys.executable))
        self.assertEqual(0, ran.returncode, ran.stderr[-3000:])
        by_spark = {}
        for line in ran.stdout.splitlines()[:-1]:
            store, day, takings = line.split()
            by_spark[store, day] = decimal.Decimal(takings)
        epos.load(files, config=config)
        report = epos.report("daily", config=config)
        by_report = {(row.store, row.trading_day.isoformat()): row.takings for row in report.rows}
        self.assertEqual(STORES * DAYS, len(by_report))
        self.assertEqual(by_report, by_spark)
        self.assertIn("%d files: " % (STORES * DAYS), ran.stdout)
        self.assertIn("%d error" % (STORES * DAYS), ran.stdout)
        parts = os.listdir(os.path.join(folder, "out", "transactions"))
        self.assertEqual(DAYS, len([part for part in parts if part.startswith("trading_day=2026-11-")]))


if __name__ == "__main__":
    unittest.main()
