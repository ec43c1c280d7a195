"""Small pipelines as processes of their own, for tests that kill them or look at how they end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, TypeVar

T = TypeVar("T")
LIMIT_SECONDS = 60.0


class Folder(unittest.TestCase):
    """A folder, a state folder and a spool of the test's own; processes that it starts are ended with it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.spool = self.folder / "spool"
        self.environment: Dict[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOOPBOOK_")},
            "LOOPBOOK_HOME": str(self.folder / "state"),
            "LOOPBOOK_SPOOL": str(self.spool),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1] / "src"), str(Path(__file__).parent)]),
        }

    def start(self, source: str, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
        file = self.folder / "pipeline.py"
        file.write_text(textwrap.dedent(source))
        environment = {**self.environment, **more.pop("env", {})}
        process = subprocess.Popen(
            [more.pop("python", sys.executable), "-W", "error", str(file), *arguments],
            cwd=self.folder,
            env=environment,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **more,
        )
        self.addCleanup(_end, process)
        return process

    def run_to_end(self, source: str, *arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        process = self.start(source, *arguments, **more)
        out, err = process.communicate(timeout=LIMIT_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def writers(self) -> List[Path]:
        return sorted(one.parent for one in self.spool.glob("run_*/*/attach.json"))

    def only_writer(self) -> Path:
        writers = self.writers()
        self.assertEqual(len(writers), 1, writers)
        return writers[0]


def until(look: "Callable[[], Optional[T]]", what: str = "", seconds: float = LIMIT_SECONDS) -> T:
    """The first truthy thing that `look` finds."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what or look}")
        time.sleep(0.01)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
