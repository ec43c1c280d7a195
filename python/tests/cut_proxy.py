"""A proxy that cuts the connection after so many bytes in one direction, and counts what goes through."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import List, Optional


class CutProxy:
    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        #: Bytes until the next cut, of what the pipeline sends, and of what it is answered.
        self.up: Optional[int] = None
        self.down: Optional[int] = None
        self.cuts = 0
        #: Takes connections and says nothing on them.
        self.silent = False
        self._open: List[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.silent:
                self._open.append(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            threading.Thread(target=self._pass, args=(client, server, "up"), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, "down"), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while True:
                part = source.recv(65_536)
                if not part:
                    break
                with self._lock:
                    left = getattr(self, way)
                    if left is not None:
                        setattr(self, way, None if left < len(part) else left - len(part))
                if left is not None and left < len(part):
                    target.sendall(part[:left])
                    self.cuts += 1
                    break
                target.sendall(part)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut_all(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut_all()
