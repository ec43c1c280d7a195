"""The same on a notebook while a run of it goes on. Needs a Python kernel."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from loopbook import LoopbookError, ValueChanged, get_val, put_df, set_val, watch
from notebook_files import code, write

_LIMIT_SECONDS = 40


class LiveNotebook(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.nb = write(
            Path(folder.name) / "live.ipynb",
            code("lr = 0.1", tags=["parameters"]),
            code(
                "import time\nfrom pathlib import Path\nwhile not Path('go').exists():\n    time.sleep(0.05)",
                name="wait",
            ),
            code("late = 1", tags=["parameters"]),
            code("print('late is', late)"),
        )
        self.folder = Path(folder.name)
        self.run = subprocess.Popen(
            [*shlex.split(os.environ["LOOPBOOK_COMMAND"]), "run", "live.ipynb", "--in-place", "--json"],
            cwd=folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.addCleanup(self.end_run)

    def end_run(self) -> None:
        if self.run.poll() is None:
            self.run.kill()
        self.run.wait()
        if self.run.stdout is not None:
            self.run.stdout.close()

    def until_the_second_cell_runs(self) -> None:
        assert self.run.stdout is not None
        running = 0
        for line in self.run.stdout:
            event = json.loads(line)
            running += event.get("type") == "step" and event.get("status") == "running"
            if running == 2:
                return
        self.fail("The run ended before its second cell.")

    def test_is_read_written_and_watched_in_the_document_while_a_cell_runs(self) -> None:
        self.until_the_second_cell_runs()
        values = watch(self.nb, "late")
        self.assertEqual(next(values), 1)
        set_val(self.nb, "late", 2, expected=1)
        self.assertEqual(next(values), 2)
        with self.assertRaises(ValueChanged):
            set_val(self.nb, "late", 3, expected=1)
        with self.assertRaises(LoopbookError):
            set_val(self.nb, "nothing", 3, create=False)
        set_val(self.nb, "note", ["from", "outside"])
        put_df(self.nb, "scores", [["svm", 0.9]], ["model", "f1"])
        put_df(self.nb, "scores", [["svm", 0.97]], ["model", "f1"])
        self.assertEqual(get_val(self.nb, "scores")["data"], [["svm", 0.97]])
        # The run takes it up when it gets there.
        (self.folder / "go").touch()
        out, _ = self.run.communicate(timeout=_LIMIT_SECONDS)
        self.assertEqual(self.run.returncode, 0, out)
        saved = json.loads(self.nb.read_text(encoding="utf-8"))
        printed = ["".join(o["text"]) for c in saved["cells"] for o in c.get("outputs", []) if "text" in o]
        self.assertEqual(printed, ["late is 2\n"])
        # Closed by now: the same calls, on the file.
        self.assertEqual(get_val(self.nb, "note"), ["from", "outside"])
        self.assertEqual(get_val(self.nb, "scores")["data"], [["svm", 0.97]])
        set_val(self.nb, "late", 4)
        began = time.monotonic()
        self.assertEqual(next(values), 4)
        self.assertLess(time.monotonic() - began, _LIMIT_SECONDS)
        values.close()


if __name__ == "__main__":
    unittest.main()
