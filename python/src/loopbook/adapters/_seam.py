"""What all adapters lean on: a run's public methods, and nothing else of it."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Mapping, Optional

import loopbook

if TYPE_CHECKING:
    from loopbook import Run


def run_of(given: "Optional[Run]") -> "Run":
    """The given run; else the one that this process attached last; else one that is attached now."""
    return given or loopbook.current() or loopbook.attach()


def numbers(values: "Optional[Mapping[Any, Any]]", prefix: str = "") -> "Dict[str, float]":
    """What of these is a number: libraries mix names and texts into their results."""
    found: "Dict[str, float]" = {}
    for name, value in (values or {}).items():
        if isinstance(value, (str, bytes)) or value is None:
            continue
        try:
            found[f"{prefix}{name}"] = float(value)
        except (TypeError, ValueError):
            continue
    return found


def simple(values: "Mapping[Any, Any]") -> "Dict[str, Any]":
    """What of these a notebook can hold as a parameter; other things by their text."""
    found: "Dict[str, Any]" = {}
    for name, value in values.items():
        item = getattr(value, "item", None)
        if callable(item) and getattr(value, "ndim", None) == 0:
            value = item()
        if isinstance(value, float) and not math.isfinite(value):
            value = str(value)
        plain = value is None or isinstance(value, (bool, int, float, str))
        if isinstance(value, (list, tuple)):
            plain = all(isinstance(one, (bool, int, float, str)) for one in value)
        found[str(name)] = value if plain else repr(value)[:500]
    return found


def table(title: str, rows: "Mapping[str, Any]") -> "Dict[str, str]":
    """A MIME bundle of names and values."""
    lines = [f"| {title} | |", "|---|---|"]
    lines += [f"| {_cell(name)} | {_cell(value)} |" for name, value in rows.items()]
    return {
        "text/markdown": "\n".join(lines),
        "text/plain": "\n".join(f"{name}: {value}" for name, value in rows.items()),
    }


def _cell(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")[:200]


class Rounds:
    """Rounds of a loop that the library owns. Each is a safe point of the run."""

    def __init__(self, run: "Run", total: Optional[int] = None, first: int = 0, label: Optional[str] = None) -> None:
        self._run = run
        source = itertools.count(first) if total is None else range(first, max(total, first))
        self._steps: "Iterator[Any]" = iter(run.steps(source, total=total, label=label))

    def next(self) -> bool:
        """A round begins: waits while somebody wants a pause. False: the run is to stop."""
        next(self._steps, None)
        return not self._run.is_stopped

    def close(self) -> None:
        close = getattr(self._steps, "close", None)
        if close is not None:
            close()


def live(run: "Run", name: str, value: float, apply: "Callable[[float], None]", help: str) -> None:
    """A parameter that people change while the library trains. What the notebook says counts from the beginning."""
    if name not in run.params:
        run.params.declare(**{name: loopbook.param(float(value), min=0, help=help)})
    run.params.on_change(name, apply)
    now = run.params[name]
    if now != value:
        apply(now)
