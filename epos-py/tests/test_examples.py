"""The scripts of examples/python, run as a person runs them, one after another over the example evening."""
from __future__ import unicode_literals

import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples")


class Pipeline(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(os.path.join(EXAMPLES, "evening", "inbox"), os.path.join(self.folder, "inbox"))
        for name in ("epos.toml", "products.csv"):
            shutil.copy(os.path.join(EXAMPLES, "evening", name), self.folder)

    def script(self, name, *words):
        """What a script prints, and how it ended."""
        command = [sys.executable, "-B", os.path.join(EXAMPLES, "python", name)] + list(words)
        child = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = child.communicate()
        self.assertNotIn(b"Traceback", err, err.decode("utf-8"))
        return out.decode("utf-8"), child.returncode

    def files(self, day):
        return [os.path.join("files", name) for name in sorted(os.listdir(os.path.join(self.folder, "files"))) if day in name]

    def pipeline(self, database):
        out, code = self.script("retrieve.py", "inbox", "files")
        self.assertEqual(0, code)
        self.assertIn("leith@harbourlight.example", out)
        self.assertEqual(len(out.splitlines()), len(set(out.splitlines())))
        out, code = self.script("validate.py", *self.files("2026-11-21"))
        self.assertEqual(1, code)
        self.assertIn("error[F0", out)
        self.assertIn("checked, ", out)
        out, code = self.script("load.py", database, "products.csv", *self.files("2026-11-20"))
        self.assertIn("leith 2026-11-20: out_of_balance, takings 132.99", out)
        again, _ = self.script("load.py", database, *self.files("2026-11-20"))
        self.assertNotIn("loaded  ", again.replace("already_have", ""))
        out, code = self.script("report.py", database, "daily", "daily.xlsx", "2026-11-20", "2026-11-20")
        self.assertEqual(0, code)
        self.assertIn("takings", out)
        with io.open(os.path.join(self.folder, "daily.xlsx"), "rb") as file:
            self.assertTrue(file.read().startswith(b"PK"))

    def test_into_a_file(self):
        self.pipeline("sqlite:shop.db")

    @unittest.skipUnless(os.environ.get("EPOS_TEST_MYSQL"), "EPOS_TEST_MYSQL names no server")
    def test_into_mysql(self):
        from test_epos import mysql
        with mysql() as url:
            self.pipeline(url)

    def test_the_scripts_are_short(self):
        for name in ("retrieve.py", "validate.py", "load.py", "report.py"):
            with io.open(os.path.join(EXAMPLES, "python", name), encoding="utf-8") as file:
                self.assertLess(len(file.readlines()), 30, name)


if __name__ == "__main__":
    unittest.main()
