"""Loops whose rounds are safe points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, Generic, Iterable, Iterator, Optional, Tuple, TypeVar

from ._control import Pace

if TYPE_CHECKING:
    from .run import Run

T = TypeVar("T")


class Steps(Generic[T]):
    """Made by `run.steps`."""

    #: Rounds of inner loops so far, by run, depth and label: they are counted through.
    _counts: "Dict[Tuple[str, int, Optional[str]], int]" = {}
    _depths: "Dict[str, int]" = {}

    def __init__(self, run: "Run", iterable: "Iterable[T]", total: Optional[int], label: Optional[str]) -> None:
        self._run = run
        self._iterable: Any = iterable
        self._label = label[:500] if label is not None else None
        self._first, self._total = 0, total
        self._is_range = isinstance(iterable, range) and iterable.step == 1
        if self._is_range:
            self._first, self._total = iterable.start, total if total is not None else iterable.stop  # type: ignore[attr-defined]
        elif total is None:
            self._total = _length(iterable)

    def __len__(self) -> int:
        found = _length(self._iterable)
        if found is None:
            raise TypeError("It is not known how many there are.")
        return found

    def __iter__(self) -> "Iterator[T]":
        run, control, pace = self._run, self._run._control, Pace()
        before, depth, index = self._begin()
        shown = -1
        try:
            for item in self._iterable:
                run._step = index
                if control.attention and not run._control.act():
                    break
                if depth == 0 and pace.is_due():
                    shown = self._tell(index)
                yield item
                index += 1
        finally:
            self._leave(before, depth, index, shown)

    def __aiter__(self) -> "AsyncIterator[T]":
        return self._asynchronously()

    async def _asynchronously(self) -> "AsyncIterator[T]":
        import asyncio

        run, pace = self._run, Pace()
        before, depth, index = self._begin()
        shown = -1
        source = self._iterable if hasattr(self._iterable, "__aiter__") else _one_by_one(self._iterable)
        try:
            async for item in source:
                run._step = index
                if run._control.attention and not await run._control.act_async():
                    break
                if depth == 0 and pace.is_due():
                    shown = self._tell(index)
                yield item
                index += 1
                await asyncio.sleep(0)
        finally:
            self._leave(before, depth, index, shown)

    def _begin(self) -> "Tuple[Optional[int], int, int]":
        run = self._run
        run._has_safe_points = True
        depth = self._depths.get(run.run_id, 0)
        self._depths[run.run_id] = depth + 1
        start = self._first if depth == 0 else self._counts.get((run.run_id, depth, self._label), 0)
        return run._step, depth, start

    def _tell(self, index: int) -> int:
        # Told as how many are done: a range that does not begin at 0 goes on with earlier work.
        self._run._tell_step(index, self._total, self._label)
        return index

    def _leave(self, before: Optional[int], depth: int, index: int, shown: int) -> None:
        run = self._run
        self._depths[run.run_id] = depth
        if depth > 0:
            self._counts[(run.run_id, depth, self._label)] = index
        elif index - 1 > shown and index > self._first:
            self._tell(index - 1)
        run._step = before


def _length(things: Any) -> Optional[int]:
    try:
        return len(things)
    except TypeError:
        return None


async def _one_by_one(items: "Iterable[T]") -> "AsyncIterator[T]":
    for item in items:
        yield item
