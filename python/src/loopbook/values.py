"""Values by name: variables of the parameters cells, and cells that have a name."""

from __future__ import annotations

import os
from typing import Any, Iterator, Mapping, Optional, Union

from ._command import call, follow
from ._json import as_json
from .errors import NoSuchValue

#: What a notebook holds: None, bool, int, float, str, and lists and dictionaries of them.
Value = Any
Notebook = Union[str, "os.PathLike[str]"]

_NONE_GIVEN: Any = object()


def get_val(nb: Notebook, name: str, default: Value = _NONE_GIVEN) -> Value:
    """The value of that name. A table is `{"columns": […], "data": [[…]]}` (see `get_df`).

    Raises NoSuchValue (unless there is a `default`), NotALiteral, NotebookUnreadable.
    """
    try:
        return call(["get", "--json", "--", _path(nb), name])[name]
    except NoSuchValue:
        if default is _NONE_GIVEN:
            raise
        return default


def get_vals(nb: Notebook) -> dict[str, Value]:
    """All values that can be read, by name."""
    values: dict[str, Value] = call(["get", "--json", "--", _path(nb)])
    return values


def set_val(
    nb: Notebook, name: str, value: Value, *, expected: Value = _NONE_GIVEN, create: bool = True
) -> None:
    """Writes a value; with `expected` only if that is the value now.

    Raises ValueChanged, BadValue, NotALiteral, NotebookUnreadable; NoSuchValue without `create`.
    """
    set_vals(nb, {name: value}, expected=None if expected is _NONE_GIVEN else {name: expected}, create=create)


def set_vals(
    nb: Notebook,
    values: Mapping[str, Value],
    *,
    expected: Optional[Mapping[str, Value]] = None,
    create: bool = True,
) -> None:
    """Writes several values, all or none."""
    change(nb, {"values": _all_json(values), "expected": _all_json(expected or {}), "create": create})


def watch(nb: Notebook, name: str) -> Iterator[Value]:
    """The value now, then each that it becomes, for as long as it is iterated; close it to end it.

    Nothing is missed but what was there for a moment only: what is being typed is not shown.
    """
    for values in follow(["get", "--follow", "--json", "--", _path(nb), name]):
        yield values[name]


def change(nb: Notebook, body: Mapping[str, Any]) -> None:
    """Writes what `body` says, all or none; the form is that of `loopbook set --stdin`."""
    call(["set", "--stdin", "--json", "--", _path(nb)], body)


def _all_json(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: as_json(value, name) for name, value in values.items()}


def _path(nb: Notebook) -> str:
    return os.path.abspath(os.fspath(nb))
