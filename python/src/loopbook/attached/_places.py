"""Where things lie on this machine: the state folder, the spool, the servers that run. Reads files, asks nobody."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, List, NamedTuple, Optional


class Server(NamedTuple):
    """A Loopbook server: `folder` is None when it is not known, as for one on another machine."""

    url: str
    token: Optional[str]
    folder: Optional[str]


def state_folder() -> str:
    """`LOOPBOOK_HOME`, else the platform's place for a program's data, as the `loopbook` command finds it."""
    named = os.environ.get("LOOPBOOK_HOME")
    if named:
        return os.path.abspath(named)
    home = os.environ.get("HOME") or os.path.expanduser("~")
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, "loopbook")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "loopbook")
    data = os.environ.get("XDG_DATA_HOME")
    base = data if data and os.path.isabs(data) else os.path.join(home, ".local", "share")
    return os.path.join(base, "loopbook")


def spool_folder(given: Optional[str] = None) -> str:
    named = given or os.environ.get("LOOPBOOK_SPOOL")
    return os.path.abspath(named) if named else os.path.join(state_folder(), "spool")


def split_url(url: str) -> "tuple[str, Optional[str]]":
    """The address without path and secret, and the token if it carried one (`…/?token=…`)."""
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(url if "//" in url else "http://" + url)
    tokens = parse_qs(parts.query).get("token") or parse_qs(parts.fragment).get("token")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}", tokens[0] if tokens else None


def find_server(url: Optional[str], token: Optional[str], notebook: Optional[str]) -> Optional[Server]:
    """What the arguments or the environment name, else the server of this user that has the notebook, or its folder."""
    url = url or os.environ.get("LOOPBOOK_URL") or None
    given = token or os.environ.get("LOOPBOOK_TOKEN") or None
    running = running_servers()
    if url is not None:
        address, inside = split_url(url)
        known = next((one for one in running if one.url == address), None)
        return Server(address, given or inside or (known.token if known else None), known.folder if known else None)
    return _server_of(notebook, running)


def _server_of(notebook: Optional[str], running: "List[_Running]") -> Optional[Server]:
    wanted = os.path.realpath(notebook if notebook is not None else os.getcwd())
    for one in running:
        if any(os.path.realpath(path) == wanted for path in one.notebooks):
            return one.server
    within = [one for one in running if one.kind == "up" and _is_within(wanted, one.folder)]
    best = max(within, key=lambda one: len(one.folder), default=None)
    return best.server if best is not None else None


class _Running(NamedTuple):
    url: str
    token: str
    folder: str
    kind: str
    notebooks: "List[str]"
    started: float

    @property
    def server(self) -> Server:
        return Server(self.url, self.token, self.folder)


def running_servers() -> "List[_Running]":
    """The Loopbook processes of this user that live, newest first; each is a small file in the state folder."""
    folder = os.path.join(state_folder(), "processes")
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = []
    for name in names:
        if not name.endswith(".json"):
            continue
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                entry = json.load(file)
            if is_running(int(entry["pid"]), str(entry["start"])):
                notebooks = [str(path) for path in entry["notebooks"]]
                started = float(entry["startedAtMs"])
                url, token, where, kind = (str(entry[key]) for key in ("url", "token", "folder", "kind"))
                found.append(_Running(url, token, where, kind, notebooks, started))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda one: -one.started)


def is_running(pid: int, start: str) -> bool:
    """Whether that very process lives; `start` as `start_of` tells it, empty where it is not known."""
    if sys.platform == "win32":
        # There, os.kill ends the process whatever the signal: a server that is gone refuses the connection.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    told = start_of(pid)
    return start == "" or told is None or told == start


def start_of(pid: int) -> Optional[str]:
    """Boot and ticks since then, on Linux; None elsewhere."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(") ")[2].split()
        if fields[0] == "Z":
            return "ended"
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()}:{fields[19]}"
    except (OSError, IndexError):
        return None


def _is_within(path: str, folder: str) -> bool:
    real = os.path.realpath(folder)
    return path == real or path.startswith(real.rstrip(os.sep) + os.sep)


def write_whole(path: str, content: bytes) -> None:
    """Written aside and renamed: who reads finds the old content or the new one."""
    aside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(aside, "wb") as file:
            file.write(content)
        os.replace(aside, path)
    except OSError:
        try:
            os.unlink(aside)
        except OSError:
            pass
        raise


def read_json(path: str) -> Any:
    """None when there is none, or it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None
