"""What can go wrong, as exceptions that a program can tell apart."""

from __future__ import annotations

from typing import Mapping


class LoopbookError(Exception):
    """`code` is stable and listed in docs/reference/errors.md; the message is a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[LoopbookError], tuple[str, str]]:
        return type(self), (self.code, self.message)


class NoSuchValue(LoopbookError, LookupError):
    """The notebook has no value of that name."""


class NotALiteral(LoopbookError, ValueError):
    """The value is there, but it is computed, or written in a way that cannot be read."""


class BadValue(LoopbookError, ValueError):
    """Such a value cannot stand there."""


class ValueChanged(LoopbookError):
    """`expected` does not hold: somebody else has changed the value. Nothing was written."""


class NotebookUnreadable(LoopbookError):
    """The file is missing, or it is no notebook."""


class CommandNotFound(LoopbookError):
    """The `loopbook` command is not installed, or cannot be started."""


_BY_CODE: Mapping[str, type[LoopbookError]] = {
    "no-such-value": NoSuchValue,
    "not-a-literal": NotALiteral,
    "unreadable-value": NotALiteral,
    "bad-value": BadValue,
    "table-refused": BadValue,
    "value-changed": ValueChanged,
    "notebook-unreadable": NotebookUnreadable,
}


def error_of(code: str, message: str) -> LoopbookError:
    return _BY_CODE.get(code, LoopbookError)(code, message)
