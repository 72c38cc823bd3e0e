"""Executes the notebook of examples/python in a fresh kernel, and looks at what it shows."""
import os
import unittest

import nbclient
import nbformat

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


if __name__ == "__main__":
    unittest.main()
