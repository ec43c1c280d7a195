"""Hyperparameters of a run: as the notebook has them, changed by people while it goes on."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, Union

from ._plain import plain, warn

Validator = Callable[[Any], Any]
Listener = Callable[..., Any]

_TYPES: "Dict[str, Type[Any]]" = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "list": list,
    "dict": dict,
}


class Refused(Exception):
    """Raised by what checks a parameter: the change does not happen, and who made it reads why."""


class Param:
    """A hyperparameter as code declares it; see `param`."""

    __slots__ = ("value", "min", "max", "choices", "help", "type", "check")

    def __init__(
        self,
        value: Any,
        minimum: Optional[float],
        maximum: Optional[float],
        choices: "Optional[Sequence[Any]]",
        help_: Optional[str],
        type_: Optional[str],
        check: Optional[Validator],
    ) -> None:
        self.value = value
        self.min = minimum
        self.max = maximum
        self.choices = None if choices is None else list(choices)
        self.help = help_
        self.type = type_ if type_ is not None else type_name(value)
        self.check = check

    def taken(self, value: Any) -> Any:
        """The value as the declared type. Raises Refused with the reason."""
        value = converted(value, self.type)
        if self.choices is not None and value not in self.choices:
            raise Refused(f"{value!r} is none of {', '.join(map(repr, self.choices))}")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if self.min is not None and not value >= self.min:
                raise Refused(f"{value!r} is below {self.min!r}")
            if self.max is not None and not value <= self.max:
                raise Refused(f"{value!r} is above {self.max!r}")
        if self.check is not None:
            self.check(value)
        return value

    def declared(self, name: str) -> "Dict[str, Any]":
        told: Dict[str, Any] = {"name": name, "type": self.type, "value": plain(self.value)}
        told.update({"min": self.min, "max": self.max, "help": self.help})
        if self.choices is not None:
            told["choices"] = [plain(choice) for choice in self.choices][:1_000]
        return {key: value for key, value in told.items() if value is not None or key == "value"}


def param(
    value: Any,
    *,
    min: Optional[float] = None,
    max: Optional[float] = None,
    choices: "Optional[Sequence[Any]]" = None,
    help: Optional[str] = None,
    type: Optional[str] = None,
    check: Optional[Validator] = None,
) -> Param:
    """Declares a hyperparameter: `param(0.1, min=0, max=1, help="learning rate")`.

    `type`: int, float, bool, str, list or dict; that of the value unless given. `check` is called with each new value and
    raises `Refused("why")` for one that it does not take.
    """
    return Param(value, min, max, choices, help, type, check)


def type_name(value: Any) -> Optional[str]:
    return next((name for name, kind in _TYPES.items() if isinstance(value, kind)), None)


def converted(value: Any, type_: Optional[str]) -> Any:
    """The value as this type, where nothing of it is lost. Raises Refused."""
    kind = _TYPES.get(type_ or "")
    if kind is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is float and value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is list and isinstance(value, tuple):
        return list(value)
    raise Refused(f"{value!r} is no {type_}")


def _like(value: Any, before: Any) -> Any:
    """Of the type that it had, where that is possible; the notebook's own rules were looked at by the server."""
    try:
        return converted(value, type_name(before))
    except Refused:
        return value


class Parameters(Mapping[str, Any]):
    """The values in force: `run.params.lr`, `run.params["lr"]`. Read them where they are used, so that changes count."""

    def __init__(self, before_read: "Callable[[], None]", declared_now: "Callable[[Dict[str, Any]], None]") -> None:
        self._values: Dict[str, Any] = {}
        self._declared: Dict[str, Param] = {}
        self._listeners: List[Tuple[Optional[str], Listener]] = []
        self._lock = threading.RLock()
        self._before_read = before_read
        self._declared_now = declared_now
        #: What the notebook says, before anything is declared.
        self._noted: Dict[str, Any] = {}

    def declare(self, **parameters: "Union[Param, Any]") -> "Parameters":
        """Names with their values, or with `param(…)`. Where the notebook has a value of that name, that one counts."""
        for name, given in parameters.items():
            one = given if isinstance(given, Param) else param(given)
            with self._lock:
                self._declared[name] = one
                self._values[name] = self._checked(name, self._noted[name]) if name in self._noted else one.value
            self._declared_now(one.declared(name))
        return self

    def on_change(self, *given: Any) -> Any:
        """Calls a function when a person changes parameters, at the next safe point, before the change is in force.

        `on_change(function)` is given a dictionary of what changes, `on_change("lr", function)` the new value; both can
        be decorators. Raise `Refused("why")` to refuse the change.
        """
        name = given[0] if given and isinstance(given[0], str) else None
        function = given[-1] if given and callable(given[-1]) else None

        def listen(listener: Listener) -> Listener:
            with self._lock:
                self._listeners.append((name, listener))
            return listener

        return listen if function is None else listen(function)

    def __getitem__(self, name: str) -> Any:
        self._before_read()
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self._before_read()
        try:
            return self._values[name]
        except KeyError:
            pass
        known = ", ".join(sorted(self._values)) or "none"
        raise AttributeError(f"There is no parameter {name!r} (there are: {known}). Declare it, or add it to the notebook.")

    def __iter__(self) -> Iterator[str]:
        self._before_read()
        return iter(list(self._values))

    def __len__(self) -> int:
        self._before_read()
        return len(self._values)

    def __repr__(self) -> str:
        return f"Parameters({self._values!r})"

    # Of the run

    def _note(self, values: "Mapping[str, Any]") -> None:
        """What the notebook has; values that the declaration does not allow are passed over, with a line that says so."""
        with self._lock:
            self._noted.update(values)
            for name, value in values.items():
                self._values[name] = self._checked(name, value)

    def _checked(self, name: str, value: Any) -> Any:
        one = self._declared.get(name)
        if one is None:
            return value
        try:
            return one.taken(value)
        except Exception as problem:
            warn(f"parameter-{name}", f"the notebook's {name} = {value!r} is not taken: {problem}")
            return self._values.get(name, one.value)

    def _change(self, values: "Mapping[str, Any]") -> "Dict[str, Any]":
        """Puts a person's change in force, whole or not at all. Raises Refused; what listeners raise counts as that."""
        taken: Dict[str, Any] = {}
        for name, value in values.items():
            one = self._declared.get(name)
            try:
                taken[name] = one.taken(value) if one is not None else _like(value, self._values.get(name))
            except Refused as problem:
                raise Refused(f"{name}: {problem}") from problem
        for wanted, listener in list(self._listeners):
            if wanted is None:
                listener(dict(taken))
            elif wanted in taken:
                listener(taken[wanted])
        with self._lock:
            self._values.update(taken)
            self._noted.update(taken)
        return taken

    def _all_declared(self) -> "List[Dict[str, Any]]":
        with self._lock:
            return [one.declared(name) for name, one in self._declared.items()]
