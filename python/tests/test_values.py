"""Values and tables on files that nobody has open."""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from loopbook import (
    BadValue,
    CommandNotFound,
    LoopbookError,
    NoSuchValue,
    NotALiteral,
    NotebookUnreadable,
    ValueChanged,
    get_df,
    get_val,
    get_vals,
    put_df,
    set_val,
    set_vals,
    watch,
)
from notebook_files import by_nbtransom, code, write


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.nb = write(
            self.folder / "train.ipynb",
            code("lr = 0.1  # learning rate\nlayers = [64, 32]\nname = 'é'", tags=["parameters"]),
            code("n = len(layers)", name="n"),
        )


class Values(InFolder):
    def test_are_python_objects(self) -> None:
        self.assertEqual(get_val(self.nb, "lr"), 0.1)
        self.assertEqual(get_val(str(self.nb), "layers"), [64, 32])
        self.assertEqual(get_vals(self.nb), {"lr": 0.1, "layers": [64, 32], "name": "é"})

    def test_only_the_literal_changes(self) -> None:
        before = self.nb.read_text(encoding="utf-8")
        set_val(self.nb, "lr", 0.05)
        self.assertEqual(self.nb.read_text(encoding="utf-8"), before.replace("0.1 ", "0.05 "))

    def test_odd_ones_come_back_as_they_were(self) -> None:
        odd = [None, True, -1, 1e-9, 'it\'s "\n', {"a": {"b": []}}, "--json", "$(x) `y` %z", 2**53]
        set_val(self.nb, "odd", odd)
        self.assertEqual(get_val(self.nb, "odd"), odd)

    def test_a_name_that_there_is_not(self) -> None:
        with self.assertRaises(NoSuchValue) as caught:
            get_val(self.nb, "lrr")
        self.assertEqual(caught.exception.code, "no-such-value")
        self.assertIn("Did you mean lr?", str(caught.exception))
        self.assertIsInstance(caught.exception, LookupError)
        self.assertEqual(get_val(self.nb, "lrr", default=None), None)
        with self.assertRaises(NoSuchValue):
            set_val(self.nb, "lrr", 1, create=False)
        set_val(self.nb, "lrr", 1)
        self.assertEqual(get_val(self.nb, "lrr"), 1)

    def test_compare_and_set(self) -> None:
        with self.assertRaises(ValueChanged):
            set_val(self.nb, "lr", 1, expected=0.2)
        self.assertEqual(get_val(self.nb, "lr"), 0.1)
        set_val(self.nb, "lr", 1, expected=0.1)
        self.assertEqual(get_val(self.nb, "lr"), 1)

    def test_all_or_none(self) -> None:
        before = self.nb.read_bytes()
        with self.assertRaises(NotALiteral):
            set_vals(self.nb, {"lr": 1, "n": 3})
        self.assertEqual(self.nb.read_bytes(), before)

    def test_what_has_no_literal_is_refused(self) -> None:
        for value in (float("nan"), float("inf"), 2**53 + 1, {1: 2}, object(), {1, 2}, b"x"):
            with self.subTest(value=value), self.assertRaises(BadValue):
                set_val(self.nb, "lr", value)

    def test_what_is_computed_is_told(self) -> None:
        with self.assertRaises(NotALiteral) as caught:
            get_val(self.nb, "n")
        self.assertIsInstance(caught.exception, ValueError)

    def test_what_is_no_notebook(self) -> None:
        with self.assertRaises(NotebookUnreadable):
            get_val(self.folder / "none.ipynb", "lr")
        bad = self.folder / "--bad.ipynb"
        bad.write_text('{"cells": [', encoding="utf-8")
        with self.assertRaises(NotebookUnreadable) as caught:
            set_val(bad, "lr", 1)
        self.assertIn("--bad.ipynb", caught.exception.message)
        self.assertEqual(bad.read_text(encoding="utf-8"), '{"cells": [')

    def test_errors_pass_between_processes(self) -> None:
        error = pickle.loads(pickle.dumps(ValueChanged("value-changed", "It is 1.")))
        self.assertEqual((type(error), error.code, str(error)), (ValueChanged, "value-changed", "It is 1."))


class Watching(InFolder):
    def test_gives_the_value_and_what_it_becomes(self) -> None:
        values = watch(self.nb, "lr")
        self.assertEqual(next(values), 0.1)
        set_val(self.nb, "lr", 0.2)
        self.assertEqual(next(values), 0.2)
        set_val(self.nb, "lr", [1])
        self.assertEqual(next(values), [1])
        values.close()

    def test_of_a_name_that_there_is_not(self) -> None:
        with self.assertRaises(NoSuchValue):
            next(watch(self.nb, "lrr"))


class Tables(InFolder):
    def test_rows_with_labels(self) -> None:
        put_df(self.nb, "scores", [("svm", 0.97), ("knn", None)], ["model", "f1"])
        self.assertEqual(
            get_val(self.nb, "scores"), {"columns": ["model", "f1"], "data": [["svm", 0.97], ["knn", None]]}
        )
        cell = json.loads(self.nb.read_text(encoding="utf-8"))["cells"][-1]
        self.assertEqual(cell["cell_type"], "markdown")
        self.assertIn("| svm | 0.97 |", "".join(cell["source"]))
        put_df(self.nb, "scores", [("svm", 0.5)], ["model", "f1"])
        self.assertEqual(get_val(self.nb, "scores")["data"], [["svm", 0.5]])

    def test_frames(self) -> None:
        pandas = self.pandas()
        frame = pandas.DataFrame(
            {
                "model": ["svm", "k|nn"],
                "f1": [0.1 + 0.2, float("nan")],
                "n": [1, 2],
                "at": pandas.to_datetime(["2026-01-02", None]),
            }
        )
        put_df(self.nb, "scores", frame)
        table = get_val(self.nb, "scores")
        self.assertEqual(table["data"], [["svm", 0.1 + 0.2, 1, "2026-01-02T00:00:00"], ["k|nn", None, 2, None]])
        back = get_df(self.nb, "scores")
        self.assertEqual(list(back.columns), ["model", "f1", "n", "at"])
        self.assertEqual(list(back["n"]), [1, 2])

    def test_numpy_values(self) -> None:
        self.pandas()
        import numpy

        set_val(self.nb, "lr", numpy.float32(0.5))
        set_val(self.nb, "layers", numpy.array([[1, 2], [3, 4]]))
        self.assertEqual(get_vals(self.nb)["layers"], [[1, 2], [3, 4]])
        self.assertEqual(get_val(self.nb, "lr"), 0.5)

    def test_what_is_no_table(self) -> None:
        with self.assertRaises(BadValue):
            get_df(self.nb, "lr")
        with self.assertRaises(BadValue):
            put_df(self.nb, "n", [[1]], ["a"])
        with self.assertRaises(BadValue):
            put_df(self.nb, "scores", [[1, 2], [3]], ["a", "b"])

    def pandas(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("pandas is not installed")
        return pandas


class FilesOfNbtransom(InFolder):
    def test_are_read_and_written_in_place(self) -> None:
        values = {"foo": {"x": [2.31, 12.34], "y": 3}, "bar": ["long " * 10] * 4, "none": None}
        rows = [("svm", 0.97), ("knn", 0.95)]
        nb = by_nbtransom(self.folder / "old.ipynb", values, "scores", rows, ["model", "f1"])
        self.assertEqual({name: get_val(nb, name) for name in values}, values)
        self.assertEqual(get_val(nb, "scores")["data"], [["svm", 0.97], ["knn", 0.95]])
        set_val(nb, "foo", {"x": [], "y": 4})
        put_df(nb, "scores", [("svm", 1.0)], ["model", "f1"])
        cells = json.loads(nb.read_text(encoding="utf-8"))["cells"]
        sources = {cell["metadata"].get("name"): "".join(cell["source"]) for cell in cells}
        scope: dict[str, object] = {}
        exec(sources["foo"], scope)
        self.assertEqual(scope["foo"], {"x": [], "y": 4})
        self.assertRegex(
            sources["scores"], r"""^scores = pd\.DataFrame\.from_records\(\s*\[\(['"]svm['"], 1(\.0)?\)\], columns="""
        )
        self.assertEqual([cell["cell_type"] for cell in cells], ["code"] * 5)


class TheCommand(InFolder):
    def test_that_is_not_there_is_told_with_what_to_install(self) -> None:
        with mock.patch.dict(os.environ, {"LOOPBOOK_COMMAND": "", "PATH": str(self.folder)}):
            with self.assertRaises(CommandNotFound) as caught:
                get_val(self.nb, "lr")
        self.assertIn("npm", str(caught.exception))
        with mock.patch.dict(os.environ, {"LOOPBOOK_COMMAND": str(self.folder / "nothing")}):
            with self.assertRaises(CommandNotFound):
                next(watch(self.nb, "lr"))

    def test_that_breaks_is_an_error_not_an_exit(self) -> None:
        broken = f"{sys.executable} -c 'import sys; sys.exit(7)'"
        with mock.patch.dict(os.environ, {"LOOPBOOK_COMMAND": broken}):
            with self.assertRaises(LoopbookError) as caught:
                get_val(self.nb, "lr")
        self.assertEqual(caught.exception.code, "command-failed")


if __name__ == "__main__":
    unittest.main()
