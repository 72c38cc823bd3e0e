"""Executes the notebook of examples/python in a fresh kernel, and looks at what it shows; opens Arrow streams with those who read them."""
import datetime
import decimal
import os
import unittest

import duckdb
import nbclient
import nbformat
import polars
import pyarrow

import epos

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "python")


class Notebook(unittest.TestCase):
    def test_it_runs_from_top_to_bottom_and_ends_with_a_picture(self):
        with open(os.path.join(PYTHON, "a_day.ipynb"), encoding="utf-8") as file:
            book = nbformat.read(file, as_version=4)
        nbformat.validate(book)
        self.assertTrue(all(not cell.outputs for cell in book.cells if cell.cell_type == "code"), "kept without what it shows")
        nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": PYTHON}}).execute()
        shown = [cell.outputs for cell in book.cells if cell.cell_type == "code"]
        text = "".join(output.get("text", "") for outputs in shown for output in outputs)
        self.assertRegex(text, r"leith +132\.99")
        self.assertIn("F003", shown[1][0].data["text/plain"])
        pictures = [output for outputs in shown for output in outputs if "image/png" in output.get("data", {})]
        self.assertEqual(1, len(pictures))


class Arrow(unittest.TestCase):
    """Who takes an Arrow stream, and how: as `ArrowStream` says."""

    ROWS = 40000  # more than one piece of the stream
    FIRST = (datetime.datetime(2026, 11, 20, 10, 0), decimal.Decimal("2.5000"))

    def stream(self):
        line = "LW,1,2026-11-20,10:00,%d,TEA,Caf\xe9 tea,2,1.25,2.50"
        rows = ["store,till,date,time,number,item_code,description,quantity,unit_price,line_total"]
        content = "\n".join(rows + [line % number for number in range(self.ROWS)])
        return epos.arrow(content.encode("utf-8"), name="sales.csv")

    def same(self, first, rows):
        self.assertEqual((self.FIRST, self.ROWS), (first, rows))

    def test_pyarrow(self):
        for table in (pyarrow.ipc.open_stream(self.stream()).read_all(), pyarrow.table(self.stream())):
            self.assertTrue(pyarrow.types.is_decimal128(table.schema.field("line_total").type))
            self.assertTrue(pyarrow.types.is_timestamp(table.schema.field("at").type))
            self.same((table["at"][0].as_py(), table["line_total"][0].as_py()), table.num_rows)

    def test_pandas_by_pyarrow(self):
        frame = pyarrow.table(self.stream()).to_pandas()
        self.same((frame["at"][0].to_pydatetime(), frame["line_total"][0]), len(frame))

    def test_polars(self):
        for frame in (polars.DataFrame(self.stream()), polars.read_ipc_stream(self.stream())):
            self.assertIsInstance(frame.schema["line_total"], polars.Decimal)
            self.same((frame["at"][0], frame["line_total"][0]), frame.height)

    def test_duckdb(self):
        totals = duckdb.from_arrow(self.stream()).aggregate("min(\"at\"), min(line_total), count(*)").fetchall()[0]
        self.same(totals[:2], totals[2])
        stream = self.stream()
        self.assertEqual((self.ROWS, decimal.Decimal("2.5000") * self.ROWS),
                         duckdb.sql("SELECT count(*), sum(line_total) FROM stream WHERE item_code = 'TEA'").fetchall()[0])
        self.assertEqual([], [found for found in stream.diagnostics if found.severity == "error"])

    def test_a_stream_that_is_not_read_to_its_end_is_let_go(self):
        reader = pyarrow.RecordBatchReader.from_stream(self.stream())
        self.assertGreater(reader.read_next_batch().num_rows, 0)
        del reader


if __name__ == "__main__":
    unittest.main()
