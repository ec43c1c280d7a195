"""The files of a writer's log: parts of fixed size that are mapped into memory, or appended to where that is not safe."""

from __future__ import annotations

import os
import sys
from typing import Any, List, Optional, Tuple, Union

#: Bytes of a segment. A record that is bigger gets one for itself.
SEGMENT_BYTES = 1 << 20

#: A store to a mapped page whose block cannot be had is a SIGBUS, which ends the program. These file systems keep what
#: posix_fallocate promised; those that copy on write do not, and those of a network may go away.
_SAFE_TO_MAP = frozenset(["ext2", "ext3", "ext4", "xfs", "tmpfs", "overlay", "f2fs"])


class Segment:
    """Bytes of the log from `first` on. `buffer` takes records; it is None where each is written by a call."""

    __slots__ = ("first", "size", "used", "path", "buffer", "lengths", "_map", "_file")

    def __init__(self, first: int, size: int, path: Optional[str]) -> None:
        self.first = first
        self.size = size
        #: Bytes of whole records, once no more come; the spool knows how many the newest one has.
        self.used = 0
        self.path = path
        self.buffer: "Union[bytearray, memoryview, None]" = None
        self.lengths: Optional[memoryview] = None
        self._map: Any = None
        self._file: Optional[int] = None

    def read(self, at: int, end: int) -> bytes:
        """Bytes of the log between these offsets."""
        if self.path is None:
            assert self.buffer is not None
            return bytes(self.buffer[at - self.first : end - self.first])
        file = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            os.lseek(file, at - self.first, os.SEEK_SET)
            parts: "List[bytes]" = []
            left = end - at
            while left > 0:
                part = os.read(file, left)
                if not part:
                    break
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        finally:
            os.close(file)

    def append(self, record: bytes, at: int) -> None:
        """Where there is no buffer: behind what is there. Raises OSError, and then nothing of it stays."""
        assert self._file is not None
        done = 0
        try:
            while done < len(record):
                done += os.write(self._file, record[done:])
        except OSError:
            if done > 0:
                os.ftruncate(self._file, at)
                os.lseek(self._file, at, os.SEEK_SET)
            raise

    def close(self, used: int) -> None:
        """Gives back memory and the room that was not used."""
        if self.path is None:
            return
        if self.lengths is not None:
            self.lengths.release()
            self.lengths = None
        if isinstance(self.buffer, memoryview):
            self.buffer.release()
        self.buffer = None
        if self._map is not None:
            self._map.close()
            self._map = None
            try:
                os.truncate(self.path, used)
            except OSError:
                pass
        self.forget()

    def forget(self) -> None:
        """Lets go of the open file; a forked child has its own copy of it."""
        if self._file is not None:
            try:
                os.close(self._file)
            except OSError:
                pass
            self._file = None

    def remove(self) -> None:
        self.forget()
        if self.path is not None:
            try:
                os.unlink(self.path)
            except OSError:
                pass


def make_segment(folder: str, first: int, size: int) -> Segment:
    """A new segment in a file, its room taken for good. Raises OSError where there is none."""
    path = os.path.join(folder, f"{first:020d}.log")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o600)
    segment = Segment(first, size, path)
    try:
        if can_map(folder):
            _map(segment, file)
            os.close(file)
        else:
            segment._file = file
        return segment
    except BaseException:
        os.close(file)
        os.unlink(path)
        raise


def _map(segment: Segment, file: int) -> None:
    import mmap

    os.posix_fallocate(file, 0, segment.size)
    segment._map = mmap.mmap(file, segment.size)
    segment.buffer = memoryview(segment._map)
    segment.lengths = segment.buffer.cast("I")


def memory_segment(first: int, size: int) -> Segment:
    """What takes records while the disk is full."""
    segment = Segment(first, size, None)
    segment.buffer = bytearray(size)
    segment.lengths = memoryview(segment.buffer).cast("I")
    return segment


_known: "List[Tuple[int, bool]]" = []


def can_map(folder: str) -> bool:
    if sys.byteorder != "little" or not hasattr(os, "posix_fallocate"):
        return False
    if os.environ.get("LOOPBOOK_SPOOL_MODE") == "append":
        return False
    device = os.stat(folder).st_dev
    for known, safe in _known:
        if known == device:
            return safe
    safe = _file_system(device) in _SAFE_TO_MAP
    _known.append((device, safe))
    return safe


def _file_system(device: int) -> str:
    """Of /proc/self/mountinfo (proc(5)); empty when it does not tell."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                fields = line.split()
                if fields[2] == wanted:
                    return fields[fields.index("-") + 1]
    except (OSError, ValueError, IndexError):
        pass
    return ""
