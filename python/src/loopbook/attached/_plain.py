"""Whatever a program hands over, as numbers and JSON. Nothing here raises for what it is given."""

from __future__ import annotations

import math
import os
import sys
from typing import Any, Dict, Iterable, Optional, Set, Tuple

_DEPTH = 8
_MOST_ITEMS = 1_000

#: Of an option that was not given, where None is a value.
NOTHING: Any = object()

_warned: Set[str] = set()


def number(value: Any) -> Optional[float]:
    """numpy's scalars, tensors of one element, Decimal, Fraction, …; None: it is no number."""
    if isinstance(value, (str, bytes, bytearray)) or value is None:
        return None
    try:
        return float(value)
    except Exception:
        pass
    try:
        return float(value.item())
    except Exception:
        return None


def whole(value: Any) -> Optional[int]:
    """A step; None: it is none, or beyond 64 bits."""
    try:
        step = int(value)
    except Exception:
        return None
    return step if -(2**63) < step < 2**63 else None


def numbers(named: Dict[str, Any]) -> "Tuple[Tuple[str, ...], Tuple[float, ...], Tuple[str, ...]]":
    """Names and values of what are numbers, and the names of what are none."""
    names, values, refused = [], [], []
    for name, value in named.items():
        found = value if type(value) is float else number(value)
        if found is None:
            refused.append(str(name))
        else:
            names.append(str(name))
            values.append(found)
    return tuple(names), tuple(values), tuple(refused)


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """JSON that stands for it: NaN and infinities by name, what has no JSON as its text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= 2**53 else str(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if depth > 0 and isinstance(value, dict):
        return {str(key): plain(item, depth - 1) for key, item in _some(value.items())}
    if depth > 0 and isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth - 1) for item in _some(value)]
    if isinstance(value, os.PathLike):
        return str(value)
    for name in ("tolist", "isoformat"):
        try:
            held = getattr(value, name)()
        except Exception:
            continue
        if depth > 0 and type(held) is not type(value):
            return plain(held, depth - 1)
    return text_of(value)


def _some(items: Iterable[Any]) -> Iterable[Any]:
    for count, item in enumerate(items):
        if count >= _MOST_ITEMS:
            return
        yield item


def text_of(value: Any, most: int = 10_000) -> str:
    try:
        return str(value)[:most]
    except Exception as problem:
        return f"<{type(value).__name__}: {type(problem).__name__}>"


def warn(cause: str, text: str) -> None:
    """One line on standard error, once a cause. Never through `warnings`: those may be errors."""
    if cause not in _warned:
        _warned.add(cause)
        say(text)


def say(text: str) -> None:
    try:
        (sys.__stderr__ or sys.stderr).write(f"loopbook: {text}\n")
    except Exception:
        pass
