"""Notebooks as control rooms: values in them by name, and pipelines that join them (`attach`).

Everything is loaded when it is used first, so that importing this costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .attached._attach import attach, current
    from .attached._control import Stopped
    from .attached.parameters import Param, Parameters, Refused, param
    from .attached.questions import Answer, Labelled
    from .attached.run import Run
    from .errors import (
        BadValue,
        CommandNotFound,
        LoopbookError,
        NoSuchValue,
        NotALiteral,
        NotebookUnreadable,
        ValueChanged,
    )
    from .tables import get_df, put_df
    from .values import Value, get_val, get_vals, set_val, set_vals, watch

_WHERE = {
    **dict.fromkeys(["attach", "current"], "attached._attach"),
    **dict.fromkeys(["Param", "Parameters", "Refused", "param"], "attached.parameters"),
    **dict.fromkeys(["Answer", "Labelled"], "attached.questions"),
    "Run": "attached.run",
    "Stopped": "attached._control",
    **dict.fromkeys(
        ["BadValue", "CommandNotFound", "LoopbookError", "NoSuchValue", "NotALiteral", "NotebookUnreadable"]
        + ["ValueChanged"],
        "errors",
    ),
    **dict.fromkeys(["get_df", "put_df"], "tables"),
    **dict.fromkeys(["Value", "get_val", "get_vals", "set_val", "set_vals", "watch"], "values"),
}

__all__ = [
    "Answer",
    "BadValue",
    "CommandNotFound",
    "Labelled",
    "LoopbookError",
    "NoSuchValue",
    "NotALiteral",
    "NotebookUnreadable",
    "Param",
    "Parameters",
    "Refused",
    "Run",
    "Stopped",
    "Value",
    "ValueChanged",
    "attach",
    "current",
    "get_df",
    "get_val",
    "get_vals",
    "param",
    "put_df",
    "set_val",
    "set_vals",
    "watch",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'loopbook' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f".{where}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> "list[str]":
    return sorted([*globals(), *__all__])
