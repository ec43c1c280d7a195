"""Values and tables in Jupyter notebooks by name, on closed files and on live notebooks alike."""

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

__all__ = [
    "BadValue",
    "CommandNotFound",
    "LoopbookError",
    "NoSuchValue",
    "NotALiteral",
    "NotebookUnreadable",
    "Value",
    "ValueChanged",
    "get_df",
    "get_val",
    "get_vals",
    "put_df",
    "set_val",
    "set_vals",
    "watch",
]
__version__ = "0.1.0"
