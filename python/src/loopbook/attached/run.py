"""A run of this process: what it logs, shows, saves and asks, and where it listens to people."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Dict, Iterable, Iterator, Mapping, Optional, Sequence, TypeVar, Union

from . import _ends
from ._blobs import Blobs
from ._control import Control, Stopped
from ._identity import Identity, remember, script_path, writer_facts, writer_of
from ._places import Server, spool_folder
from ._plain import NOTHING, numbers, plain, text_of, warn, whole
from ._sender import Sender, finder
from ._spool import ROW, Clock, Spool, holders
from ._steps import Steps
from .parameters import Parameters

if TYPE_CHECKING:
    from .questions import Deadline, Labelled, Questions

T = TypeVar("T")

#: Taken by the fast way as they are; everything else is looked at.
_PLAIN_NUMBERS = frozenset([float, int, bool])
#: Until the first answer of a server, where a parameter is read before it came.
_WAIT_SECONDS = 2.0
_EXIT_SECONDS = 1.0
_LONGEST_NAME = 500
_LONGEST_TEXT = 200_000


class Run:
    """Made by `loopbook.attach`. Nothing of it raises for what happens outside, or waits for anybody unless it asks."""

    def __init__(
        self,
        identity: Identity,
        *,
        name: str,
        notebook: Optional[str],
        subject: str,
        url: Optional[str],
        token_: Optional[str],
        spool: Optional[str],
        in_kernel: bool,
    ) -> None:
        self.run_id = identity.run_id
        self.writer_id = identity.writer_id
        self.rank = identity.rank
        self.is_resumed = identity.is_resumed
        self.name = name
        #: Absolute path; None: the server makes one by the run's name.
        self.notebook = notebook
        #: How it ended; None: it goes on.
        self.status: Optional[str] = None
        #: Of the page, once a server has told it.
        self.page: Optional[str] = None
        self._identity = identity
        self._subject = subject
        self._within: Optional[str] = None
        self._around: Optional[str] = None
        self._knows_within = True
        self._in_kernel = in_kernel
        self._spool_root = spool_folder(spool)
        self._clock = Clock()
        self._started = self._clock.now()
        self._script = script_path()
        look = finder(url, token_, notebook)
        self._find = self._finder_in_kernel(look, url, token_) if in_kernel else look
        self._origin: Optional[Dict[str, Any]] = None
        self._step: Optional[int] = None
        self._noted = False
        self._has_safe_points = False
        self._is_child = False
        self._displays: Dict[str, Any] = {}
        self._rejected: Dict[str, int] = {}
        self._watches_system = False
        self._rejected_at = 0.0
        self._system_pid = 0
        self._params = Parameters(self._before_parameters, self._declared)
        self._children = 0
        self._open()

    def _open(self) -> None:
        """The parts that belong to one process; a forked child makes its own."""
        folder = os.path.join(self._spool_root, self.run_id, self.writer_id)
        self._spool = Spool(folder, self._describe, self._clock)
        self._blobs = Blobs(os.path.join(folder, "blobs"))
        self._sender = Sender(self, self._spool, self._blobs, self._find)
        self._spool.on_fact = self._sender.wake
        self._control = Control(self)
        self._asked: Optional[Questions] = None
        self._parameters_lock = threading.Lock()
        self._began = False

    # Telemetry

    def log(self, values: Optional[Mapping[str, Any]] = None, /, *, step: Optional[int] = None, **named: Any) -> None:
        """Metrics of one moment: `run.log(loss=0.3, acc=0.9)`, or `run.log({"val/loss": 0.3}, step=7)`.

        Numbers, and whatever converts to one (numpy's scalars, tensors of one element); NaN and infinities are kept.
        What is no number is counted as rejected. Without `step` it is that of the innermost `run.steps`, else how often
        these names were logged. Takes about a microsecond; when it returns, the values are in a file.
        """
        if values is not None:
            named = {**values, **named}
        spool = self._spool
        try:
            shape = spool.shapes[tuple(named)]
            for value in named.values():
                if type(value) not in _PLAIN_NUMBERS:
                    return self._log_slowly(named, step)
            lock = spool.lock
            if lock.locked() and spool.is_reentered():
                return self._log_slowly(named, step)
            holding = True
            with lock:
                at = spool.at
                size = shape.size
                if at + size > spool.room:
                    is_whole = False
                else:
                    is_whole = True
                    if step is None:
                        step = self._step
                        if step is None:
                            step = shape.next
                    shape.pack_into(spool.buffer, at + 4, ROW, 0, shape.id, spool.clock.now(), step, *named.values())
                    spool.lengths[at >> 2] = size
                    spool.at = at + size
                    shape.next = step + 1
            holding = False
            if not is_whole:
                self._log_slowly(named, step)
            elif spool.deferred:
                spool.drain()
        except Exception:
            holding = False
            self._log_slowly(named, step)
        except BaseException:
            holding = False  # noqa: F841
            spool.repair()
            raise

    def _log_slowly(self, named: "Dict[str, Any]", step: Any) -> None:
        try:
            names, values, refused = numbers(named)
            if any(len(name) > _LONGEST_NAME or not name for name in names) or len(names) > 10_000:
                refused = (*refused, *(name[:_LONGEST_NAME] for name in names))
                names = ()
            if refused:
                self._reject(refused)
            if step is not None:
                step = whole(step)
            elif self._step is not None:
                step = self._step
            if names:
                self._spool.row(names, values, step)
                self._sender.start()
        except Exception as problem:
            warn(f"log-{type(problem).__name__}", f"values were not logged: {problem!r}")

    def _reject(self, names: "Iterable[str]") -> None:
        for name in names:
            # Told once in a while: a pipeline may do this at every step.
            if len(self._rejected) < 1_000 or name in self._rejected:
                self._rejected[name] = self._rejected.get(name, 0) + 1
            warn(f"no-number-{name}" if len(self._rejected) < 20 else "no-number", f"{name}: no number, not logged.")

    def event(self, name: str, text: Optional[str] = None, *, step: Optional[int] = None, **fields: Any) -> None:
        """Something that happened: `run.event("early-stop", "no progress for 5 epochs", best=0.91)`."""
        told = {"name": str(name)[:_LONGEST_NAME] or "event", "step": self._step_of(step)}
        if text is not None:
            told["text"] = text_of(text, _LONGEST_TEXT)
        self._tell("event", **told, fields=plain(fields) if fields else None)

    def print(self, *things: Any, sep: str = " ", level: str = "info") -> None:
        """A line of the run's log, as `print` would write it."""
        self.log_text(sep.join(text_of(thing, _LONGEST_TEXT) for thing in things), level=level)

    def log_text(
        self, text: str, *, level: str = "info", logger: Optional[str] = None, step: Optional[int] = None, **fields: Any
    ) -> None:
        """A line of the run's log. Levels: debug, info, warning, error, critical."""
        known = level if level in ("debug", "info", "warning", "error", "critical") else "info"
        told = {"level": known, "text": text_of(text, _LONGEST_TEXT), "step": self._step_of(step)}
        self._tell("log", **told, logger=logger, fields=plain(fields) if fields else None)

    def handler(self, level: "Union[int, str]" = 0) -> Any:
        """A `logging.Handler` whose records become lines of the run's log."""
        from ._logging import RunHandler

        return RunHandler(self, level)

    def show(self, thing: Any, name: Optional[str] = None, *, step: Optional[int] = None) -> None:
        """A figure, table, image, chart or MIME bundle; shown again under the same name it is redrawn in place."""
        title = (name or type(thing).__name__.lower())[:_LONGEST_NAME]
        try:
            if self._in_kernel and self._show_here(thing, title):
                return
            self._tell("show", name=title, shown=self._shown(thing), step=self._step_of(step))
        except Exception as problem:
            warn(f"show-{title}", f"{title} could not be shown: {problem!r}")

    def _show_here(self, thing: Any, title: str) -> bool:
        from ._kernel import show_here

        return show_here(self._displays, f"{self.run_id}-{title}", thing)

    def _shown(self, thing: Any) -> "Dict[str, Any]":
        from ._shown import INLINE_BYTES, bundle, inline, raw

        forms, metadata = bundle(thing)
        data: Dict[str, Any] = {}
        blobs: Dict[str, str] = {}
        for mime, form in list(forms.items())[:50]:
            content = raw(mime, form)
            if len(content) > INLINE_BYTES:
                try:
                    blobs[mime] = self._blobs.keep(content)
                except OSError as cause:
                    self._tell("dropped", count=1, why=f"{mime} of {len(content)} bytes: {cause.strerror or cause}")
            else:
                data[mime] = inline(mime, content)
        told: Dict[str, Any] = {"data": data}
        if blobs:
            told["blobs"] = blobs
        if metadata:
            told["metadata"] = plain(metadata)
        return told

    def save(self, what: "Union[str, os.PathLike[str], bytes]", name: Optional[str] = None) -> Optional[str]:
        """An artefact: a file as it is now, or bytes. Returns the SHA-256 of its content; None: it could not be kept.

        It is read once before this returns. The same content is sent once; a big one goes on where it was cut off.
        """
        try:
            if isinstance(what, (bytes, bytearray, memoryview)):
                content = bytes(what)
                sha, size, path = self._blobs.keep(content), len(content), None
                title = name or sha[:12]
            else:
                path = os.path.abspath(os.fspath(what))
                sha, size = self._blobs.keep_file(path)
                title = name or os.path.basename(path)
        except OSError as cause:
            warn(f"save-{name or what!r:.100}", f"{name or 'an artefact'} could not be kept: {cause}")
            self._tell("dropped", count=1, why=f"artefact {name or ''}: {cause}"[:1_000])
            return None
        import mimetypes

        mime = mimetypes.guess_type(title)[0]
        told = {"name": title[:_LONGEST_NAME], "sha256": sha, "sizeBytes": size, "mime": mime, "path": path}
        self._tell("artefact", **told)
        return sha

    # Parameters and safe points

    @property
    def params(self) -> Parameters:
        """The hyperparameters in force; see `Parameters`."""
        return self._params

    def steps(
        self, iterable: "Iterable[T]", total: Optional[int] = None, label: Optional[str] = None
    ) -> "Steps[T]":
        """Goes through `iterable`; before each item is a safe point, at which pause, step, stop and changes of
        parameters act. A stop ends the loop as its end would, so that what stands behind it still happens;
        `run.is_stopped` tells.

        Items of `range` are the step; else they are counted, through all rounds of an inner loop. Takes asynchronous
        iterables too (`async for`).
        """
        return Steps(self, iterable, total, label)

    def safe_point(self) -> None:
        """A safe point by hand. Waits while somebody wants a pause; raises `Stopped` when the run is to stop."""
        self._has_safe_points = True
        if not self._control.act():
            raise Stopped(self._control.by)

    def checkpoint(self) -> bool:
        """The same without an exception: False when the run is to stop."""
        self._has_safe_points = True
        return self._control.act()

    @property
    def is_stopped(self) -> bool:
        """Somebody wants it to stop, or it was stopped."""
        return self._control.is_stopped or self.status == "stopped"

    # Questions

    def ask(
        self,
        prompt: str,
        *,
        choices: "Optional[Sequence[Any]]" = None,
        form: Optional[str] = None,
        deadline: "Optional[Deadline]" = None,
        default: Any = NOTHING,
        people: "Union[str, Sequence[str], None]" = None,
        key: Optional[str] = None,
        item: Any = None,
        min: Optional[float] = None,
        max: Optional[float] = None,
        proposed: Any = NOTHING,
        details: bool = False,
    ) -> Any:
        """Asks people and waits for the answer, which is returned: a choice, a list, a text, a number. Of an approval,
        and with `details=True`, the whole `Answer`.

        `form`: choice, choices, text, number, approval, correction (of `proposed`); by default what the rest says.
        `deadline`: `"2d"`, seconds, a time; then `default` is taken. `key`: the same key is the same question, and what
        was answered once is returned at once, also when the script starts anew. Raises `Stopped`.
        """
        from .questions import key_of, question_of

        named = key or key_of(prompt)
        question = question_of(named, prompt, choices, form, deadline, default, people, min, max, proposed)
        if item is not None:
            question["item"] = self._shown(item)
        named = question["key"] = named if key is not None else self._questions.another(named)
        answer = self._questions.ask(named, question, key is not None)
        return answer if details or question["form"] == "approval" else answer.value

    async def ask_async(self, prompt: str, **options: Any) -> Any:
        """`ask` for `await`: other tasks go on meanwhile."""
        question, is_named, details = self._question(prompt, options)
        answer = await self._questions.ask_async(question["key"], question, is_named)
        return answer if details or question["form"] == "approval" else answer.value

    def ask_many(
        self, items: "Iterable[Any]", prompt: str = "", *, ahead: int = 200, **options: Any
    ) -> "Iterator[Labelled]":
        """Asks the same about each item; gives `(item, value, answer, position)` as answers come, in their order.

        At most `ahead` are open. Options are those of `ask`; with a `key` (or in a resumed run) what was answered before
        is given at once. Go on with other work between two answers: they are kept.
        """
        question, is_named, _ = self._question(prompt or "Label", options)
        return self._questions.ask_many(items, question, question["key"], ahead, is_named)

    def ask_many_async(
        self, items: "Iterable[Any]", prompt: str = "", *, ahead: int = 200, **options: Any
    ) -> "AsyncIterator[Labelled]":
        """`ask_many` for `async for`."""
        question, is_named, _ = self._question(prompt or "Label", options)
        return self._questions.ask_many_async(items, question, question["key"], ahead, is_named)

    def withdraw(self, key: str) -> None:
        """A question that is not to be answered any more."""
        self._questions.withdraw(key)

    @property
    def _questions(self) -> "Questions":
        if self._asked is None:
            from .questions import Questions

            self._asked = Questions(self)
        return self._asked

    def _question(self, prompt: str, options: "Dict[str, Any]") -> "tuple[Dict[str, Any], bool, bool]":
        given = dict(options)
        key, details, item = given.pop("key", None), given.pop("details", False), given.pop("item", None)
        choices, form, deadline = (given.pop(name, None) for name in ("choices", "form", "deadline"))
        default, people = given.pop("default", NOTHING), given.pop("people", None)
        low, high, proposed = given.pop("min", None), given.pop("max", None), given.pop("proposed", NOTHING)
        if given:
            raise TypeError(f"There is no option {next(iter(given))!r} of a question.")
        from .questions import key_of, question_of

        named = key or self._questions.another(key_of(prompt))
        question = question_of(named, prompt, choices, form, deadline, default, people, low, high, proposed)
        if item is not None:
            question["item"] = self._shown(item)
        return question, key is not None, details

    # The end

    def finish(self, status: str = "completed", *, error: Optional[str] = None, seconds: float = _EXIT_SECONDS) -> None:
        """Ends the run: completed, failed or stopped. Waits so long at most until the server has everything; what it
        has not by then stays in the spool and goes to the next one."""
        self._end(status, error=error, seconds=seconds)

    def flush(self, seconds: float = 10.0) -> bool:
        """Waits until the server has what was handed over by now. False: it has not, within this time."""
        return self._sender.flush(seconds)

    def _end(self, status: str, *, seconds: float = _EXIT_SECONDS, **told: Any) -> None:
        if self.status is not None:
            return
        self.status = status
        _ends.forget(self)
        try:
            self.tick()
            self._tell_rejected()
            self._tell("end", status=status, **told)
            is_whole = self._sender.close(seconds)
            if is_whole and self._blobs.is_empty():
                self._spool.remove()
            else:
                self._spool.close()
        except Exception as problem:
            warn("end", f"an error of ours, which ends nothing: {problem!r}")

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        _ends.end_by_exception(self, kind, problem, trace)

    def __repr__(self) -> str:
        return f"<Run {self.run_id} {self.name!r} {self.status or 'running'}>"

    # What the sender and the other parts call

    def _tell(self, type_: str, **fields: Any) -> int:
        try:
            return self._spool.fact(type_, **fields)
        except Exception as problem:
            warn(f"tell-{type_}", f"{type_} was not kept: {problem!r}")
            return 0

    def _step_of(self, step: Optional[int]) -> Optional[int]:
        return self._step if step is None else whole(step)

    def _tell_rejected(self) -> None:
        rejected, self._rejected = self._rejected, {}
        for name, count in rejected.items():
            self._tell("dropped", count=count, why=f"{name}: no number")

    def tick(self) -> None:
        if self._rejected and self._pace_rejected():
            self._tell_rejected()
        if not self._began and (self.status is not None or self._clock.now() - self._started > 0.5):
            self._began = True
            remember(self._subject, self.run_id, self._spool_root)
        if self._watches_system and self.status is None and self._clock.now() - self._started > 1:
            from ._system import watch

            self._watches_system = False
            watch(self)

    def _pace_rejected(self) -> bool:
        now = self._clock.now()
        if now - self._rejected_at < 5:
            return False
        self._rejected_at = now
        return True

    def _before_parameters(self) -> None:
        if self._noted:
            if self._control.attention and not self._has_safe_points:
                # A program without safe points: each look at a parameter is one for changes.
                self._control.apply_changes()
            return
        with self._parameters_lock:
            if self._noted:
                return
            self._sender.wake()
            self._sender.is_settled.wait(_WAIT_SECONDS)
            if not self._sender.is_joined and self.notebook is not None:
                from ._notebook import read_parameters

                found = read_parameters(self.notebook)
                self._params._note({name: value for name, value in found.items() if name not in self._params._noted})
            self._noted = True

    def _begin(self, system: bool, output: Optional[str]) -> None:
        """What goes on beside the program, in daemon threads that begin with the first record."""
        if output is not None:
            from ._output import listen

            for stream in ("stdout", "stderr") if output == "all" else (output,):
                listen(self, stream)
        self._watches_system = system and self.rank < 1_000
        self._sender.start()

    def _tell_step(self, index: int, total: Optional[int], label: Optional[str]) -> None:
        self._tell("step", index=index, label=label, **{"total": total} if total is not None else {})

    def _declared(self, parameter: "Dict[str, Any]") -> None:
        if self._sender.is_joined:
            self._tell("parameter", parameter=parameter)
        else:
            self._spool.describe_again()

    def join_body(self, server: Optional[Server]) -> "Dict[str, Any]":
        if self._origin is None:
            from ._origin import origin

            self._origin = origin(self._script)
        return self._body(server, self._origin)

    def _body(self, server: Optional[Server], origin: "Dict[str, Any]") -> "Dict[str, Any]":
        body: Dict[str, Any] = {
            "runId": self.run_id,
            "name": self.name[:200],
            "writer": writer_facts(self._identity),
            "origin": origin,
            "parameters": self._params._all_declared(),
            "started": self._started,
        }
        if self.notebook is not None:
            body["notebook"] = self.notebook
        if self._within is not None and self._knows_within:
            body["within"] = self._within
        elif self._around is not None:
            body["notebook"] = self._around
        return body

    def joins_otherwise(self) -> bool:
        """When a server does not take a kernel as such: by its notebook. False: that was tried."""
        if self._within is None or not self._knows_within:
            return False
        self._knows_within = False
        return True

    def _finder_in_kernel(
        self, look: "Callable[[], Optional[Server]]", url: Optional[str], token_: Optional[str]
    ) -> "Callable[[], Optional[Server]]":
        from ._kernel import find_around

        def find() -> Optional[Server]:
            around = find_around(url, token_)
            if around is None:
                return look()
            server, self._within, self._around = around
            return server

        return find

    def _describe(self) -> bytes:
        server = self._sender.server
        url = server.url if server is not None else None
        body = self._body(server, self._origin or {})
        return json.dumps({"format": 1, "url": url, "request": body}, allow_nan=False).encode()

    def joined(self, view: "Dict[str, Any]", is_new: bool) -> None:
        if not self._noted:
            self._params._note(view.get("values") or {})
        self.page = view.get("page") or None
        if self.rank == 0 and is_new and self.page:
            self._sender.say_where(self.page)

    def news(self, news: "Dict[str, Any]") -> None:
        self._control.heard(news)
        if self._asked is not None or news.get("answers"):
            self._questions.heard(news.get("answers") or [])

    def _forked(self, number: int) -> None:
        """In a child: another writer, which begins when it hands over something. The parent's files are let be."""
        rank = self.rank * 1_000 + number
        self._identity = Identity(self.run_id, writer_of(rank), rank, True)
        self.writer_id, self.rank = self._identity.writer_id, rank
        self._noted = True
        self._is_child = True
        self._params._lock = threading.RLock()
        self._open()

    def begins_to_ship(self) -> None:
        """A child of multiprocessing's ends without Python's own exit: what it has must go before."""
        util = sys.modules.get("multiprocessing.util")
        if self._is_child and util is not None:
            util.Finalize(None, self._end, args=("completed",), exitpriority=100)


holders.add(Run.log.__code__)
