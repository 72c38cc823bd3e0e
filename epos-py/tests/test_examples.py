# -*- coding: utf-8 -*-
"""The scripts of examples/python, run as a person runs them, one after another over the example evening."""
from __future__ import unicode_literals

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples")
CAFE = "Café 2026-11-20.csv"
MAIL = """From: leith@harbourlight.example
Date: Sat, 21 Nov 2026 09:00:00 +0000
Subject: =?utf-8?Q?Caf=C3=A9?=
MIME-Version: 1.0
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment; filename*=utf-8''Caf%C3%A9%202026-11-20.csv

Größe,Menge
1,2
"""


class Pipeline(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(os.path.join(EXAMPLES, "evening", "inbox"), os.path.join(self.folder, "inbox"))
        for name in ("epos.toml", "products.csv"):
            shutil.copy(os.path.join(EXAMPLES, "evening", name), self.folder)
        with io.open(os.path.join(self.folder, "inbox", "cafe.eml"), "w", encoding="utf-8") as file:
            file.write(MAIL)

    def script(self, name, *words):
        """What a script prints into a pipe, and how it ended. The C locale, which cron has, says no encoding."""
        command = [sys.executable, "-B", os.path.join(EXAMPLES, "python", name)] + list(words)
        command = [word.encode("utf-8") if str is bytes and not isinstance(word, bytes) else word for word in command]
        plain = dict((name, value) for name, value in os.environ.items() if name not in ("LANG", "LANGUAGE", "PYTHONIOENCODING", "PYTHONUTF8"))
        plain[str("LC_ALL")] = str("C")
        child = subprocess.Popen(command, cwd=self.folder, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = child.communicate()
        self.assertNotIn(b"Traceback", err, err.decode("utf-8"))
        return out.decode("utf-8"), child.returncode

    def files(self, day):
        names = os.listdir(str(os.path.join(self.folder, "files")))
        names = [name.decode("utf-8") if isinstance(name, bytes) else name for name in names]
        return [os.path.join("files", name) for name in sorted(names) if day in name]

    def pipeline(self, database):
        out, code = self.script("retrieve.py", "inbox", "files")
        self.assertEqual(0, code)
        self.assertIn("leith@harbourlight.example", out)
        self.assertEqual(len(out.splitlines()), len(set(out.splitlines())))
        self.assertIn(os.path.join("files", CAFE), out)
        out, code = self.script("validate.py", *self.files("2026-11-21"))
        self.assertEqual(1, code)
        self.assertIn("error[F0", out)
        self.assertIn("checked, ", out)
        out, code = self.script("validate.py", os.path.join("files", CAFE))
        self.assertEqual(1, code)
        self.assertIn("--> " + CAFE, out)
        out, code = self.script("load.py", database, "products.csv", *self.files("2026-11-20"))
        self.assertIn("leith 2026-11-20: out_of_balance, takings 132.99", out)
        self.assertTrue(re.search("^held .* " + CAFE, out, re.M), out)
        again, _ = self.script("load.py", database, *self.files("2026-11-20"))
        self.assertNotIn("loaded  ", again.replace("already_have", ""))
        out, code = self.script("report.py", database, "daily", "Café.xlsx", "2026-11-20", "2026-11-20")
        self.assertEqual(0, code)
        self.assertIn("takings", out)
        self.assertIn("Café.xlsx", out)
        with io.open(os.path.join(self.folder, "Café.xlsx").encode("utf-8"), "rb") as file:
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
