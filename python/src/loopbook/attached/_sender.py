"""Ships a writer's log, in order, from where the server has it, and hears what is wanted. Two daemon threads.

Nothing that happens here reaches the pipeline: what does not work is tried again, with one line on standard error a cause.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any, Callable, Dict, Optional, Protocol

from ._blobs import Blobs
from ._places import Server, find_server
from ._plain import say, warn
from ._spool import Spool
from ._wire import Refusal, Unreachable, Wire

#: What waits is shipped at the latest so much later.
TURN_SECONDS = 0.05
ALIVE_SECONDS = 3.0
_FIRST_SECONDS = 0.03
#: Between attempts at a server that is away: from, to. Short, because it is often back at once.
_AWAY = (0.1, 1.0)
#: The same where a server answers and refuses.
_REFUSED_SECONDS = 5.0
_NEWS_SECONDS = 25


class Told(Protocol):
    """What the sender needs of a run."""

    run_id: str
    writer_id: str

    def join_body(self, server: Server) -> Dict[str, Any]: ...

    def joined(self, view: Dict[str, Any], status_new: bool) -> None: ...

    def news(self, news: Dict[str, Any]) -> None: ...

    def tick(self) -> None: ...

    def begins_to_ship(self) -> None: ...

    def joins_otherwise(self) -> bool: ...


class Sender:
    def __init__(
        self, run: Told, spool: Spool, blobs: Blobs, find: "Callable[[], Optional[Server]]"
    ) -> None:
        self._run = run
        self._spool = spool
        self._blobs = blobs
        self._find = find
        #: A lock that is held but for a moment, as a semaphore: waking must be safe in a signal handler.
        self._wake = threading.Lock()
        self._wake.acquire()
        self._moved = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._listener: Optional[threading.Thread] = None
        self._wire: Optional[Wire] = None
        self._position = 0
        self._revision: Any = -1
        self._failures = 0
        self._last_told = 0.0
        self.server: Optional[Server] = None
        self.is_joined = False
        #: The first attempt to join has ended, whichever way.
        self.is_settled = threading.Event()
        self.is_away = False
        self._closing = False
        self._over = False

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="loopbook-sender", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:
                # The interpreter ends: what is in the spool stays for who comes next.
                return
            self._run.begins_to_ship()

    def wake(self) -> None:
        if self._thread is None and not self._over:
            self.start()
        self._nudge()

    def _nudge(self) -> None:
        try:
            self._wake.release()
        except RuntimeError:
            # It is awake already.
            pass

    def close(self, seconds: float) -> bool:
        """Waits until the server has everything, for so long at most. Not for a server that is away."""
        self._closing = True
        if self._thread is None and self._spool.end() > 0:
            self.start()
        self._nudge()
        until = time.monotonic() + seconds
        with self._moved:
            while not self._has_all():
                left = until - time.monotonic()
                if left <= 0 or (self.is_away and self._failures > 1) or self._thread is None:
                    break
                self._moved.wait(min(left, 0.05))
        whole = self._has_all()
        self._over = True
        self._nudge()
        return whole

    def _has_all(self) -> bool:
        return self._position >= self._spool.end() and self._blobs.is_empty() and not self._spool.deferred

    # The thread that ships

    def _loop(self) -> None:
        # What the program does first is not to share its time with us.
        self._wake.acquire(timeout=_FIRST_SECONDS)
        while not self._over:
            try:
                pause = self._turn()
            except Exception as problem:
                pause = 1.0
                warn(f"sender-{type(problem).__name__}", f"an error of ours, which ends nothing: {problem!r}")
            with self._moved:
                self._moved.notify_all()
            self._wake.acquire(timeout=pause)
        if self._wire is not None:
            self._wire.close()

    def _turn(self) -> float:
        """One attempt to do all there is to do. Seconds until the next."""
        self._spool.clock.follow()
        self._spool.drain()
        self._spool.relieve()
        self._run.tick()
        try:
            if not self.is_joined:
                self._join()
            self._ship()
            self._failures = 0
            self.is_away = False
            return TURN_SECONDS
        except Unreachable as problem:
            return self._is_away(str(problem))
        except Refusal as problem:
            return self._refused(problem)
        finally:
            self.is_settled.set()

    def _join(self) -> None:
        server = self._find()
        if server is None:
            raise Unreachable("")
        if self._wire is None or self._wire.server != server:
            if self._wire is not None:
                self._wire.close()
            self._wire = Wire(server)
        self.server = server
        body = json.dumps(self._run.join_body(server), allow_nan=False).encode()
        view = self._wire.call("POST", "/api/attached", body)
        received = view.get("received", {}).get(self._run.writer_id, 0)
        self._position = self._take(int(received))
        self.is_joined = True
        self._spool.describe_again()
        self._run.joined(view, received == 0)
        if isinstance(view.get("news"), dict):
            self._revision = view["news"].get("revision", -1)
            self._run.news(view["news"])
        if self._listener is None:
            self._listener = threading.Thread(target=self._listen, name="loopbook-news", daemon=True)
            self._listener.start()

    def _take(self, received: int) -> int:
        self._spool.mark_received(received)
        return received

    def _ship(self) -> None:
        assert self._wire is not None
        now = time.monotonic()
        if now - self._last_told > ALIVE_SECONDS and not self._closing and self._position >= self._spool.end():
            self._spool.fact("alive")
        while not self._over:
            batch = self._spool.batch(self._position)
            if batch is None:
                # Also those that no record names yet.
                self._blobs.ship(self._wire, self._run.run_id)
                return
            start, content = batch
            self._blobs.ship(self._wire, self._run.run_id)
            path = f"/api/attached/{self._run.run_id}/log/{self._run.writer_id}?offset={start}"
            try:
                answer = self._wire.call("POST", path, content, "application/octet-stream")
                received = int(answer["received"])
            except Refusal as problem:
                if problem.received is None or problem.received == start:
                    raise
                received = problem.received
                if received < start and self._spool.received > received:
                    warn("log-lost", f"the server lost what it had of this run: it has {received} bytes of {start}")
            self._position = self._take(received)
            self._last_told = time.monotonic()
            with self._moved:
                self._moved.notify_all()

    def _is_away(self, why: str) -> float:
        self._failures += 1
        self.is_joined = False
        self.is_away = True
        if self._wire is not None:
            self._wire.close()
        # Once is a hiccup, and no server at all is a way to work.
        if self._failures == 3:
            kept = f"everything is kept in {self._spool.folder} and goes to the next server, or with `loopbook sync`"
            if self.server is None:
                warn("no-server", f"no server here; {kept}.")
            else:
                warn("away", f"{self.server.url} cannot be reached ({why}); {kept}. The program goes on.")
        low, high = _AWAY
        return _jitter() * float(min(high, low * 2 ** min(self._failures, 10)))

    def _refused(self, problem: Refusal) -> float:
        self._failures += 1
        url = self.server.url if self.server is not None else ""
        self.is_away = True
        if problem.status == 404 and self.is_joined:
            # It has forgotten the run, or it is another server: we join again.
            self.is_joined = False
            return 0.1 if self._failures < 3 else _REFUSED_SECONDS
        if problem.status == 400 and not self.is_joined and self._run.joins_otherwise():
            return 0.0
        if problem.status in (401, 403):
            self.is_joined = False
            warn("token", f"{url} does not take our token ({problem}). Set LOOPBOOK_TOKEN. All is kept meanwhile.")
        else:
            warn(problem.code or str(problem.status), f"{url} refuses: {problem} All is kept meanwhile.")
        return _jitter() * (1.0 if problem.status in (429, 503) else _REFUSED_SECONDS)

    # The thread that listens

    def _listen(self) -> None:
        wire: Optional[Wire] = None
        failures = 0
        while not self._over:
            if not self.is_joined or self.server is None:
                time.sleep(0.05)
                continue
            if wire is None or wire.server != self.server:
                wire = Wire(self.server)
            query = f"writer={self._run.writer_id}&after={self._revision}&wait={_NEWS_SECONDS}"
            try:
                path = f"/api/attached/{self._run.run_id}/news?{query}"
                news = wire.call("GET", path, timeout=_NEWS_SECONDS + 10)
                failures = 0
                if isinstance(news, dict):
                    self._revision = news.get("revision", -1)
                    self._run.news(news)
            except Unreachable:
                wire.close()
                failures += 1
                # The other thread finds out whether it is gone, and where it is now.
                self.is_joined = False
                self._nudge()
                time.sleep(min(1.0, 0.05 * 2**failures))
            except Refusal as problem:
                failures += 1
                if problem.status == 404:
                    self.is_joined = False
                time.sleep(min(_REFUSED_SECONDS, 0.2 * 2**failures))
            except Exception as problem:
                warn(f"news-{type(problem).__name__}", f"an error of ours, which ends nothing: {problem!r}")
                time.sleep(1.0)
        if wire is not None:
            wire.close()

    def ask(self, path: str) -> Any:
        """A request of another thread, on a connection of its own. Raises Unreachable, Refusal."""
        server = self.server
        if server is None or not self.is_joined:
            raise Unreachable("not joined")
        wire = Wire(server)
        try:
            return wire.call("GET", path)
        finally:
            wire.close()

    def flush(self, seconds: float) -> bool:
        self.wake()
        until = time.monotonic() + seconds
        with self._moved:
            end = self._spool.end()
            while self._position < end or not self._blobs.is_empty():
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._moved.wait(min(left, 0.05))
        return True

    def say_where(self, page: str) -> None:
        import sys

        if page and sys.__stderr__ is not None and sys.__stderr__.isatty():
            say(page)


def _jitter() -> float:
    """0.5 to 1, so that the processes of a cluster do not come back in the same moment."""
    return 0.5 + os.urandom(1)[0] / 510


def finder(url: Optional[str], token: Optional[str], notebook: Optional[str]) -> "Callable[[], Optional[Server]]":
    return lambda: find_server(url, token, notebook)



