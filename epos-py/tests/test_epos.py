# -*- coding: utf-8 -*-
"""The Python front, under any Python from 2.7 on and over either transport. `epos-py/test` runs it under all of them.

EPOS_PROGRAM names the program `epos`, whose `--json` the answers are compared with; EPOS_TEST_TRANSPORT the transport that must be in
use; EPOS_TEST_CALLS how many calls the leak test makes (100,000); EPOS_TEST_MYSQL a server to load into.
"""
from __future__ import unicode_literals

import ast
import contextlib
import ctypes
import datetime
import decimal
import gc
import inspect
import io
import json
import os
import pydoc
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

# What the library lets go is given back at once, so that memory can be measured.
os.environ["MIMALLOC_PURGE_DELAY"] = "0"
import epos  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
EVENING = os.path.join(HERE, "..", "..", "examples", "evening")
PROGRAM = os.environ.get("EPOS_PROGRAM")
CALLS = int(os.environ.get("EPOS_TEST_CALLS", "100000"))
TEXT = type("")
D = decimal.Decimal
FRIDAY = datetime.date(2026, 11, 20)
TENDERS = (b"store,till,date,number,tender,amount\n"
           b"LW,1,2026-11-20,201,Cash,3.50\n"
           b"LW,1,2026-11-20,202,Card,lots\n")


def sales(transactions):
    rows = ["store,till,date,time,number,item_code,description,quantity,unit_price,line_total"]
    for number in range(transactions):
        rows.append("LW,1,2026-11-20,10:%02d:%02d,%d,TEA,Caf\xe9 tea,2,1.25,2.50" % (number // 60 % 60, number % 60, number + 1))
        rows.append("LW,1,2026-11-20,10:%02d:%02d,%d,JAM,Jam,1,3.00,3.00" % (number // 60 % 60, number % 60, number + 1))
    return ("\n".join(rows) + "\n").encode("utf-8")


@contextlib.contextmanager
def mysql():
    """The URL of a database of its own, on the server of EPOS_TEST_MYSQL."""
    server = os.environ["EPOS_TEST_MYSQL"].rstrip("/")
    user, password, host, port = re.match(r"\w+://([^:@/]*)(?::([^@]*))?@([^:/]+):?(\d*)$", server).groups()
    name = "epos_py_%d" % os.getpid()

    def tell(statement):
        client = ["mysql"] if subprocess.call("command -v mariadb >/dev/null", shell=True) else ["mariadb"]
        command = client + ["--no-defaults", "-u", user, "-h", host, "-P", port or "3306", "-e", statement]
        subprocess.check_call(command, env=dict(os.environ, **({str("MYSQL_PWD"): password} if password else {})))

    tell("CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" % name)
    try:
        yield "%s/%s" % (server, name)
    finally:
        tell("DROP DATABASE %s" % name)


class Zone(datetime.tzinfo):
    """A zone that is some hours east, for Python 2.7 too."""

    def __init__(self, hours=0):
        self.hours = hours

    def utcoffset(self, _):
        return datetime.timedelta(hours=self.hours)

    def dst(self, _):
        return datetime.timedelta(0)


def memory():
    """Bytes that this process has in memory and needs, as far as that can be told: what is free is given back before."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    with io.open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf(str("SC_PAGE_SIZE"))


class Folder(unittest.TestCase):
    """Works in a company's folder of its own."""

    def setUp(self):
        self.before = os.getcwd()
        self.folder = tempfile.mkdtemp()
        os.chdir(self.folder)
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.chdir, self.before)

    def write(self, name, content):
        with io.open(name, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        return name

    def evening(self):
        for name in ("inbox", "epos.toml", "products.csv"):
            source = os.path.join(EVENING, name)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, name)


class Documents(Folder):
    """What goes in."""

    def test_a_path_bytes_and_an_open_file_are_the_same(self):
        path = self.write("payments.csv", TENDERS)
        expected = epos.check(path)
        self.assertIn("F003", [found.code for found in expected])
        self.assertEqual(expected, epos.check(path.encode("ascii") if str is bytes else path))
        self.assertEqual(expected, epos.check(bytearray(TENDERS), name="payments.csv"))
        self.assertEqual(expected, epos.check(memoryview(TENDERS), name="payments.csv"))
        self.assertEqual(expected, epos.check(TENDERS, name=str("payments.csv")))
        self.assertEqual(expected, epos.check(epos.Document(TENDERS, "payments.csv")))
        self.assertEqual(expected, epos.check(epos.Document(TENDERS.decode("ascii"), "payments.csv")))
        self.assertEqual(expected, epos.check([path]))
        self.assertEqual(expected, epos.check([epos.Document(TENDERS, "payments.csv")]))
        with io.open(path, "rb") as file:
            self.assertEqual(expected, epos.check(file))
        with io.open(path, encoding="utf-8") as file:
            self.assertEqual(expected, epos.check(file))
        self.assertEqual(expected, epos.check(io.BytesIO(TENDERS), name="payments.csv"))
        self.assertEqual(expected, epos.check(io.StringIO(TENDERS.decode("ascii")), name="payments.csv"))
        if sys.version_info >= (3, 4):
            import pathlib
            self.assertEqual(expected, epos.check(pathlib.Path(path)))

    def test_a_list_may_hold_documents_and_open_files_beside_paths(self):
        path = self.write("a.csv", TENDERS)
        with io.open(self.write("Café.csv", TENDERS), "rb") as file:
            given = [epos.Document(TENDERS.replace(b"LW", b"L1"), "b.csv"), path, file, bytearray(b"")]
            loaded = epos.load(given, db="sqlite:a.db", now="2026-11-22T09:00:00")
        self.assertEqual(["b.csv", "a.csv", "Café.csv", "document"], [one.document for one in loaded])
        self.assertEqual(["loaded", "loaded", "already_have"], [one.outcome for one in loaded[:3]])
        rows = [row["store"] for block in epos.blocks(given[:2]) for row in block.rows("tenders")]
        self.assertEqual(["L1", "LW"], rows)
        with self.assertRaises(TypeError):
            epos.check([path, path], name="a.csv")

    def test_plain_bytes_are_a_document_on_3_and_a_path_on_2(self):
        if str is bytes:
            with self.assertRaises(epos.FileError):
                epos.check(b"nowhere.csv")
        else:
            self.assertTrue(epos.check(b"a,b\n1,2\n"))

    def test_names_and_texts_may_be_in_any_script(self):
        path = self.write("Кассa \U0001f600 été.csv", TENDERS.replace(b"LW", "Köln".encode("utf-8")))
        (found,) = [found for found in epos.check(path) if found.code == "F003"]
        self.assertEqual((found.document, found.store), (path, "Köln"))
        self.assertIsInstance(found.message, TEXT)
        self.assertIn("Köln", TEXT(epos.batch(path, store="Köln".encode("utf-8"))[0].batches[0].store))
        TEXT(found), str(found), repr(found)

    @unittest.skipUnless(sys.platform.startswith("linux"), "such names exist on Linux only")
    def test_a_name_that_is_no_text_is_read_too(self):
        with io.open(b"till\xff.csv", "wb") as file:
            file.write(TENDERS)
        self.assertEqual([2], [row["row"] for row in epos.batch(os.fsdecode(b"till\xff.csv") if str is not bytes else b"till\xff.csv")[0].rows("tenders")])

    def test_nul_and_every_other_byte_pass(self):
        content = bytes(bytearray(range(256))) * 3
        self.assertTrue(epos.check(epos.Document(content, "a\0b.csv")))
        self.assertEqual("a\0b", epos.check(epos.Document(b"", "a\0b"))[0].document)

    def test_what_is_no_document_is_said_at_once(self):
        for wrong in (7, None, 1.5, object()):
            with self.assertRaises(TypeError):
                epos.check(wrong)


class Answers(Folder):
    """What comes out."""

    def test_failures_are_text_on_every_python(self):
        with self.assertRaises(epos.FileError) as caught:
            epos.check("Café.csv")
        self.assertIn("Café.csv", "%s" % caught.exception)
        self.assertIn("Café.csv", TEXT(caught.exception))
        said = str(caught.exception)
        self.assertIn("Café.csv", said.decode("utf-8") if isinstance(said, bytes) else said)

    def test_a_line_is_told_wherever_it_goes(self):
        (found,) = [found for found in epos.check(TENDERS, name="Café.csv") if found.code == "F003"]
        with self.assertRaises(epos.FileError) as caught:
            epos.check("Café.csv")
        for what in (found, caught.exception, "Café \U0001f600", "Café \U0001f600".encode("utf-8")):
            text = what.decode("utf-8") if isinstance(what, bytes) else TEXT(what)
            for encoding, expected in [("ascii", text), ("utf-8", text), ("latin-1", text.replace("\U0001f600", "?"))]:
                out = io.BytesIO()
                file = io.TextIOWrapper(out, encoding=encoding)
                epos.tell(what, file)
                file.flush()
                said = out.getvalue().decode("utf-8" if encoding == "ascii" else encoding)
                self.assertEqual(expected.replace("…", "?") if encoding == "latin-1" else expected, said.replace("\r", "")[:-1])
            file = io.StringIO()
            epos.tell(what, file)
            self.assertEqual(text + "\n", file.getvalue())

    def test_diagnostics_are_objects(self):
        (found,) = [found for found in epos.check(TENDERS, name="payments.csv") if found.code == "F003"]
        self.assertEqual(("F003", "error", "payments.csv", None, 3, "F", "amount"),
                         (found.code, found.severity, found.document, found.sheet, found.row, found.column, found.heading))
        self.assertEqual(("LW", FRIDAY), (found.store, found.trading_day))
        self.assertIn("lots", found.message)
        self.assertTrue(found.help)
        self.assertIn("\n  --> payments.csv, row 3, column F (amount)\n   = help: ", TEXT(found))

    def test_rows_are_decimals_and_days(self):
        (block,) = epos.batch(sales(1), name="sales.csv")
        tea, jam = block.rows("lines")
        self.assertEqual((D("2"), D("1.25"), D("2.50")), (tea["quantity"], tea["unit_price"], tea["line_total"]))
        self.assertEqual((FRIDAY, FRIDAY, datetime.time(10, 0)), (tea["trading_day"], tea["date"], tea["time"]))
        self.assertEqual(("LW", "1", 2, "Café tea", None, False),
                         (tea["store"], tea["till"], tea["row"], tea["description"], tea["tax_rate"], tea["training"]))
        self.assertEqual((3, "JAM"), (jam["row"], jam["item_code"]))
        self.assertEqual((["lines"], "sales.csv", "sales"), (block.kinds, block.document, block.layout))

    def test_rejected_rows_are_kept_raw(self):
        (block,) = epos.batch(TENDERS, name="payments.csv")
        (row,) = block.rejected
        self.assertEqual((3, "lots", "LW", FRIDAY), (row.row, row.cells[5], row.store, row.trading_day))

    def test_a_mistyped_database_is_said_and_not_made(self):
        self.evening()
        for ask in (epos.stock, epos.reconcile, lambda db: epos.lookup("tea", db=db), lambda db: epos.report("daily", db=db)):
            with self.assertRaises(epos.EposError) as caught:
                ask(db="sqlite:typo.db")
            self.assertIn("typo.db", TEXT(caught.exception))
        self.assertFalse(os.path.exists("typo.db"))

    def test_nothing_that_is_an_amount_or_a_day_stays_text(self):
        self.evening()
        evening = epos.run()
        loaded = epos.load([self.write("again.csv", TENDERS.replace(b"LW", b"leith"))])

        def walk(value, path):
            if isinstance(value, dict):
                for key, inner in value.items():
                    walk(inner, path + (key,))
            elif isinstance(value, (list, tuple)) and not (path and path[-1] in ("gaps", "z_numbers", "tills", "cells")):
                for inner in value:
                    walk(inner, path)
            elif isinstance(value, TEXT) and path[-1] not in ("drawer", "file", "till", "number", "sku", "hash", "gtin", "first_number", "last_number"):
                self.assertFalse(re.match(r"-?\d+(\.\d+)?$|\d{4}-\d\d-\d\d", value), "%s is %r" % (path, value))

        walk(evening, ("evening",))
        walk(loaded, ("loaded",))
        walk(epos.reconcile(), ("days",))
        walk(epos.stock(), ("stores",))
        walk(epos.replies(), ("replies",))
        # What is due, because more was loaded since, was not written yet.
        written = [reply.written_at for reply in epos.replies() if reply.written_at is not None]
        self.assertTrue(written and all(isinstance(at, datetime.datetime) for at in written))
        self.assertEqual(["leith"] * 3, [reply.store for reply in epos.replies("Leith Walk") if reply.written_at is not None])
        walk(epos.stock("leith"), ("shelves",))
        walk(epos.lookup("tea"), ("found",))
        for entry in epos.report():
            report = epos.report(entry.name)
            walk(dict(report, columns=[], rows=[], totals=[], charts=[], notes=[], name="", title=""), (entry.name,))
            for column in report.columns:
                sort = {"money": D, "quantity": D, "rate": D, "date": datetime.date, "date_time": datetime.datetime}.get(column.type)
                cells = [row[column.name] for row in report.rows + report.totals if row.get(column.name) is not None]
                self.assertTrue(sort is None or all(type(cell) is sort for cell in cells), (entry.name, column.name))
        day = epos.reconcile("2026-11-20", FRIDAY, store="leith")[0]
        self.assertEqual(("incomplete", D("132.99"), FRIDAY), (day.state, day.bridge.takings, day.trading_day))
        self.assertEqual(day.state, day["state"])
        with self.assertRaises(AttributeError):
            day.colour

    def test_a_report_is_rows_or_bytes(self):
        self.evening()
        epos.run()
        report = epos.report("daily", from_=FRIDAY, to=FRIDAY, store="leith")
        self.assertEqual([(FRIDAY, D("132.99"), 10)], [(row.trading_day, row.takings, row.transactions) for row in report.rows])
        self.assertTrue(epos.report("daily", format="xlsx").startswith(b"PK"))
        self.assertTrue(epos.report("daily", format="csv").startswith(b"store,"))
        self.assertIn("top", epos.report("best-sellers", top=1) and epos.report()[0])

    def test_versions_layouts_and_codes(self):
        self.assertTrue(re.match(r"\d+\.\d+\.\d+$", epos.version()))
        self.assertEqual(epos.__version__, epos.version())
        self.assertIn("sales", [layout.layout for layout in epos.layouts()])
        self.assertIn("## What to do", epos.explain("T002"))
        self.assertEqual(epos.explain("T002"), epos.explain(b"T002".decode("ascii")))
        self.assertIn("T002", [code.code for code in epos.explain()])
        self.assertEqual(["tenders"], epos.detect(TENDERS, name="p.csv").sheets[0].layouts)
        (sheet,) = epos.sheets(TENDERS, name="p.csv")
        self.assertEqual((3, "lots"), (sheet.rows[2].number, sheet.rows[2].cells[5]))

    def test_what_is_written_reads_back_the_same(self):
        (block,) = epos.batch(sales(20), name="sales.csv")
        rows = block.rows("lines")
        for layout in ("sales",):
            again = [row for block in epos.batch(epos.write(rows, layout, kind="lines"), name="again.csv", layout=layout)
                     for row in block.rows("lines")]
            self.assertEqual(rows, again)
        with self.assertRaises(TypeError):
            epos.write([dict(rows[0], time=datetime.time(10, 0, tzinfo=Zone(1)))], "sales", kind="lines")
        with self.assertRaises(epos.RenderError) as caught:
            epos.write([{"store": "LW", "number": "1", "date": FRIDAY, "tender": "Cash", "amount": "lots"}], "tenders", kind="tenders")
        self.assertIn("lots", str(caught.exception))
        with self.assertRaises(TypeError):
            epos.write([{"amount": 3.5}], "tenders", kind="tenders")
        with self.assertRaises(epos.NotFoundError):
            epos.write({"tenders": []}, "no-such-layout")


class Series(Folder):
    """Large documents in pieces."""

    def test_blocks_are_the_batch_in_pieces_and_can_be_resumed(self):
        content = sales(5000)
        whole = [row for block in epos.batch(content, name="sales.csv") for row in block.rows("lines")]
        self.assertEqual(10000, len(whole))
        pieces = list(epos.blocks(content, name="sales.csv"))
        self.assertGreater(len(pieces), 3)
        self.assertEqual(whole, [row for block in pieces for row in block.rows("lines")])
        some = epos.blocks(content, name="sales.csv")
        rows = next(some).rows("lines") + next(some).rows("lines")
        some.close()
        self.assertEqual([], list(some))
        for block in epos.blocks(content, name="sales.csv", skip=some.position):
            rows.extend(block.rows("lines"))
        self.assertEqual(whole, rows)

    def test_a_batch_that_is_too_large_names_the_other_ways(self):
        path = self.write("sales.csv", sales(25001))
        with self.assertRaises(epos.RequestError) as caught:
            epos.batch(path)
        self.assertIn("blocks", str(caught.exception))
        self.assertIn("arrow", str(caught.exception))
        self.assertEqual(50002, sum(len(block.rows("lines")) for block in epos.blocks(path)))

    def test_what_is_not_read_to_its_end_is_let_go(self):
        path = self.write("sales.csv", sales(3000))
        before = open_ones()
        for _ in range(20):
            next(epos.blocks(path))
            epos.arrow(path).read(10)
            with epos.blocks(path) as some:
                next(some)
        gc.collect()
        self.assertEqual(before, open_ones())

    def test_a_failure_in_the_middle_raises(self):
        with self.assertRaises(epos.FileError):
            epos.blocks("nowhere.csv")
        with self.assertRaises(epos.NotFoundError):
            list(epos.blocks(TENDERS, name="p.csv", layout="no-such-layout"))
        with self.assertRaises(epos.NotFoundError):
            epos.arrow(TENDERS, "no-such-table", name="p.csv")

    def test_an_arrow_stream_is_a_file_whose_findings_come_last(self):
        stream = epos.arrow(TENDERS, "tenders", name="payments.csv")
        self.assertTrue(stream.readable())
        content = stream.read()
        self.assertTrue(content.startswith(b"\xff\xff\xff\xff") and content.endswith(b"\xff\xff\xff\xff\0\0\0\0"))
        self.assertIn("F003", [found.code for found in stream.diagnostics])
        stream.close()

    def test_attachments_come_one_after_another(self):
        self.evening()
        mails = epos.attachments("inbox")
        documents = list(mails)
        self.assertEqual(len(set(document.hash for document in documents)), len(set(document.content for document in documents)))
        sent = [document for document in documents if document.name == "leith_2026-11-20_sales.csv"]
        self.assertEqual([("leith@harbourlight.example", FRIDAY)], [(one.sender, one.sent_at.date()) for one in sent])
        name = sorted(os.listdir("inbox"))[0]
        with io.open(os.path.join("inbox", name), "rb") as file:
            mail = file.read()
            file.seek(0)
            one = list(epos.attachments(file))
        self.assertEqual([document.content for document in documents[:len(one)]], [document.content for document in one])
        path = one[0].save(self.folder)
        with io.open(path, "rb") as file:
            self.assertEqual(one[0].content, file.read())
        self.assertEqual(path, one[0].save(self.folder))
        for given in (mail, bytearray(mail), io.BytesIO(mail)):
            for said in (None, "m.eml", "m.txt", "m.csv"):
                if not isinstance(given, bytes) or str is not bytes or said:
                    given = io.BytesIO(mail) if hasattr(given, "read") else given
                    self.assertEqual([document.name for document in one], [document.name for document in epos.attachments(given, name=said)])
        self.write("a mail", mail)
        self.assertEqual([document.content for document in one] * 2 + [b"a,b\n"], [document.content for document in epos.attachments(
            ["a mail", epos.Document(mail, "again"), epos.Document(b"a,b\n", "table.csv")])])
        box = b"From a@x Fri Nov 20 18:00:00 2026\n" + mail + b"\nFrom a@x Fri Nov 20 18:00:00 2026\n" + mail
        self.assertEqual(2 * len(one), len(list(epos.attachments(bytearray(box)))))
        with self.assertRaises(epos.FileError):
            epos.attachments("nowhere")
        other = epos.Document(b"other", one[0].name).save(self.folder)
        self.assertNotEqual(path, other)
        self.assertEqual(os.path.splitext(path)[1], os.path.splitext(other)[1])

    def test_a_document_is_saved_whatever_it_is_called(self):
        for name, saved in [
            ("Café.csv", "Café.csv"), ("../../Café.csv", "Café-2.csv"), ("..", "document"), (".", "document-2"), ("", "document-3"),
            ("a/", "document-4"), ("C:\\tills\\a\0b\n.csv", "a_b_.csv"), ("x" * 300 + ".csv", "x" * 236 + ".csv"),
            ("é" * 300 + ".csv", "é" * 118 + ".csv"), ("a." + "y" * 300, "a." + "y" * 238), ("a:b?.csv", "a_b_.csv"),
        ]:
            path = epos.Document(name.encode("utf-8"), name).save("Grüße" if os.path.isdir("Grüße") else ".")
            with io.open(path, "rb") as file:
                content = file.read()
            self.assertEqual(name.encode("utf-8"), content)
            expected = {"a:b?.csv": "a_b_-2.csv"}.get(name, saved)
            self.assertEqual(expected, os.path.basename(path))
        os.mkdir("taken.csv")
        self.assertEqual("taken-2.csv", os.path.basename(epos.Document(b"x", "taken.csv").save()))
        for folder in ("nowhere", "a\0b", "Café.csv"):
            with self.assertRaises(epos.FileError):
                epos.Document(b"x", "a.csv").save(folder)

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_child_process_is_told_to_open_its_own(self):
        some = epos.blocks(self.write("sales.csv", sales(3000)))
        next(some)
        child = os.fork()
        if child == 0:
            try:
                next(some)
                os._exit(1)
            except epos.RequestError as error:
                os._exit(0 if "another process" in str(error) else 2)
            except BaseException:
                os._exit(3)
        self.assertEqual(0, os.waitpid(child, 0)[1])
        next(some)


def open_ones():
    """How many databases and series are open."""
    return json.loads(epos._call({"verb": "held"})[1].tobytes().decode("ascii"))


class Books(Folder):
    """Databases that are opened and closed."""

    def test_a_database_is_loaded_asked_and_closed(self):
        with epos.open("sqlite:books.db", now="2026-11-22T09:00:00") as books:
            (loaded,) = books.load(TENDERS, name="payments.csv")
            self.assertEqual(("loaded", 2, 1, [("LW", FRIDAY)]), (loaded.outcome, loaded.rows + loaded.rejected, loaded.rejected, loaded.store_days))
            self.assertEqual(["already_have"], [again.outcome for again in books.load(TENDERS, name="payments.csv")])
            self.assertEqual(["LW"], [day.store for day in books.reconcile()])
            self.assertEqual(D("3.50"), books.reconcile()[0].bridge.tenders)
            next(iter(books.blocks(TENDERS, name="p.csv")))
        with self.assertRaises(epos.RequestError):
            books.reconcile()
        books.close()
        self.assertEqual([FRIDAY], [day.trading_day for day in epos.reconcile(db="sqlite:books.db", now=datetime.datetime(2026, 11, 22, 9))])

    def test_what_another_loads_is_seen_at_once(self):
        content = sales(1)
        with epos.open("sqlite:books.db", now="2026-11-22T09:00:00") as books, epos.open("sqlite:books.db", now="2026-11-22T09:00:00") as other:
            other.load(b"sku,name,price\nJAM,Jam,3.00\n", name="products.csv")
            self.assertEqual(["TEA"], [found.subject for found in books.check(content, name="sales.csv") if found.code == "P003"])
            other.load(b"sku,name,price\nJAM,Jam,3.00\nTEA,Caf\xc3\xa9 tea,1.25\n", name="products.csv")
            self.assertEqual([], [found for found in books.check(content, name="sales.csv") if found.code == "P003"])
            self.assertEqual("TEA", books.lookup("TEA", item=True).sku)

    def test_a_difference_is_accepted_with_a_reason(self):
        self.evening()
        epos.run()
        self.assertEqual(epos.reconcile("2026-11-20", FRIDAY), epos.status("2026-11-20", FRIDAY))
        self.assertEqual([("S002", "1 Cash", D("-18.00")), ("S013", "1 Card", D("18.00"))],
                         [(one.code, one.subject, one.amount) for one in epos.acceptable("Leith Walk", FRIDAY)])
        for error, said in [
            (epos.RefusedError, ("S002", "cash-surplus", "Maria")),
            (epos.RefusedError, ("S002", "over-ring", "Maria")),  # which changes the takings, and nothing proves it
            (epos.RefusedError, ("S002", "wrong-tender", " ")),
            (epos.RequestError, ("S002", "because", "Maria")),
            (epos.NotFoundError, ("S001", "wrong-tender", "Maria")),
        ]:
            with self.assertRaises(error):
                epos.accept("leith", FRIDAY, *said)
        for error, rate in [(TypeError, 0.2), (epos.RequestError, "a fifth")]:
            with self.assertRaises(error):
                epos.accept("leith", FRIDAY, "S002", "wrong-tender", "Maria", tax_rate=rate)
        self.assertEqual("out_of_balance", epos.day("leith", FRIDAY).state)
        done = epos.accept("leith", FRIDAY, "S002", "wrong-tender", "Z\xf6e", note="the card slip of 17:40")
        self.assertEqual([("S002", D("-18.00")), ("S013", D("18.00"))], [(one.code, one.amount) for one in done.acceptances])
        self.assertIsInstance(done.acceptances[0].at, datetime.datetime)
        self.assertEqual(("accepted", "the card slip of 17:40"), (done.day.state, done.day.accepted[0].acceptance.note))
        self.assertEqual(("accepted", []), (epos.day("leith", FRIDAY).state, epos.acceptable("leith", FRIDAY)))
        self.assertEqual(["out_of_balance", "accepted"], [event.state for event in epos.events("leith", FRIDAY)])
        self.assertEqual(datetime.datetime(2026, 11, 22, 9), epos.events("leith", FRIDAY)[1].at)
        with self.assertRaises(epos.NotFoundError):
            epos.day("nowhere", FRIDAY)

    def test_a_day_is_declared_sealed_and_released(self):
        self.evening()
        epos.run()
        with epos.open() as books:
            self.assertEqual("overdue", books.day("stockbridge", "2026-11-21").state)
            for error, said in [(epos.RequestError, ("shut", "a burst pipe")), (epos.RefusedError, ("closed", ""))]:
                with self.assertRaises(error):
                    books.declare("stockbridge", "2026-11-21", said[0], said[1], "Maria")
            self.assertEqual("closed", books.declare("stockbridge", "2026-11-21", "closed", "a burst pipe", "Maria").state)
            done = books.seal("2026-11-20", by="Maria")
            self.assertEqual(7, len(done.sealed))
            self.assertEqual([("leith", FRIDAY, "out_of_balance")], [(of.store, of.trading_day, of.state) for of in done.left])
            self.assertEqual([], books.seal("2026-11-20").sealed)
            with self.assertRaises(epos.RefusedError):
                books.lock(FRIDAY, "Maria")
            books.accept("leith", FRIDAY, "S002", "wrong-tender", "Maria")
            self.assertEqual(["leith"], [seal.store for seal in books.seal(FRIDAY).sealed])
            with self.assertRaises(epos.RefusedError):
                books.declare("leith", FRIDAY, "closed", "no", "Maria")
            with self.assertRaises(epos.RefusedError):
                books.release("leith", "2026-11-21", "Maria")
            with self.assertRaises(epos.RefusedError):
                books.release("leith", FRIDAY, "")
            self.assertIsNone(books.release("leith", FRIDAY, "Maria", note="one more look").sealed)
            self.assertEqual([2], [seal.sealing for seal in books.seal(FRIDAY).sealed])
            self.assertEqual(FRIDAY, books.lock(FRIDAY, "Maria").last_day)

    def test_seals_are_exported_and_verified(self):
        self.evening()
        epos.run()
        epos.seal("2026-11-19")
        sent = epos.export("seals")
        self.assertEqual([(store, 1) for store in ("leith", "morningside", "portobello", "stockbridge")],
                         [(seal.store, seal.number) for seal in sent])
        path = sent.heads.save()
        for anchor in (None, path, sent.heads, epos.export().heads):
            found = epos.verify(anchor)
            self.assertEqual((True, 4, [], anchor is not None), (found.sound, found.links, found.broken, found.anchored))
        self.assertTrue(epos.verify(epos.Document("# nothing was sealed yet\n")).sound)
        other = epos.Document(sent.heads.content.replace(b" 1 ", b" 2 ", 1), "seals.txt")
        self.assertEqual((False, "leith", 2), (lambda of: (of.sound, of.moved.store, of.moved.number))(epos.verify(other)))
        with self.assertRaises(epos.RequestError) as caught:
            epos.verify(epos.Document("leith one two\n", "seals.txt"))
        self.assertIn("seals.txt: line 1", TEXT(caught.exception))
        with self.assertRaises(epos.RequestError):
            epos.export("everything")
        for folder, _, names in os.walk("archive"):
            for name in names:
                os.remove(os.path.join(folder, name))
        found = epos.verify(path)
        self.assertEqual((False, "leith", datetime.date(2026, 11, 19)), (found.sound, found.broken[0].store, found.broken[0].trading_day))

    def test_a_correction_is_a_revision_and_reports_stay_as_they_were(self):
        before = TENDERS.replace(b"lots", b"9.00")
        with epos.open("sqlite:books.db", now="2026-11-22T09:00:00") as books:
            books.load(before, name="payments.csv")
            self.assertEqual([], books.revisions("LW", FRIDAY))
        with epos.open("sqlite:books.db", now="2026-12-04T09:00:00") as books:
            books.load(before.replace(b"9.00", b"19.00"), name="corrected.csv")
            (revision,) = books.revisions("LW", FRIDAY)
            self.assertEqual((2, 1, D("12.50"), D("22.50"), "corrected.csv", datetime.datetime(2026, 12, 4, 9)),
                             (revision.revision, revision.changed, revision.before, revision.after, revision.document, revision.at))
            self.assertEqual([("Card", D("9.00"), D("19.00"))], [(of.tender, of.before, of.after) for of in revision.tenders])
            then, now = books.report("tender", as_of="2026-12-03"), books.report("tender")
            card = [[row.amount for row in made.rows if row.tender == "Card"] for made in (then, now)]
            self.assertEqual([[D("9.00")], [D("19.00")]], card)
            self.assertIn("corrected.csv", "".join(then.notes))
            changed = books.report("tender", as_of=datetime.date(2026, 12, 3), changes=True)
            self.assertTrue(changed.rows and all(row.difference == D("10.00") for row in changed.rows), changed)
            with self.assertRaises(epos.RequestError):
                books.report("tender", changes=True)

    def test_now_is_a_moment_in_any_zone(self):
        epos.load(TENDERS, name="payments.csv", db="sqlite:a.db", now="2026-11-22T09:00:00")

        def stamp(now):
            return epos.report("daily", format="html", db="sqlite:a.db", now=now)

        expected = stamp("2026-11-22T09:00:00")
        self.assertNotEqual(expected, stamp(datetime.datetime(2026, 11, 22, 11)))
        for now in (datetime.datetime(2026, 11, 22, 9), datetime.datetime(2026, 11, 22, 9, tzinfo=Zone()),
                    datetime.datetime(2026, 11, 22, 11, tzinfo=Zone(2)), datetime.datetime(2026, 11, 21, 23, tzinfo=Zone(-10))):
            self.assertEqual(expected, stamp(now))
        with self.assertRaises(epos.ConfigError):
            stamp("2026-11-22T09:00:00+01:00")

    def test_failures_of_the_world_are_exceptions_of_their_sort(self):
        epos.open().close()  # makes the database, which asking alone would not
        for error, ask in [
            (epos.FileError, lambda: epos.check("nowhere.csv")),
            (epos.SchemeError, lambda: epos.open("gopher://x")),
            (epos.SchemeError, lambda: epos.check("imaps://x/y")),
            (epos.NotFoundError, lambda: epos.report("no-such-report")),
            (epos.NotFoundError, lambda: epos.explain("X999")),
            (epos.NotFoundError, lambda: epos.check(TENDERS, name="p.csv", layout="no-such")),
            (epos.ConfigError, lambda: epos.layouts(config=self.write("wrong.toml", "databse = 1\n"))),
            (epos.FileError, lambda: epos.layouts(config="nowhere.toml")),
            (epos.RequestError, lambda: epos.check(TENDERS, name="p.csv", date="yesterday")),
            (epos.DatabaseError, lambda: epos.stock(db="sqlite:typo.db")),
            (epos.DatabaseError, lambda: epos.open("sqlite:" + os.path.join(self.folder, "no", "such", "folder", "x.db"))),
        ]:
            with self.assertRaises(error) as caught:
                ask()
            self.assertIsInstance(caught.exception, epos.EposError)
            self.assertTrue(str(caught.exception))

    def test_a_password_is_in_no_message(self):
        with self.assertRaises(epos.EposError) as caught:
            epos.open("mysql://till:secret@127.0.0.1:1/epos")
        self.assertNotIn("secret", str(caught.exception))

    def test_threads_work_side_by_side(self):
        """The interpreter's lock is let go during work: a thread counts on while another checks."""
        content, seen, stop = sales(20000), [0], threading.Event()

        def count():
            while not stop.is_set():
                seen[0] += 1
                stop.wait(0.001)

        thread = threading.Thread(target=count)
        thread.start()
        before = seen[0]
        epos.check(content, name="sales.csv")
        during = seen[0] - before
        stop.set()
        thread.join()
        self.assertGreater(during, 20)

    def test_one_database_serves_many_threads(self):
        self.evening()
        failures = []
        with epos.open(config="epos.toml") as books:
            def work(name):
                try:
                    for _ in range(3):
                        books.load(os.path.join("inbox", name))
                        books.reconcile(store="leith")
                except Exception as error:
                    failures.append(error)

            threads = [threading.Thread(target=work, args=(name,)) for name in sorted(os.listdir("inbox"))[:4]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)

    @unittest.skipUnless(os.environ.get("EPOS_TEST_MYSQL"), "EPOS_TEST_MYSQL names no server")
    def test_mysql_by_url(self):
        with mysql() as url, epos.open(url, now="2026-11-22T09:00:00") as books:
            self.assertEqual(["loaded"], [loaded.outcome for loaded in books.load(TENDERS, name="payments.csv")])
            self.assertEqual(D("3.50"), books.reconcile()[0].bridge.tenders)


@unittest.skipUnless(PROGRAM, "EPOS_PROGRAM names no program to compare with")
class LikeTheProgram(Folder):
    """Every verb that the program has too answers with the bytes of its --json."""

    def program(self, *words):
        child = subprocess.Popen([PROGRAM] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = child.communicate()
        self.assertIn(child.returncode, (0, 1), err)
        return out

    def same(self, words, request, body=b""):
        expected, (_, answered) = self.program(*words), epos._call(request, body)
        self.assertEqual(expected, answered)
        self.assertGreater(len(expected), 20)

    def test_reading(self):
        self.evening()
        self.write("bad.csv", TENDERS.replace(b"lots", "l\xf6ts\u202e\x1b[31m".encode("utf-8")))
        self.same(["check", "bad.csv", "inbox", "--json"], {"verb": "check", "places": ["bad.csv", "inbox"]})
        self.same(["check", "bad.csv", "--store", "leith", "--layout", "tenders", "--date", "2026-11-20", "--strict", "--json"],
                  {"verb": "check", "places": ["bad.csv"], "store": "leith", "layout": "tenders", "date": "2026-11-20", "strict": True})
        with io.open("bad.csv", "rb") as file:
            self.same(["check", "bad.csv", "--json"], {"verb": "check", "name": "bad.csv"}, file.read())
        self.same(["layout", "list", "--json"], {"verb": "layouts"})
        self.same(["layout", "detect", "bad.csv", "--json"], {"verb": "detect", "places": ["bad.csv"]})
        self.same(["explain", "--json"], {"verb": "explain"})
        self.same(["explain", "T002"], {"verb": "explain", "code": "T002"})

    def test_books(self):
        self.evening()
        self.same(["run", ".", "--json", "--db", "sqlite:a.db"], {"verb": "run", "places": ["."], "database": "sqlite:b.db"})
        for output in (self.program("status", "--json", "--db", "sqlite:a.db"),):
            self.assertEqual(output, epos._call({"verb": "reconcile", "database": "sqlite:b.db"})[1])
        self.same(["status", "--json", "--db", "sqlite:a.db", "--store", "leith", "--from", "2026-11-20", "--to", "2026-11-21"],
                  {"verb": "reconcile", "database": "sqlite:a.db", "store": "leith", "from": "2026-11-20", "to": "2026-11-21"})
        self.same(["report", "--list", "--json"], {"verb": "report"})
        for entry in epos.report():
            self.same(["report", entry.name, "--json", "--db", "sqlite:a.db"],
                      {"verb": "report", "report": entry.name, "database": "sqlite:a.db"})
        for form in ("table", "csv", "html", "xlsx"):
            self.same(["report", "daily", "--format", form, "--db", "sqlite:a.db"],
                      {"verb": "report", "report": "daily", "format": form, "database": "sqlite:a.db"})
        self.same(["lookup", "tea", "--json", "--db", "sqlite:a.db"], {"verb": "lookup", "query": "tea", "database": "sqlite:a.db"})
        self.same(["lookup", "TEA80", "--item", "--json", "--db", "sqlite:a.db"],
                  {"verb": "lookup", "item": "TEA80", "database": "sqlite:a.db"})
        self.same(["replies", "--json", "--db", "sqlite:a.db"], {"verb": "replies", "database": "sqlite:a.db"})
        self.same(["replies", "--store", "leith", "--json", "--db", "sqlite:a.db"],
                  {"verb": "replies", "store": "leith", "database": "sqlite:a.db"})
        self.same(["stock", "--json", "--db", "sqlite:a.db"], {"verb": "stock", "database": "sqlite:a.db"})
        self.same(["stock", "Leith Walk", "--per-page", "3", "--json", "--db", "sqlite:a.db"],
                  {"verb": "stock", "store": "Leith Walk", "per_page": 3, "database": "sqlite:a.db"})
        self.same(["stock", "--item", "TEA80", "--json", "--db", "sqlite:a.db"],
                  {"verb": "stock", "item": "TEA80", "database": "sqlite:a.db"})
        self.same(["stock", "leith", "TEA80", "--json", "--db", "sqlite:a.db"],
                  {"verb": "stock", "store": "leith", "item": "TEA80", "database": "sqlite:a.db"})
        self.same(["status", "--json", "--db", "sqlite:a.db"], {"verb": "status", "database": "sqlite:b.db"})
        self.same(["day", "leith", "2026-11-20", "--json", "--db", "sqlite:a.db"],
                  {"verb": "day", "store": "leith", "date": "2026-11-20", "database": "sqlite:b.db"})
        self.same(["accept", "leith", "2026-11-20", "--json", "--db", "sqlite:a.db"],
                  {"verb": "acceptable", "store": "leith", "date": "2026-11-20", "database": "sqlite:b.db"})
        revisions, events = json.loads(self.program("day", "leith", "2026-11-20", "--diff", "--json", "--db", "sqlite:a.db").decode("utf-8"))
        for verb, expected in (("revisions", revisions), ("events", events)):
            answered = epos._call({"verb": verb, "store": "leith", "date": "2026-11-20", "database": "sqlite:b.db"})[1]
            self.assertEqual(expected, json.loads(answered.tobytes().decode("utf-8")))
        shutil.copy("a.db", "b.db")  # people's tokens are others in every database, and seals cover them
        self.same(["seal", "--until", "2026-11-20", "--json", "--db", "sqlite:a.db"],
                  {"verb": "seal", "until": "2026-11-20", "database": "sqlite:b.db"})
        self.same(["export", "seals", "--json", "--db", "sqlite:a.db"], {"verb": "export", "what": "seals", "database": "sqlite:b.db"})
        self.assertEqual(self.program("export", "seals", "--db", "sqlite:a.db"), epos.export(db="sqlite:b.db").heads.content)
        self.same(["verify", "--json", "--db", "sqlite:a.db"], {"verb": "verify", "database": "sqlite:b.db"})
        self.same(["report", "daily", "--as-of", "2026-11-21", "--changes", "--json", "--db", "sqlite:a.db"],
                  {"verb": "report", "report": "daily", "as_of": "2026-11-21", "changes": True, "database": "sqlite:b.db"})
        self.write("more.csv", TENDERS)
        self.same(["load", "more.csv", "--store", "leith", "--json", "--db", "sqlite:a.db"],
                  {"verb": "load", "places": ["more.csv"], "store": "leith", "database": "sqlite:b.db"})


class Whole(Folder):
    """The module as a whole."""

    def test_the_transport_is_the_one_that_was_asked_for(self):
        wanted = os.environ.get("EPOS_TEST_TRANSPORT")
        self.assertEqual(wanted or epos.transport(), epos.transport())

    def test_help_says_what_there_is(self):
        def shown(thing):
            page = pydoc.plain(pydoc.render_doc(thing))
            return re.sub(r"\s+", "", page.decode("utf-8") if isinstance(page, bytes) else page)  # lines are broken as they please

        page = shown(epos)
        for name in ("check(document,name=None", "arrow(document,table=", "classDiagnostic", "T002", "EposError",
                     "check(self,document,name=None,layout=None,store=None,date=None)", "reconcile(self,from_=None,to=None,store=None)"):
            self.assertIn(name, page)
        self.assertNotIn("**kwargs", shown(epos.Books))
        for name in epos.__all__:
            self.assertTrue(getattr(epos, name).__doc__, name)

    @unittest.skipIf(str is bytes, "stubs are written in the words of Python 3")
    def test_the_stubs_say_what_is_there(self):
        with io.open(os.path.join(os.path.dirname(epos.__file__), "__init__.pyi"), encoding="utf-8") as file:
            stubs = dict((node.name, node) for node in ast.parse(file.read()).body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))

        def stated(function):
            """The parameters of a stub, and whether each may be left out."""
            given, places = function.args, function.args.args
            listed = [(arg.arg, number >= len(places) - len(given.defaults)) for number, arg in enumerate(places)]
            return listed + ([("*" + given.vararg.arg, True)] if given.vararg else [])

        def real(function):
            listed = inspect.signature(function).parameters.values()
            return [("*" + one.name, True) if one.kind == one.VAR_POSITIONAL else (one.name, one.default is not one.empty) for one in listed]

        for name in epos.__all__:
            thing, stub = getattr(epos, name), stubs[name]
            if isinstance(thing, type):
                methods = dict((node.name, node) for node in stub.body if isinstance(node, ast.FunctionDef))
                for method, function in vars(thing).items():
                    if inspect.isfunction(function) and (not method.startswith("_") or method in ("__init__", "__arrow_c_stream__")):
                        self.assertIn(method, methods, name)
                        self.assertEqual(stated(methods[method]), real(function), (name, method))
                    elif isinstance(function, property):
                        self.assertIn(method, methods, name)
                self.assertEqual([], [method for method in methods if not hasattr(thing, method)], name)
            else:
                self.assertEqual(stated(stub), real(thing), name)

    def test_a_panic_is_an_exception(self):
        class Door(object):
            def call(self, request):
                return '{"error":"panic","message":"epos has a defect, please report it: Café"}\n'.encode("utf-8")

        door, epos._door = epos._door, Door()
        try:
            with self.assertRaises(epos.PanicError) as caught:
                epos.check(TENDERS, name="payments.csv")
        finally:
            epos._door = door
        self.assertIsInstance(caught.exception, RuntimeError)
        self.assertIn("Café", TEXT(caught.exception))

    @unittest.skipUnless(os.path.exists("/proc/self/statm"), "memory is measured on Linux only")
    def test_calls_leave_nothing_behind(self):
        """In a process of its own: what other tests left to the allocators is in nobody's way there."""
        if not os.environ.get("EPOS_TEST_ALONE"):
            command = [sys.executable, "-B", os.path.join(HERE, "test_epos.py"), "Whole.test_calls_leave_nothing_behind"]
            child = subprocess.Popen(command, env=dict(os.environ, EPOS_TEST_ALONE=str("1")), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said = child.communicate()[0].decode("utf-8")
            self.assertEqual(0, child.returncode, said)
            self.assertIn("Ran 1 test", said)
            return
        small = TENDERS * 3
        with epos.open("sqlite:shop.db", now="2026-11-22T09:00:00") as books:
            books.load(TENDERS, name="payments.csv")
            books.load(b"sku,name,price\nJAM,Jam,3.00\nTEA,Tea,1.25\n", name="products.csv")
            lines = epos.batch(sales(1), name="sales.csv")[0].rows("lines")

            def missing():
                try:
                    epos.explain("X999")
                except epos.NotFoundError:
                    pass

            seldom = [
                lambda: epos.open("sqlite:shop.db", now="2026-11-22T09:00:00").close(),
                lambda: books.load(TENDERS, name="payments.csv"),
                lambda: books.report("daily"),
                lambda: books.report("daily", format="csv"),
                lambda: list(epos.attachments(epos.Document(TENDERS, "payments.csv"))),
                lambda: books.reconcile(),
            ]
            often = [
                lambda: books.check(small, name="payments.csv"),
                lambda: books.detect(TENDERS, name="payments.csv"),
                lambda: books.lookup("tea"),
                lambda: books.lookup("TEA", item=True),
                lambda: books.stock(item="TEA"),
                lambda: books.write(lines, "sales", kind="lines"),
            ]
            always = [lambda: epos.sheets(small, name="payments.csv"), missing, lambda: epos.explain("T002"), epos.version]

            def calls(count):
                for number in range(count):
                    if number % 80 == 0:
                        seldom[number // 80 % len(seldom)]()
                    elif number % 10 == 0:
                        often[number // 10 % len(often)]()
                    else:
                        always[number % len(always)]()

            half = max(CALLS // 2, 500)
            calls(max(half, 1000))  # caches are filled, the allocators have what they need
            base = memory()
            calls(half)
            grown = memory() - base
        self.assertLess(grown, (512 << 10) + 16 * half, "%d calls left %d bytes" % (half, grown))

    @unittest.skipUnless(os.path.exists("/proc/self/statm"), "memory is measured on Linux only")
    def test_large_replies_are_freed(self):
        self.evening()
        epos.run()
        epos.report("daily", format="html")
        content = sales(4000)

        def turn():
            for _ in range(10):
                epos.batch(content, name="sales.csv")
                epos.arrow(content, name="sales.csv").read()
                list(epos.blocks(content, name="sales.csv"))

        turn()
        gc.collect()
        base = memory()
        for _ in range(3):
            turn()
        gc.collect()
        # A reply of a batch is 2 MB: thirty lost ones are 60 MB, and an allocator may keep a part of one turn for the next.
        self.assertLess(memory() - base, 30 << 20)


if __name__ == "__main__":
    unittest.main()
