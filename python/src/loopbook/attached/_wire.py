"""Requests to a server over one connection that is kept. Used by one thread at a time."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Tuple

from ._places import Server

#: Seconds until a server that does not answer is taken for unreachable.
TIMEOUT_SECONDS = 10.0


class Unreachable(Exception):
    """No answer: no connection, a broken one, or none in time."""


class Refusal(Exception):
    """An answer that is an error: its status, the code, a sentence, all that it said."""

    def __init__(self, status: int, body: Any) -> None:
        told: Dict[str, Any] = body if isinstance(body, dict) else {}
        self.status = status
        self.code = str(told.get("code") or (told.get("error") or {}).get("code") or "")
        self.message = str(told.get("message") or (told.get("error") or {}).get("message") or f"status {status}")
        self.body = told
        super().__init__(self.message)

    @property
    def received(self) -> Optional[int]:
        detail = self.body.get("detail")
        inside = detail.get("received") if isinstance(detail, dict) else None
        found = self.body.get("received", inside)
        return found if isinstance(found, int) else None


class Wire:
    def __init__(self, server: Server) -> None:
        self.server = server
        self._connection: Any = None

    def call(
        self,
        method: str,
        path: str,
        body: Optional[bytes] = None,
        kind: str = "application/json",
        timeout: float = TIMEOUT_SECONDS,
    ) -> Any:
        """The answer's JSON. Raises Unreachable, Refusal."""
        status, _, said = self._exchange(method, path, body, kind, timeout)
        try:
            answer = json.loads(said) if said else None
        except ValueError as cause:
            raise Unreachable(f"what answered at {self.server.url} is no Loopbook server") from cause
        if status >= 400:
            raise Refusal(status, answer)
        if status >= 300:
            raise Unreachable(f"{self.server.url} sent us elsewhere ({status})")
        return answer

    def head(self, path: str) -> "Tuple[int, int]":
        """Status and content-length."""
        status, length, _ = self._exchange("HEAD", path, None, "", TIMEOUT_SECONDS)
        return status, length

    def _exchange(
        self, method: str, path: str, body: Optional[bytes], kind: str, timeout: float
    ) -> "Tuple[int, int, bytes]":
        from http.client import HTTPException

        kept = self._connection is not None
        try:
            return self._once(method, path, body, kind, timeout)
        except (OSError, HTTPException, ValueError) as cause:
            self.close()
            # One that was kept may have been closed at its other end meanwhile; whatever we send may come twice.
            if not kept or isinstance(cause, TimeoutError):
                raise Unreachable(str(cause) or type(cause).__name__) from cause
        try:
            return self._once(method, path, body, kind, timeout)
        except (OSError, HTTPException, ValueError) as cause:
            self.close()
            raise Unreachable(str(cause) or type(cause).__name__) from cause

    def _once(
        self, method: str, path: str, body: Optional[bytes], kind: str, timeout: float
    ) -> "Tuple[int, int, bytes]":
        from urllib.parse import urlsplit

        if self._connection is None:
            self._connection = self._connect(timeout)
        connection = self._connection
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        headers = {"content-type": kind} if body is not None else {}
        if self.server.token:
            headers["authorization"] = f"Bearer {self.server.token}"
        connection.request(method, urlsplit(self.server.url).path.rstrip("/") + path, body, headers)
        response = connection.getresponse()
        length = response.getheader("content-length") or ""
        said = response.read()
        if response.will_close:
            self.close()
        return response.status, int(length) if length.isdigit() else 0, said

    def _connect(self, timeout: float) -> Any:
        from http.client import HTTPConnection
        from urllib.parse import urlsplit

        parts = urlsplit(self.server.url)
        if parts.scheme == "https":
            from http.client import HTTPSConnection

            return HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout)
        return HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except Exception:
                pass
            self._connection = None
