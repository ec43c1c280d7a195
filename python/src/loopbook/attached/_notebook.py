"""The parameters cell of a notebook file, read as literals: nothing is evaluated."""

from __future__ import annotations

import ast
import json
from typing import Any, Dict


def read_parameters(path: str) -> "Dict[str, Any]":
    """Names assigned in cells tagged `parameters`, in Python; what is no literal is passed over."""
    try:
        with open(path, encoding="utf-8") as file:
            cells = json.load(file).get("cells", [])
    except (OSError, ValueError, AttributeError):
        return {}
    found: Dict[str, Any] = {}
    for tag in ("parameters", "injected-parameters"):
        for cell in cells:
            if isinstance(cell, dict) and cell.get("cell_type") == "code" and tag in _tags(cell):
                source = cell.get("source", "")
                found.update(literals("".join(source) if isinstance(source, list) else str(source)))
    return found


def literals(source: str) -> "Dict[str, Any]":
    lines = ["" if line.lstrip()[:1] in ("%", "!") else line for line in source.splitlines()]
    try:
        statements = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return {}
    found: Dict[str, Any] = {}
    for statement in statements:
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target: ast.AST = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign) and value is not None:
            target = statement.target
        else:
            continue
        if isinstance(target, ast.Name) and value is not None:
            try:
                found[target.id] = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                found.pop(target.id, None)
    return found


def _tags(cell: "Dict[str, Any]") -> "list[Any]":
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []
