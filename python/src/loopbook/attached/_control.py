"""What people want of a run, and the safe points at which it happens."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ._plain import plain
from .parameters import Refused

if TYPE_CHECKING:
    from .run import Run


class Stopped(SystemExit):
    """A person stopped the run. Not an `Exception`, so that no `except Exception` holds it up; uncaught, the program
    ends with 130 and without a traceback."""

    def __init__(self, by: Optional[str] = None) -> None:
        super().__init__(130)
        self.by = by

    def __str__(self) -> str:
        return f"Stopped by {self.by}" if self.by else "Stopped"


class Control:
    def __init__(self, run: "Run") -> None:
        self._run = run
        self._changed = threading.Condition()
        self._wanted: Dict[str, Any] = {"state": "go", "wishId": "", "by": None}
        self._changes: List[Dict[str, Any]] = []
        self._answered: "set[str]" = set()
        #: The wish for a single step that was granted already.
        self._stepped: Optional[str] = None
        self._held = False
        #: A look at this is all that a safe point costs while nobody wants anything.
        self.attention = False

    @property
    def is_stopped(self) -> bool:
        return bool(self._wanted.get("state") == "stop")

    @property
    def by(self) -> Optional[str]:
        by = self._wanted.get("by")
        return str(by) if by else None

    def heard(self, news: "Dict[str, Any]") -> None:
        with self._changed:
            wanted = news.get("wanted")
            if isinstance(wanted, dict):
                self._wanted = wanted
            listed = [change for change in news.get("changes", []) if isinstance(change, dict)]
            self._answered &= {str(change.get("id")) for change in listed}
            self._changes = [change for change in listed if str(change.get("id")) not in self._answered]
            self.attention = self._wanted.get("state") != "go" or bool(self._changes)
            self._changed.notify_all()

    def act(self) -> bool:
        """At a safe point: applies changes, waits while that is wanted. False: the run is to stop."""
        if not self.attention:
            return True
        try:
            return self._act()
        finally:
            self.goes_on()

    def _act(self) -> bool:
        while True:
            self.apply_changes()
            with self._changed:
                wanted = self._wanted
                state = wanted.get("state")
                if state == "stop":
                    return False
                if state == "go":
                    return True
                if state == "step" and wanted.get("wishId") != self._stepped:
                    self._stepped = wanted.get("wishId")
                    return True
            self._hold(None)
            with self._changed:
                if self._wanted is wanted and not self._changes:
                    self._changed.wait(0.25)

    def apply_changes(self) -> None:
        with self._changed:
            changes, self._changes = self._changes, []
            self._answered.update(str(change.get("id")) for change in changes)
            self.attention = self._wanted.get("state") != "go"
        for change in changes:
            self._apply(str(change.get("id")), change.get("values") or {})

    def _apply(self, id_: str, values: "Dict[str, Any]") -> None:
        try:
            taken = self._run.params._change(values)
        except Refused as refused:
            self._run._tell("change-refused", id=id_, reason=str(refused)[:20_000] or "refused")
        except Exception as problem:
            reason = f"{type(problem).__name__}: {problem}"
            self._run._tell("change-refused", id=id_, reason=reason[:20_000])
        else:
            now = {name: plain(value) for name, value in taken.items()}
            self._run._tell("change-applied", id=id_, values=now, step=self._run._step)

    def stop_if_wanted(self) -> None:
        if self.is_stopped:
            raise Stopped(self.by)

    def waits_for(self, key: str) -> None:
        self._hold(key)

    def goes_on(self) -> None:
        if self._held:
            self._held = False
            self._run._tell("control", state="running", step=self._run._step)

    def _hold(self, question: Optional[str]) -> None:
        if self._held:
            return
        self._held = True
        by = self.by
        why = None if question is not None else f"Paused by {by}" if by else "Paused"
        self._run._tell("control", state="held", step=self._run._step, why=why, question=question)

    async def act_async(self) -> bool:
        """The same where a thread must not be held."""
        import asyncio

        while True:
            self.apply_changes()
            wanted = self._wanted
            state = wanted.get("state")
            if state in ("stop", "go"):
                self.goes_on()
                return bool(state == "go")
            if state == "step" and wanted.get("wishId") != self._stepped:
                self._stepped = wanted.get("wishId")
                self.goes_on()
                return True
            self._hold(None)
            await asyncio.sleep(0.05)


class Pace:
    """At most ten a second."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + 0.1
        return True
