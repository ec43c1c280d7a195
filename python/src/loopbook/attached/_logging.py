"""Records of Python's `logging` as lines of a run's log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from .run import Run


class RunHandler(logging.Handler):
    """`logging.getLogger().addHandler(run.handler())`"""

    def __init__(self, run: "Run", level: "Union[int, str]" = logging.NOTSET) -> None:
        super().__init__(level)
        self._run = run

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            self._run.log_text(text, level=_level(record.levelno), logger=record.name[:500])
        except Exception:
            self.handleError(record)


def _level(number: int) -> str:
    if number >= logging.CRITICAL:
        return "critical"
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"
