"""Notebooks for the tests, as programs write them."""

from __future__ import annotations

import json
from pathlib import Path
from pprint import pformat
from typing import Any


def code(source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def write(path: Path, *cells: dict[str, Any]) -> Path:
    notebook = {
        "cells": list(cells),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    return path


def by_nbtransom(path: Path, values: dict[str, Any], name: str, rows: list[Any], labels: list[str]) -> Path:
    """What nbtransom's set_val and put_df leave: named code cells, without ids."""
    table = f"{name} = pd.DataFrame.from_records(\n{rows!r}, columns={labels!r})\n{name}"
    named = [code(f"{key} = {pformat(value)}", name=key) for key, value in values.items()]
    return write(path, code("import pandas as pd"), *named, code(table, name=name))
