"""tqdm's bars, with their loop in the run: progress, a safe point a round, and the postfix as metrics.

    from loopbook.adapters.tqdm import tqdm
    for batch in (bar := tqdm(batches)):
        bar.set_postfix(loss=train(batch))
"""

from __future__ import annotations

from typing import Any, Iterator

import loopbook
from tqdm.auto import tqdm as _tqdm

from ._seam import numbers

__all__ = ["tqdm", "trange"]


class tqdm(_tqdm):  # type: ignore[misc,type-arg]
    """`tqdm.auto.tqdm` in the run that this process attached last; without one it is that alone.

    Pause and stop act before each round; a stop ends the loop as its end would. A bar that is moved by hand (`update`)
    raises `loopbook.Stopped`.
    """

    def __iter__(self) -> "Iterator[Any]":
        run = loopbook.current()
        bar = super().__iter__()
        if run is None:
            yield from bar
            return
        # A bar that is switched off has no more than its iterable.
        total = None if self.total is None else int(self.total)
        try:
            yield from run.steps(bar, total=total, label=getattr(self, "desc", None) or None)
        finally:
            # Stopped in the middle: the bar is left as it stands.
            self.close()

    def update(self, n: "float | None" = 1) -> "bool | None":
        run = loopbook.current()
        if run is not None and self.iterable is None:
            run.safe_point()
        told: "bool | None" = super().update(n)
        return told

    def set_postfix(self, ordered_dict: Any = None, refresh: "bool | None" = True, **kwargs: Any) -> None:
        run = loopbook.current()
        if run is not None:
            found = numbers({**dict(ordered_dict or {}), **kwargs})
            if found:
                run.log(found)
        super().set_postfix(ordered_dict, refresh, **kwargs)


def trange(*args: int, **kwargs: Any) -> "tqdm":
    """`tqdm(range(…))`."""
    return tqdm(range(*args), **kwargs)
