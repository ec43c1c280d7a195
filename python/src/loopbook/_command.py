"""Drives the `loopbook` command: JSON in, JSON out. What notebooks mean is known there and nowhere else."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from contextlib import suppress
from typing import Any, Iterator, Optional, Sequence

from .errors import CommandNotFound, LoopbookError, error_of

_END_SECONDS = 5.0


def call(arguments: Sequence[str], body: Optional[object] = None) -> Any:
    """What the command prints, parsed. Raises what it says on failure."""
    given = "" if body is None else json.dumps(body, allow_nan=False)
    try:
        done = subprocess.run(
            [*_command(), *arguments],
            input=given,
            capture_output=True,
            encoding="utf-8",
            env=_environment(),
            check=False,
        )
    except OSError as cause:
        raise _cannot_start(cause) from cause
    if done.returncode != 0:
        raise _failure(done.stderr, done.returncode)
    return json.loads(done.stdout)


def follow(arguments: Sequence[str]) -> Iterator[Any]:
    """Each line that the command prints, parsed, until the generator is closed."""
    try:
        process = subprocess.Popen(
            [*_command(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=_environment(),
        )
    except OSError as cause:
        raise _cannot_start(cause) from cause
    assert process.stdout is not None and process.stderr is not None
    try:
        for line in process.stdout:
            yield json.loads(line)
        said = process.stderr.read()
        if process.wait() != 0:
            raise _failure(said, process.returncode)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _command() -> list[str]:
    named = os.environ.get("LOOPBOOK_COMMAND", "").strip()
    if named:
        return shlex.split(named)
    found = shutil.which("loopbook")
    if found is None:
        raise CommandNotFound(
            "command-not-found",
            "The loopbook command is not on PATH. Install it (npm install --global loopbook, or the package that "
            "npm pack makes of a checkout), or set LOOPBOOK_COMMAND to it.",
        )
    return [found]


def _cannot_start(cause: OSError) -> CommandNotFound:
    return CommandNotFound("command-not-found", f"The loopbook command cannot be started: {cause}")


def _environment() -> dict[str, str]:
    return {**os.environ, "LOOPBOOK_ERRORS": "json", "NO_COLOR": "1"}


def _failure(said: str, code: int) -> LoopbookError:
    lines = said.strip().splitlines()
    for line in reversed(lines):
        with suppress(ValueError, KeyError, TypeError):
            error = json.loads(line)["error"]
            return error_of(error["code"], error["message"])
    if lines:
        return LoopbookError("command-failed", lines[-1])
    return LoopbookError("command-failed", f"The loopbook command ended with {code} and said nothing.")
