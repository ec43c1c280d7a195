"""Questions to people: asked in the notebook, answered there, once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Union

from ._identity import subject_key
from ._plain import NOTHING, plain, say
from ._wire import Refusal, Unreachable

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from .run import Run

    Deadline = Union[str, int, float, datetime, timedelta]

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
#: After a deadline, until a server that has the question is no longer waited for.
_GRACE_SECONDS = 3.0
_LARGEST_MEMORY = 4_000_000


class Answer(NamedTuple):
    """What a person answered. `kind`: value; approve, change, respond, ignore (approvals); default (the deadline's)."""

    key: str
    kind: str
    value: Any
    comment: Optional[str]
    by: str
    id: str

    def __bool__(self) -> bool:
        """Of an approval: whether to go on."""
        return self.kind in ("approve", "change") or (self.kind in ("value", "default") and bool(self.value))


class Labelled(NamedTuple):
    """One item of `ask_many` with its answer."""

    item: Any
    value: Any
    answer: Answer
    #: Among the items, from 0.
    position: int


class Questions:
    def __init__(self, run: "Run") -> None:
        self._run = run
        self._changed = threading.Condition()
        #: Answers that came and were not taken, by key.
        self._answers: Dict[str, Answer] = {}
        self._taken: Dict[str, Answer] = {}
        self._again: Dict[str, int] = {}
        self._asked: Dict[str, Dict[str, Any]] = {}
        self._shipped: Dict[str, int] = {}

    def heard(self, answers: "Iterable[Dict[str, Any]]") -> None:
        with self._changed:
            for told in answers:
                key = str(told["key"])
                if key not in self._taken:
                    self._answers[key] = _answer(key, told["answer"])
            self._changed.notify_all()

    def stir(self) -> None:
        """Something else that those who wait have to look at."""
        with self._changed:
            self._changed.notify_all()

    # Asking

    def ask(self, key: str, question: "Dict[str, Any]", is_named: bool) -> Answer:
        """Blocks until there is an answer. Raises Stopped when the run is to stop."""
        before = self._answered_before(key, is_named)
        if before is not None:
            return before
        self._tell(key, question)
        self._run._control.waits_for(key)
        try:
            terminal = _Terminal(question) if self._is_at_terminal() else None
            while True:
                answer = self._take(key) or self._expired(key, question)
                if answer is not None:
                    return answer
                self._run._control.stop_if_wanted()
                if terminal is not None and self._run._sender.server is None:
                    said = terminal.look()
                    if said is not None:
                        return self._answered_here(key, said)
                else:
                    with self._changed:
                        if key not in self._answers:
                            self._changed.wait(0.25)
        finally:
            self._run._control.goes_on()

    async def ask_async(self, key: str, question: "Dict[str, Any]", is_named: bool) -> Answer:
        import asyncio

        loop = asyncio.get_running_loop()
        before = await loop.run_in_executor(None, self._answered_before, key, is_named)
        if before is not None:
            return before
        self._tell(key, question)
        while True:
            answer = self._take(key) or self._expired(key, question)
            if answer is not None:
                return answer
            self._run._control.stop_if_wanted()
            await asyncio.sleep(0.05)

    def ask_many(
        self, items: "Iterable[Any]", question: "Dict[str, Any]", group: str, ahead: int, is_named: bool
    ) -> "Iterator[Labelled]":
        """Items are asked about as they are taken from `items`, at most `ahead` of them open."""
        open_: Dict[str, "tuple[int, Any, Dict[str, Any]]"] = {}
        seen: Dict[str, int] = {}
        source = enumerate(items)
        is_whole = False
        while True:
            while not is_whole and len(open_) < ahead:
                try:
                    index, item = next(source)
                except StopIteration:
                    is_whole = True
                    break
                shown = self._run._shown(item)
                key = f"{group}/{_item_key(shown)}"
                seen[key] = seen.get(key, 0) + 1
                if seen[key] > 1:
                    # The same item again is another question.
                    key = f"{key}-{seen[key]}"
                one = {**question, "key": key, "item": shown, "group": group}
                before = self._answered_before(key, is_named)
                if before is not None:
                    yield Labelled(item, value_of(before), before, index)
                    continue
                self._tell(key, one)
                open_[key] = (index, item, one)
            if not open_:
                return
            for key in list(open_):
                index, item, one = open_[key]
                answer = self._take(key) or self._expired(key, one)
                if answer is not None:
                    del open_[key]
                    yield Labelled(item, value_of(answer), answer, index)
            self._run._control.stop_if_wanted()
            with self._changed:
                if not any(key in self._answers for key in open_) and (is_whole or len(open_) >= ahead):
                    self._changed.wait(0.25)

    async def ask_many_async(self, *given: Any) -> "AsyncIterator[Labelled]":
        import asyncio

        found: "List[Any]" = []
        done = threading.Event()

        def pump() -> None:
            try:
                for labelled in self.ask_many(*given):
                    found.append(labelled)
            except BaseException as problem:
                found.append(problem)
            done.set()

        threading.Thread(target=pump, name="loopbook-answers", daemon=True).start()
        while found or not done.is_set():
            if found:
                one = found.pop(0)
                if isinstance(one, BaseException):
                    raise one
                yield one
            else:
                await asyncio.sleep(0.05)

    def another(self, key: str) -> str:
        """A question without a key of its own that is asked again is another one, whose answer is its own."""
        self._again[key] = self._again.get(key, 0) + 1
        return key if self._again[key] == 1 else f"{key}-{self._again[key]}"

    def withdraw(self, key: str) -> None:
        self._run._tell("question-withdrawn", key=key)

    # Answers

    def _tell(self, key: str, question: "Dict[str, Any]") -> None:
        if self._asked.get(key) is None:
            self._asked[key] = question
            self._shipped[key] = self._run._tell("question", question=question)

    def _take(self, key: str) -> Optional[Answer]:
        with self._changed:
            answer = self._answers.pop(key, None)
            if answer is None:
                return None
            self._taken[key] = answer
        self._run._tell("answer-taken", key=key, answerId=answer.id)
        self._remember(answer)
        return answer

    def _expired(self, key: str, question: "Dict[str, Any]") -> Optional[Answer]:
        """The default, when the deadline has come and no server has decided it."""
        deadline = question.get("deadline")
        if deadline is None or "default" not in question:
            return None
        late = time.time() - deadline
        if late < 0 or (self._run._sender.is_joined and late < _GRACE_SECONDS):
            return None
        return self._decided_here(key, question["default"], "default", "nobody answered in time")

    def _answered_here(self, key: str, value: Any) -> Answer:
        return self._decided_here(key, value, "value", "answered on the terminal")

    def _decided_here(self, key: str, value: Any, kind: str, why: str) -> Answer:
        answer = Answer(key, kind, value, None, "", f"local-{key}"[:500])
        with self._changed:
            self._taken[key] = answer
            self._answers.pop(key, None)
        fields = {"key": key, "value": plain(value), "kind": kind}
        self._run._tell("event", name="question-decided-locally", text=f"{key}: {value!r}, {why}", fields=fields)
        self._run._tell("question-withdrawn", key=key)
        self._remember(answer)
        return answer

    def _answered_before(self, key: str, is_named: bool) -> Optional[Answer]:
        """By an earlier process: here, or as the server knows it. Only of questions that say which they are."""
        if not (is_named or self._run.is_resumed):
            # Asked again on purpose: another question, which cannot have the key of the first.
            return None
        if key in self._taken:
            return self._taken[key]
        if key in self._answers:
            return self._take(key)
        answer = self._remembered().get(key)
        if answer is None and self._run._sender.is_settled.wait(2.0) and self._run._sender.is_joined:
            from urllib.parse import quote

            try:
                told = self._run._sender.ask(f"/api/attached/{self._run.run_id}/answers?key={quote(key, safe='')}")
            except (Unreachable, Refusal):
                return None
            if isinstance(told, dict) and told.get("answer"):
                answer = _answer(key, told["answer"])
                self._run._tell("answer-taken", key=key, answerId=answer.id)
                self._remember(answer)
        if answer is not None:
            with self._changed:
                self._taken[key] = answer
                self._answers.pop(key, None)
        return answer

    def _memory_file(self) -> str:
        return os.path.join(self._run._spool_root, ".answers", f"{subject_key(self._run._subject)}.jsonl")

    def _remember(self, answer: Answer) -> None:
        path = self._memory_file()
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            if os.path.exists(path) and os.path.getsize(path) > _LARGEST_MEMORY:
                os.replace(path, f"{path}.old")
            told = {**answer._asdict(), "value": plain(answer.value), "run": self._run.run_id}
            with open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps(told, allow_nan=False) + "\n")
        except OSError:
            pass

    def _remembered(self) -> "Dict[str, Answer]":
        found: Dict[str, Answer] = {}
        for path in (f"{self._memory_file()}.old", self._memory_file()):
            try:
                with open(path, encoding="utf-8") as file:
                    lines = file.readlines()
            except OSError:
                continue
            for line in lines:
                try:
                    told = json.loads(line)
                    told.pop("run", None)
                    found[told["key"]] = Answer(**told)
                except (ValueError, TypeError, KeyError):
                    # A line that a killed process did not finish.
                    continue
        return found

    def _is_at_terminal(self) -> bool:
        if not self._run._sender.is_settled.wait(2.0) or self._run._sender.server is not None:
            return False
        try:
            return sys.stdin.isatty() and sys.stderr.isatty() and threading.current_thread() is threading.main_thread()
        except (AttributeError, ValueError):
            return False


class _Terminal:
    """Asks in the terminal where no server is, and goes on looking whether one comes."""

    def __init__(self, question: "Dict[str, Any]") -> None:
        self._question = question
        choices = question.get("choices")
        hint = f" [{'/'.join(map(str, choices))}]" if choices else ""
        sys.stderr.write(f"{question['prompt']}{hint} ")
        sys.stderr.flush()

    def look(self) -> Any:
        """None: nothing was typed yet, or nothing that is an answer."""
        if sys.platform != "win32":
            import select

            if not select.select([sys.stdin], [], [], 0.25)[0]:
                return None
        line = sys.stdin.readline()
        if line == "":
            time.sleep(0.25)
            return None
        return self._read(line.strip())

    def _read(self, text: str) -> Any:
        form, choices = self._question["form"], self._question.get("choices") or []
        if text == "" and "default" in self._question:
            return self._question["default"]
        by_text = {str(choice).lower(): choice for choice in choices}
        if form == "choices":
            parts = [part.strip().lower() for part in text.split(",") if part.strip()]
            if all(part in by_text for part in parts):
                return [by_text[part] for part in parts]
        elif choices and text.lower() in by_text:
            return by_text[text.lower()]
        elif form == "number":
            try:
                return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
            except ValueError:
                pass
        elif not choices and text:
            return text
        say("that is no answer to this question.")
        return None


def question_of(
    key: str,
    prompt: str,
    choices: "Optional[Sequence[Any]]",
    form: Optional[str],
    deadline: "Optional[Deadline]",
    default: Any,
    people: "Union[str, Sequence[str], None]",
    minimum: Optional[float],
    maximum: Optional[float],
    proposed: Any,
) -> "Dict[str, Any]":
    """Raises ValueError for what is no question."""
    chosen = form or _form_of(choices, minimum, maximum, proposed)
    forms = ("choice", "choices", "text", "number", "approval", "correction")
    if chosen not in forms:
        raise ValueError(f"{chosen!r} is no form of a question; there are {', '.join(forms)}.")
    if chosen in ("choice", "choices") and not choices:
        raise ValueError(f"A question of the form {chosen!r} needs choices.")
    told: Dict[str, Any] = {"key": key, "prompt": str(prompt)[:20_000], "form": chosen}
    if choices is not None:
        told["choices"] = [plain(choice) for choice in choices][:1_000]
    if minimum is not None:
        told["min"] = minimum
    if maximum is not None:
        told["max"] = maximum
    if proposed is not NOTHING:
        told["proposed"] = plain(proposed)
    if deadline is not None:
        told["deadline"] = deadline_of(deadline)
    if default is not NOTHING:
        told["default"] = plain(default)
    if people:
        told["people"] = [people] if isinstance(people, str) else [str(one) for one in people]
    return told


def _form_of(choices: Any, minimum: Any, maximum: Any, proposed: Any) -> str:
    if choices:
        return "choice"
    if proposed is not NOTHING:
        return "correction"
    return "number" if minimum is not None or maximum is not None else "text"


def deadline_of(given: Deadline) -> float:
    """Seconds since 1970 of `"2d"`, `"1h30m"`, seconds from now, a time or a span. Raises ValueError."""
    if isinstance(given, (int, float)):
        return time.time() + float(given)
    if not isinstance(given, str):
        is_span = hasattr(given, "total_seconds")
        return time.time() + given.total_seconds() if is_span else given.timestamp()  # type: ignore[union-attr]
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([smhdw])", given.strip().lower())
    if not parts or re.sub(r"(\d+(?:\.\d+)?)\s*([smhdw])\s*", "", given.strip().lower()):
        raise ValueError(f"{given!r} is no time to wait, such as 2d, 1h30m or 45s.")
    return time.time() + sum(float(count) * _UNITS[unit] for count, unit in parts)


def key_of(prompt: str) -> str:
    """Of a question that is given no key: its words, and a few letters of their hash."""
    words = "-".join(re.findall(r"[a-z0-9]+", prompt.lower()))[:60]
    return f"{words or 'question'}-{hashlib.sha256(prompt.encode()).hexdigest()[:6]}"


def value_of(answer: Answer) -> Any:
    return answer.value


def _item_key(shown: "Dict[str, Any]") -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def _answer(key: str, told: "Dict[str, Any]") -> Answer:
    by = told.get("by")
    who = (by.get("displayName") or by.get("who") or "") if isinstance(by, dict) else str(by or "")
    return Answer(
        key,
        str(told.get("kind", "value")),
        told.get("value"),
        told.get("comment"),
        str(who),
        str(told.get("id", "")),
    )
