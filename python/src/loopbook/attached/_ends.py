"""How a process ends, told by its runs: exit, exceptions, SIGTERM; and forks."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from .run import Run

_runs: "List[Run]" = []
_is_watching = False
_MOST = 90_000


def watch(run: "Run", signals: bool) -> None:
    global _is_watching
    _runs.append(run)
    if not _is_watching:
        _is_watching = True
        atexit.register(_at_exit)
        sys.excepthook = _hook(sys.excepthook)
        threading.excepthook = _thread_hook(threading.excepthook)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=_before_fork, after_in_child=_in_child)
    if signals:
        _watch_signals()


def forget(run: "Run") -> None:
    if run in _runs:
        _runs.remove(run)


def current() -> "List[Run]":
    return list(_runs)


def end_by_exception(run: "Run", kind: Any, problem: Any, trace: Any) -> None:
    """`kind` None: it ended as it should."""
    from ._control import Stopped

    if kind is None:
        run._end("stopped" if run.is_stopped else "completed")
    elif issubclass(kind, Stopped):
        run._end("stopped")
    elif issubclass(kind, KeyboardInterrupt):
        run._end("stopped", error="KeyboardInterrupt", signal="SIGINT")
    elif issubclass(kind, SystemExit):
        code = getattr(problem, "code", 0)
        number = 0 if code is None else code if isinstance(code, int) else 1
        run._end("completed" if number == 0 else "failed", exitCode=number, error=None if number == 0 else f"exit {code}")
    else:
        import traceback

        whole = "".join(traceback.format_exception(kind, problem, trace))
        line = "".join(traceback.format_exception_only(kind, problem)).strip()
        run._end("failed", error=line[-_MOST:], traceback=whole[-_MOST:], exitCode=1)


def _at_exit() -> None:
    runs = current()
    for run in runs:
        # Together they hold up the exit no longer than one.
        run._end("stopped" if run.is_stopped else "completed", seconds=1.0 / len(runs))


def _hook(before: Any) -> Any:
    def hook(kind: Any, problem: Any, trace: Any) -> None:
        try:
            before(kind, problem, trace)
        finally:
            runs = current()
            for run in runs:
                try:
                    end_by_exception(run, kind, problem, trace)
                except Exception:
                    pass

    return hook


def _thread_hook(before: Any) -> Any:
    def hook(args: Any) -> None:
        try:
            before(args)
        finally:
            if args.exc_type is not None and not issubclass(args.exc_type, SystemExit):
                import traceback

                whole = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
                name = args.thread.name if args.thread is not None else "a thread"
                for run in current():
                    run.log_text(f"Uncaught in {name}:\n{whole}"[-_MOST:], level="error", logger="threading")

    return hook


def _watch_signals() -> None:
    """SIGTERM ends a program without a word. Where nothing else is set, ours says one, and then it ends as before."""
    try:
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        ):
            signal.signal(signal.SIGTERM, _terminated)
    except (ValueError, OSError):
        pass


def _terminated(number: int, _frame: Any) -> None:
    runs = current()
    for run in runs:
        run._end("stopped", seconds=0.5 / len(runs), error="SIGTERM", signal="SIGTERM")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _before_fork() -> None:
    for run in _runs:
        run._children += 1


def _in_child() -> None:
    for run in _runs:
        run._forked(run._children)
    # Its end is not the run's, and its exit is told by what it wrote alone.
