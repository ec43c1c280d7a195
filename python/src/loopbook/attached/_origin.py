"""Where a pipeline comes from: script, arguments, commit, environment. Recorded in its notebook; no secrets."""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Dict, List, Optional

_SOURCE_LIMIT = 1_000_000
_SECRET = re.compile(r"(token|password|passwd|secret|api[-_]?key|credential)", re.IGNORECASE)
_GIT_SECONDS = 1.0


def origin(path: Optional[str]) -> "Dict[str, Any]":
    """`path`: of the script, found out at the beginning: once it has run to its end, Python has forgotten it."""
    folder = os.path.dirname(path) if path is not None else "."
    parts = {
        "argv": _arguments,
        "cwd": os.getcwd,
        "script": lambda: path,
        "source": lambda: _source(path),
        "git": lambda: _git(folder),
        "environment": _environment,
    }
    told: Dict[str, Any] = {}
    for name, look in parts.items():
        try:
            found = look()
        except Exception:
            # What cannot be found out is left out.
            continue
        if found is not None:
            told[name] = found
    return told


def _arguments() -> "List[str]":
    """Values of arguments that are called token, password, … are left out."""
    told: List[str] = []
    hide_next = False
    for argument in list(getattr(sys, "argv", []))[:1_000]:
        name, equals, _ = argument.partition("=")
        is_secret = argument.startswith("-") and _SECRET.search(name) is not None
        told.append("…" if hide_next else f"{name}=…" if is_secret and equals else argument[:10_000])
        hide_next = is_secret and not equals
    return told


def _source(path: Optional[str]) -> Optional[str]:
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read(_SOURCE_LIMIT + 1)
    except (OSError, ValueError):
        return None
    return source if len(source) <= _SOURCE_LIMIT else None


def _environment() -> "Dict[str, Any]":
    """Versions of what is imported now; asking for everything that is installed would take longer than we may."""
    import platform

    versions: Dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        # Not by getattr: a module may do work for an attribute that it does not have.
        version = getattr(module, "__dict__", {}).get("__version__") if "." not in name and name[:1] != "_" else None
        if isinstance(version, str) and len(versions) < 300:
            versions[name] = version[:100]
    told: Dict[str, Any] = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": versions,
    }
    for name in ("VIRTUAL_ENV", "CONDA_DEFAULT_ENV", "SLURM_JOB_ID", "CUDA_VISIBLE_DEVICES"):
        if os.environ.get(name):
            told[name] = os.environ[name]
    return told


def _git(folder: str) -> "Optional[Dict[str, Any]]":
    status = _ask_git(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
    if status is None:
        return None
    told: Dict[str, Any] = {"dirty": False}
    for line in status.splitlines():
        if line.startswith("# branch.oid "):
            told["commit"] = line.split(" ", 2)[2]
        elif line.startswith("# branch.head "):
            told["branch"] = line.split(" ", 2)[2]
        elif not line.startswith("#"):
            told["dirty"] = True
    if not re.fullmatch("[0-9a-f]{40,64}", told.get("commit", "")):
        return None
    remote = _ask_git(folder, "config", "--get", "remote.origin.url")
    if remote is not None and remote.strip():
        # Without who signs in, and with what.
        told["remote"] = re.sub(r"//[^/@]*@", "//", remote.strip())
    return told


def _ask_git(folder: str, *arguments: str) -> Optional[str]:
    import subprocess

    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", folder or ".", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_GIT_SECONDS,
            env=environment,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
