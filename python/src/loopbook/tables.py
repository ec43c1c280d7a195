"""Tables by name: rows as data, not as source. pandas is used where it is there, and not needed to write rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Optional, Sequence

from ._json import as_cell
from .errors import BadValue, LoopbookError
from .values import Notebook, change, get_val

if TYPE_CHECKING:
    import pandas


def put_df(nb: Notebook, name: str, df: Any, labels: Optional[Sequence[str]] = None) -> None:
    """Writes a DataFrame, or rows with `labels`, as the table of that name; its index is not kept.

    Raises BadValue (too large, another width, or the name is no table's), NotebookUnreadable.
    """
    columns, rows = _parts(name, df, labels)
    data = [[as_cell(value, name) for value in row] for row in rows]
    change(nb, {"tables": {name: {"columns": columns, "data": data}}})


def get_df(nb: Notebook, name: str) -> pandas.DataFrame:
    """The table of that name. Raises NoSuchValue, BadValue when it is no table."""
    table = get_val(nb, name)
    if not isinstance(table, dict) or set(table) != {"columns", "data"}:
        raise BadValue("bad-value", f"{name} is a value, not a table; read it with get_val.")
    try:
        from pandas import DataFrame
    except ImportError as cause:
        raise LoopbookError(
            "no-pandas",
            "get_df needs pandas (pip install pandas). get_val gives the same table as columns and rows.",
        ) from cause
    return DataFrame(table["data"], columns=table["columns"])


def _parts(name: str, df: Any, labels: Optional[Sequence[str]]) -> tuple[list[str], Iterable[Sequence[Any]]]:
    if hasattr(df, "itertuples"):
        columns = df.columns if labels is None else labels
        return [str(column) for column in columns], df.itertuples(index=False, name=None)
    if labels is None:
        raise BadValue("bad-value", f"{name}: rows need labels, one for each column.")
    return [str(label) for label in labels], df
