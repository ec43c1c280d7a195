"""A writer's log on this machine's disk: what was handed over is here before the call returns (decision 0009).

The layout of a record is in docs/decisions/0009. Its length is written last, so that whatever kills the process, a
reader finds whole records and then a zero. The disk may be full: then records go into a bounded piece of memory, the
oldest give way, and they are counted.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import time
from collections import deque
from types import CodeType
from typing import Any, Callable, Deque, Dict, List, Optional, Set, Tuple

from ._places import write_whole
from ._segments import SEGMENT_BYTES, Segment, make_segment, memory_segment

FACT, SHAPE, ROW = 1, 2, 3
NO_STEP = -(2**63)
#: While the disk is full: this many segments of memory, the oldest giving way.
MEMORY_SEGMENTS = 4
#: Bytes that wait on disk for a server at most; beyond, the disk counts as full. `LOOPBOOK_SPOOL_LIMIT` sets another.
SPOOL_LIMIT_BYTES = 8 << 30
#: Shapes are numbered in 16 bits.
MOST_SHAPES = 65_535

_HEAD = struct.Struct("<BBH")
_LENGTH = struct.Struct("<I")

#: Functions that hold a spool's lock: a signal handler that logs may have interrupted one of them.
holders: Set[CodeType] = set()


class Clock:
    """Seconds since 1970 that never go back, also when the machine's clock is set back."""

    __slots__ = ("base",)

    def __init__(self) -> None:
        self.base = time.time() - time.monotonic()

    def now(self) -> float:
        return self.base + time.monotonic()

    def follow(self) -> None:
        """Follows the machine's clock forwards: after a suspend, or as it is corrected."""
        self.base = max(self.base, time.time() - time.monotonic())


class Shape:
    """The names of a row, in their order."""

    __slots__ = ("id", "names", "size", "pack_into", "next")

    def __init__(self, number: int, names: Tuple[str, ...]) -> None:
        self.id = number
        self.names = names
        self.size = 24 + 8 * len(names)
        self.pack_into = struct.Struct(f"<BBHdq{len(names)}d").pack_into
        #: The step of the next row that is given none.
        self.next = 0


class Spool:
    """One writer's log. Nothing is made on disk before the first record."""

    def __init__(self, folder: str, describe: Callable[[], bytes], clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.lock = threading.Lock()
        self.shapes: Dict[Tuple[str, ...], Shape] = {}
        #: Place in the newest segment, and where its mapped room ends (0: each record is written by a call).
        self.at = 0
        self.room = 0
        self.buffer: Any = None
        self.lengths: Any = None
        self.received = 0
        self.dropped = 0
        self.why_dropped = ""
        self.deferred: Deque[Callable[[], object]] = deque()
        #: Called, outside of the lock, after a fact: somebody may wait for it.
        self.on_fact: Callable[[], None] = lambda: None
        self._describe = describe
        self._described = False
        self._segments: List[Segment] = []
        self._capacity = 0
        self._pinned = 0
        self._full_until = 0.0
        limit = os.environ.get("LOOPBOOK_SPOOL_LIMIT", "")
        self._limit = int(limit) if limit.isdigit() else SPOOL_LIMIT_BYTES

    # Writing

    def fact(self, type_: str, **fields: Any) -> int:
        """Appends a fact; fields that are None are left out. Returns the offset behind it (0: put off or dropped)."""
        told = {"type": type_, "time": self.clock.now()}
        # A step's total is null when it is not known; everything else is left out.
        told.update((name, value) for name, value in fields.items() if value is not None or name == "total")
        payload = json.dumps(told, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        end = self.record(FACT, 0, payload.encode("utf-8", "replace"))
        self.on_fact()
        return end

    def record(self, kind: int, shape: int, payload: bytes) -> int:
        return self._held(lambda: self._put(kind, shape, payload))

    def row(self, names: Tuple[str, ...], values: "Tuple[float, ...]", step: Optional[int]) -> None:
        """The way of a row that is not straight: a new shape, another segment, a log that is appended to."""
        self._held(lambda: self._row(names, values, step))

    def _held(self, write: "Callable[[], int]") -> int:
        """Writes while nobody else does; put off (0) when it has interrupted a write of its own thread."""
        if self.lock.locked() and self.is_reentered():
            self.deferred.append(lambda: self._held(write))
            return 0
        holding = True
        try:
            with self.lock:
                end = write()
        except BaseException:
            holding = False
            self.repair()
            raise
        holding = False  # noqa: F841
        if self.deferred:
            self.drain()
        return end

    def _row(self, names: Tuple[str, ...], values: "Tuple[float, ...]", step: Optional[int]) -> int:
        shape = self.shapes.get(names) or self._new_shape(names)
        if shape is None:
            return 0
        if step is None:
            step = shape.next
        body = bytearray(shape.size)
        shape.pack_into(body, 4, ROW, 0, shape.id, self.clock.now(), step, *values)
        end = self._put(ROW, shape.id, bytes(body[8:]))
        if step != NO_STEP:
            shape.next = step + 1
        return end

    def _new_shape(self, names: Tuple[str, ...]) -> Optional[Shape]:
        if len(self.shapes) >= MOST_SHAPES:
            self.dropped += 1
            self.why_dropped = f"more than {MOST_SHAPES} sets of metric names"
            return None
        shape = Shape(len(self.shapes) + 1, names)
        if self._put(SHAPE, shape.id, _names_json(names)) == 0:
            return None
        self.shapes[names] = shape
        return shape

    def drain(self) -> None:
        """What a signal handler handed over while it had interrupted a call."""
        while self.deferred:
            try:
                self.deferred.popleft()()
            except IndexError:
                return

    def is_reentered(self) -> bool:
        """Whether a function further down this thread's own stack holds the lock: waiting would be for ever.

        Such a function says so in its local `holding`, which costs it nothing.
        """
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code in holders and frame.f_locals.get("holding"):
                return True
            frame = frame.f_back  # type: ignore[assignment]
        return False

    def repair(self) -> None:
        """After an interrupted call: what it left behind the last whole record would be read as a length."""
        if self.lock.locked() and self.is_reentered():
            return
        holding = True  # noqa: F841
        with self.lock:
            if self.buffer is not None:
                end = min(self.at + SEGMENT_BYTES, self._capacity)
                self.buffer[self.at : end] = bytes(end - self.at)

    def _put(self, kind: int, shape: int, payload: bytes) -> int:
        padding = -len(payload) % 8
        size = 8 + len(payload) + padding
        if self.at + size > self._capacity and not self._next(size):
            self.dropped += 1
            return 0
        at = self.at
        newest = self._segments[-1]
        if self.buffer is None:
            record = _LENGTH.pack(size) + _HEAD.pack(kind, padding, shape) + payload + bytes(padding)
            try:
                newest.append(record, at)
            except OSError as cause:
                if not self._to_memory(size, cause):
                    self.dropped += 1
                    return 0
                return self._put(kind, shape, payload)
        else:
            self.buffer[at + 8 : at + size] = payload + bytes(padding)
            _HEAD.pack_into(self.buffer, at + 4, kind, padding, shape)
            self.lengths[at >> 2] = size
        self.at = at + size
        return newest.first + self.at

    # Segments. All of this under the lock.

    def _next(self, size: int) -> bool:
        """Room for a record of this size in a new segment. False: there is none."""
        capacity = max(SEGMENT_BYTES, -(-size // 4096) * 4096)
        if self._is_in_memory() or time.monotonic() < self._full_until:
            return self._to_memory(size, None)
        try:
            self._open()
            end = self.end_now()
            if end - self.received > self._limit:
                raise OSError(f"{self._limit} bytes wait for a server already (LOOPBOOK_SPOOL_LIMIT)")
            if self._segments and self.at == 0:
                self._segments.pop().remove()
            segment = make_segment(self.folder, end, capacity)
        except OSError as cause:
            return self._to_memory(size, cause)
        self._take(segment)
        return True

    def _take(self, segment: Segment) -> None:
        if self._segments:
            last = self._segments[-1]
            last.used = self.at
            last.close(self.at)
        self._segments.append(segment)
        self.at = 0
        self.buffer = segment.buffer
        self.lengths = segment.lengths
        self._capacity = segment.size
        self.room = segment.size if segment.buffer is not None else 0

    def _open(self) -> None:
        if not self._described:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            write_whole(os.path.join(self.folder, "attach.json"), self._describe())
            self._described = True

    def _is_in_memory(self) -> bool:
        return bool(self._segments) and self._segments[-1].path is None

    def _to_memory(self, size: int, cause: Optional[OSError]) -> bool:
        if cause is not None:
            self.why_dropped = f"the spool could not be written: {cause.strerror or cause}"
            self._full_until = time.monotonic() + 1
        known = sum(16 + len(_names_json(names)) for names in self.shapes)
        if size + known > SEGMENT_BYTES // 2:
            self.why_dropped = self.why_dropped or "too big to be kept in memory"
            return False
        if sum(segment.path is None for segment in self._segments) >= MEMORY_SEGMENTS and not self._give_way():
            return False
        self._take(memory_segment(self.end_now(), SEGMENT_BYTES))
        # Told again, because what defined them may have to give way.
        for shape in self.shapes.values():
            self._put(SHAPE, shape.id, _names_json(shape.names))
        return True

    def _give_way(self) -> bool:
        """Drops the oldest segment of memory that nobody has begun to ship; those behind it move up."""
        for index, segment in enumerate(self._segments[:-1]):
            if segment.path is None and segment.first >= self._pinned:
                self.dropped += _records_in(segment)
                for later in self._segments[index + 1 :]:
                    later.first -= segment.used
                del self._segments[index]
                return True
        return False

    def end_now(self) -> int:
        return self._segments[-1].first + self.at if self._segments else 0

    # What the sender calls

    def end(self) -> int:
        """The offset behind the last whole record."""
        holding = True  # noqa: F841
        with self.lock:
            return self.end_now()

    def batch(self, at: int) -> "Optional[Tuple[int, bytes]]":
        """Whole records from `at` on, of one segment; None: there are none. The offset is another where `at` is gone."""
        holding = True  # noqa: F841
        with self.lock:
            for segment in self._segments:
                used = self.at if segment is self._segments[-1] else segment.used
                if at < segment.first + used:
                    start = max(at, segment.first)
                    end = segment.first + used
                    self._pinned = max(self._pinned, end)
                    if segment.path is None:
                        return start, segment.read(start, end)
                    break
            else:
                return None
        return start, segment.read(start, end)

    def mark_received(self, received: int) -> None:
        """The server has everything before this offset: whole segments of that are removed, but never the last."""
        holding = True  # noqa: F841
        with self.lock:
            self.received = max(self.received, received)
            kept = [
                one for one in self._segments[:-1] if one.first + one.used > received
            ] + self._segments[-1:]
            gone = [one for one in self._segments if one not in kept]
            self._segments = kept
        for segment in gone:
            segment.remove()
        if self._described:
            try:
                write_whole(os.path.join(self.folder, "received"), str(self.received).encode())
            except OSError:
                pass

    def relieve(self) -> None:
        """When there may be room on disk again: moves there what is in memory, and tells what was dropped."""
        if self._is_in_memory() and time.monotonic() >= self._full_until:
            holding = True
            with self.lock:
                self._spill()
            holding = False
        count, why = self.dropped, self.why_dropped
        if count > 0 and not self._is_in_memory():
            self.dropped -= count
            self.fact("dropped", count=count, why=why or "the disk was full")

    def _spill(self) -> None:
        try:
            self._open()
            for segment in self._segments:
                if segment.path is not None:
                    continue
                used = self.at if segment is self._segments[-1] else segment.used
                path = os.path.join(self.folder, f"{segment.first:020d}.log")
                write_whole(path, segment.read(segment.first, segment.first + used))
                segment.used, segment.path = used, path
                segment.lengths = segment.buffer = None
        except OSError as cause:
            self._full_until = time.monotonic() + 1
            self.why_dropped = f"the spool could not be written: {cause.strerror or cause}"
            if self._segments[-1].path is None:
                return
        self.buffer = self.lengths = None
        self.room = self._capacity = 0

    def describe_again(self) -> None:
        """After what `attach.json` says has changed."""
        if self._described:
            try:
                write_whole(os.path.join(self.folder, "attach.json"), self._describe())
            except OSError:
                pass

    def close(self) -> None:
        """Gives back the room that was not used. It goes on where something is written after all."""
        holding = True  # noqa: F841
        with self.lock:
            if self._segments and self._segments[-1].path is not None and self.buffer is not None:
                newest = self._segments[-1]
                newest.used = self.at
                newest.close(self.at)
                self.buffer = self.lengths = None
                self.room = self._capacity = 0

    def remove(self) -> None:
        """When the server has everything."""
        import shutil

        holding = True  # noqa: F841
        with self.lock:
            for segment in self._segments:
                segment.close(0)
            self.room = self._capacity = 0
            self.buffer = self.lengths = None
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            os.rmdir(os.path.dirname(self.folder))
        except OSError:
            pass


holders.update((Spool._held.__code__, Spool.repair.__code__, Spool.end.__code__))
holders.update((Spool.batch.__code__, Spool.mark_received.__code__, Spool.relieve.__code__))
holders.update((Spool.close.__code__, Spool.remove.__code__))


def _names_json(names: Tuple[str, ...]) -> bytes:
    return json.dumps(list(names), separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _records_in(segment: Segment) -> int:
    """Of a segment of memory; shapes do not count."""
    count = at = 0
    assert segment.lengths is not None and segment.buffer is not None
    while at < segment.used:
        size = segment.lengths[at >> 2]
        if size == 0:
            break
        count += segment.buffer[at + 4] != SHAPE
        at += size
    return count
