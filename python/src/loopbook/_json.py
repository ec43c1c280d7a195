"""Python objects as the JSON that stands for them in a notebook, or a clear refusal."""

from __future__ import annotations

import math
from typing import Any

from .errors import BadValue

_LARGEST = 2**53


def as_json(value: Any, where: str) -> Any:
    """Lists, dictionaries, texts, numbers, True, False, None; numpy's scalars and arrays as what they hold."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise BadValue("bad-value", f"{where}: {value} is beyond ±2^53 and would not be kept exactly.")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadValue("bad-value", f"{where}: {value} is no literal.")
        return float(value)
    if isinstance(value, (list, tuple)):
        return [as_json(item, where) for item in value]
    if isinstance(value, dict):
        odd = next((key for key in value if not isinstance(key, str)), None)
        if odd is not None:
            raise BadValue("bad-value", f"{where}: the key {odd!r} is no text.")
        return {key: as_json(item, where) for key, item in value.items()}
    held = getattr(value, "tolist", None)
    if callable(held):
        return as_json(held(), where)
    raise BadValue("bad-value", f"{where}: a {type(value).__name__} has no literal.")


def as_cell(value: Any, where: str) -> Any:
    """A value of a table: what is missing is None, times are ISO texts."""
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value)):
        return None
    written = getattr(value, "isoformat", None)
    if callable(written):
        return written()
    held = getattr(value, "item", None)
    return as_cell(held(), where) if callable(held) else as_json(value, where)
