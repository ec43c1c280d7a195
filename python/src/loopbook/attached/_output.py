"""What the process prints, kept beside what it logs: so that a run that dies has last words."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .run import Run

_LONGEST_LINE = 10_000
#: Bytes a second and stream; what a program prints beyond is counted.
_RATE_BYTES = 100_000


def listen(run: "Run", stream: str) -> None:
    """Everything that Python code writes to `sys.stdout` or `sys.stderr`, line by line."""
    target = getattr(sys, stream, None)
    if target is None or getattr(target, "_loopbook", None) is not None:
        return
    write = target.write
    lines = _Lines(run, stream)

    def written(text: str) -> Any:
        done = write(text)
        try:
            if not text.startswith("loopbook: "):
                lines.take(text)
        except Exception:
            pass
        return done

    try:
        target.write = written
        target._loopbook = lines
    except (AttributeError, TypeError):
        # A stream that takes no other method is left alone.
        pass


class _Lines:
    def __init__(self, run: "Run", stream: str) -> None:
        self._run = run
        self._stream = stream
        self._rest = ""
        self._budget = float(_RATE_BYTES)
        self._at = run._clock.now()
        self._left_out = 0
        self._inside = threading.local()

    def take(self, text: str) -> None:
        if self._run.status is not None or getattr(self._inside, "busy", False):
            return
        self._inside.busy = True
        try:
            # A progress bar writes its line again and again: its last state is the line.
            lines = (self._rest + text).split("\n")
            self._rest = lines.pop().rpartition("\r")[2][-_LONGEST_LINE:]
            told = [line.rstrip("\r").rpartition("\r")[2][:_LONGEST_LINE] for line in lines]
            if told:
                self._tell("\n".join(told) + "\n")
        finally:
            self._inside.busy = False

    def _tell(self, text: str) -> None:
        now = self._run._clock.now()
        self._budget = min(_RATE_BYTES, self._budget + (now - self._at) * _RATE_BYTES)
        self._at = now
        if len(text) > self._budget:
            self._left_out += 1
            return
        self._budget -= len(text)
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._run._tell("dropped", count=left_out, why=f"{self._stream} came too fast")
        self._run._tell("output", stream=self._stream, text=text)

