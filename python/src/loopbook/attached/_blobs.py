"""Figures and artefacts by their content: kept beside the log, sent before the record that names them."""

from __future__ import annotations

import os
import threading
from typing import Any, Dict, Optional, Tuple

from ._plain import warn
from ._wire import Refusal, Unreachable, Wire

PART_BYTES = 1 << 20
#: Bigger ones go beside the log, in a thread and on a connection of their own, so that metrics do not wait for them.
_BESIDE_BYTES = 8 << 20
#: Bigger files are linked where that can be, instead of copied.
_LINK_BYTES = 64 << 20


class Blobs:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: Dict[str, Tuple[str, int]] = {}
        self._sent: "set[str]" = set()
        self._beside: Optional[threading.Thread] = None

    def keep(self, content: bytes) -> str:
        """Raises OSError when the disk is full."""
        import hashlib

        sha = hashlib.sha256(content).hexdigest()
        path = os.path.join(self._folder, sha)
        if sha not in self._sent and not os.path.exists(path):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            aside = f"{path}.tmp"
            try:
                with open(aside, "wb") as file:
                    file.write(content)
                os.replace(aside, path)
            except OSError:
                _remove(aside)
                raise
        self._add(sha, path, len(content))
        return sha

    def keep_file(self, path: str) -> "Tuple[str, int]":
        """Hash and size of a file as it is now. One that cannot be copied is sent from where it lies."""
        size = os.path.getsize(path)
        aside = os.path.join(self._folder, f".{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            sha, size = _copy(path, aside, size > _LINK_BYTES)
            kept = os.path.join(self._folder, sha)
            os.replace(aside, kept)
        except OSError:
            _remove(aside)
            sha, size = _copy(path, None, False)
            kept = path
        self._add(sha, kept, size)
        return sha, size

    def is_empty(self) -> bool:
        return not self._waiting

    def ship(self, wire: Wire, run_id: str) -> None:
        with self._lock:
            here = list(self._waiting.items())
        for sha, (path, size) in here:
            if size <= _BESIDE_BYTES:
                self._send(wire, run_id, sha, path, size)
            elif self._beside is None or not self._beside.is_alive():
                arguments = (Wire(wire.server), run_id)
                self._beside = threading.Thread(
                    target=self._send_beside, args=arguments, name="loopbook-artefacts", daemon=True
                )
                self._beside.start()

    def _send_beside(self, wire: Wire, run_id: str) -> None:
        try:
            for sha, (path, size) in list(self._waiting.items()):
                if size > _BESIDE_BYTES:
                    self._send(wire, run_id, sha, path, size)
        except (Unreachable, Refusal):
            # The sender starts us again when the server is there.
            pass
        finally:
            wire.close()

    def _send(self, wire: Wire, run_id: str, sha: str, path: str, size: int) -> None:
        address = f"/api/attached/{run_id}/blobs/{sha}"
        status, length = wire.head(address)
        at = length if status == 200 else 0
        try:
            with open(path, "rb") as file:
                while at < size or size == 0:
                    file.seek(at)
                    part = file.read(min(PART_BYTES, size - at))
                    if not part and size > 0:
                        raise OSError("it is shorter than it was")
                    at = self._put(wire, f"{address}?offset={at}&total={size}", part, at)
                    if size == 0:
                        break
        except OSError as cause:
            warn("artefact", f"{path} could not be sent: {cause}")
        self._done(sha, path)

    def _put(self, wire: Wire, address: str, part: bytes, at: int) -> int:
        try:
            answer = wire.call("PUT", address, part, "application/octet-stream", timeout=60)
            return int(answer["received"])
        except Refusal as problem:
            if problem.received is not None and problem.received != at:
                return problem.received
            if problem.status in (400, 413, 422):
                raise OSError(str(problem)) from problem
            raise

    def _add(self, sha: str, path: str, size: int) -> None:
        with self._lock:
            if sha not in self._sent:
                self._waiting[sha] = (path, size)

    def _done(self, sha: str, path: str) -> None:
        with self._lock:
            self._waiting.pop(sha, None)
            # Those are few, and asking again is harmless.
            if len(self._sent) > 10_000:
                self._sent.clear()
            self._sent.add(sha)
        if os.path.dirname(path) == self._folder:
            _remove(path)


def _copy(path: str, to: Optional[str], link: bool) -> "Tuple[str, int]":
    """Hash and size, and a copy (or a link of the same file) at `to`."""
    import hashlib

    found = hashlib.sha256()
    size = 0
    if to is not None and link:
        try:
            os.link(path, to)
            path, to = to, None
        except OSError:
            pass
    with open(path, "rb") as file:
        out: Any = open(to, "wb") if to is not None else None
        try:
            while True:
                part = file.read(PART_BYTES)
                if not part:
                    break
                found.update(part)
                size += len(part)
                if out is not None:
                    out.write(part)
        finally:
            if out is not None:
                out.close()
    return found.hexdigest(), size


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
