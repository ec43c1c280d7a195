"""A server that keeps decision 0009 and nothing else: logs by offset, durable before they are acknowledged, and news.

It stands for the real one where tests need to break it at a chosen point. It is a process of its own, so that it can be
killed: `python contract_server.py FOLDER PORT`. What it has is in FOLDER.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "a-token"
_LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        self._handle("POST")

    def do_PUT(self) -> None:
        self._handle("PUT")

    def do_GET(self) -> None:
        self._handle("GET")

    def do_HEAD(self) -> None:
        self._handle("HEAD")

    def _handle(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            return self._answer(401, {"code": "wrong-token", "message": "No."})
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        words = [unquote(word) for word in parts.path.strip("/").split("/")]
        if (method, words) == ("POST", ["api", "attached"]):
            return self._attach(json.loads(body))
        run = self.folder / words[2]
        if not run.exists():
            return self._answer(404, {"code": "no-such-run", "message": "There is none."})
        if words[3] == "log":
            return self._log(run / f"{words[4]}.log", int(query["offset"]), body)
        if words[3] == "blobs":
            return self._blob(method, run / "blobs" / words[4], query, body)
        if words[3] == "news":
            return self._news(run, query)
        if words[3] == "answers":
            answers = _read(run / "answered.json") or {}
            return self._answer(200, {"answer": answers.get(query["key"])})
        self._answer(404, {"code": "no-such-route", "message": "There is none."})

    def _attach(self, body: Dict[str, Any]) -> None:
        run = self.folder / body["runId"]
        known = run.exists()
        (run / "blobs").mkdir(parents=True, exist_ok=True)
        (run / f"attach-{body['writer']['id']}.json").write_text(json.dumps(body))
        received = {one.stem: one.stat().st_size for one in run.glob("*.log")}
        values = _read(self.folder / "values.json") or {}
        view = {"runId": body["runId"], "notebookId": "nb_1", "path": None, "page": "http://page", "values": values}
        self._answer(200 if known else 201, {**view, "received": received, "news": _news(run)})

    def _log(self, file: Path, offset: int, body: bytes) -> None:
        with _LOCK:
            size = file.stat().st_size if file.exists() else 0
            if offset > size:
                return self._answer(409, {"code": "log-gap", "message": "A gap.", "received": size})
            with open(file, "ab") as out:
                out.write(body[size - offset :])
                out.flush()
                os.fdatasync(out.fileno()) if hasattr(os, "fdatasync") else os.fsync(out.fileno())
            size = file.stat().st_size
        self._answer(200, {"received": size})

    def _blob(self, method: str, file: Path, query: Dict[str, str], body: bytes) -> None:
        if method == "HEAD":
            return self._answer(200, None, file.stat().st_size) if file.exists() else self._answer(404, None, 0)
        size = file.stat().st_size if file.exists() else 0
        offset = int(query.get("offset", 0))
        if offset > size:
            return self._answer(409, {"code": "log-gap", "message": "A gap.", "received": size})
        with open(file, "ab") as out:
            out.write(body[size - offset :])
        size = file.stat().st_size
        if size == int(query["total"]) and hashlib.sha256(file.read_bytes()).hexdigest() != file.name:
            file.unlink()
            return self._answer(422, {"code": "bad-blob", "message": "Another hash."})
        self._answer(200, {"received": size})

    def _news(self, run: Path, query: Dict[str, str]) -> None:
        until = time.monotonic() + float(query.get("wait", 25))
        while True:
            news = _news(run)
            if news["revision"] != int(query.get("after", -1)) or time.monotonic() > until:
                return self._answer(200, news)
            time.sleep(0.01)

    def _answer(self, status: int, body: Optional[Any], length: int = 0) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(length if body is None else len(content)))
        self.end_headers()
        self.wfile.write(content)


def _news(run: Path) -> Dict[str, Any]:
    nothing = {"revision": 0, "wanted": {"state": "go", "wishId": "", "by": None}, "changes": [], "answers": []}
    return _read(run / "news.json") or nothing


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return None


class ContractServer:
    """The same as a child process of the test; what it received is read from its files."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, __file__, str(folder), str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="ascii")
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def runs(self) -> List[Path]:
        return [one for one in sorted(self.folder.iterdir()) if one.name.startswith("run_")]

    def tell(self, run: str, revision: int, **news: Any) -> None:
        file = self.folder / run / "news.json"
        told = {"wanted": {"state": "go", "wishId": "", "by": None}, "changes": [], "answers": [], **news}
        aside = file.with_suffix(".new")
        aside.write_text(json.dumps({"revision": revision, **told}))
        aside.replace(file)

    def log(self, run: str) -> "Log":
        return Log(b"".join(one.read_bytes() for one in sorted((self.folder / run).glob("*.log"))))

    def logs(self, run: str) -> Dict[str, "Log"]:
        return {one.stem: Log(one.read_bytes()) for one in (self.folder / run).glob("*.log")}


class Log:
    """Records of one or more logs, read back as decision 0009 says."""

    def __init__(self, content: bytes) -> None:
        self.facts: List[Dict[str, Any]] = []
        self.rows: List[Tuple[Tuple[str, ...], float, int, Tuple[float, ...]]] = []
        shapes: Dict[int, Tuple[str, ...]] = {}
        for kind, shape, payload in records(content):
            if kind == 1:
                self.facts.append(json.loads(payload))
            elif kind == 2:
                shapes[shape] = tuple(json.loads(payload))
            elif kind == 3:
                names = shapes[shape]
                when, step, *values = struct.unpack(f"<dq{len(names)}d", payload)
                self.rows.append((names, when, step, tuple(values)))
            else:
                raise AssertionError(f"kind {kind}")

    def of(self, type_: str) -> List[Dict[str, Any]]:
        return [fact for fact in self.facts if fact["type"] == type_]

    def series(self, name: str) -> List[Tuple[int, float]]:
        return [(step, values[names.index(name)]) for names, _, step, values in self.rows if name in names]


def records(content: bytes) -> Iterator[Tuple[int, int, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, kind, padding, shape = struct.unpack_from("<IBBH", content, at)
        if length == 0 or at + length > len(content):
            return
        assert length % 8 == 0 and padding < 8, (at, length, padding)
        yield kind, shape, content[at + 8 : at + length - padding]
        at += length


def spooled(folder: Path) -> Log:
    """What a dead writer left: its segments, one after the other."""
    content = b""
    for segment in sorted(folder.glob("*.log")):
        part = segment.read_bytes()
        used = at = 0
        while at + 8 <= len(part):
            length = struct.unpack_from("<I", part, at)[0]
            if length == 0 or at + length > len(part):
                break
            at += length
            used = at
        assert int(segment.stem) == len(content), (segment, len(content))
        content += part[:used]
    return Log(content)


if __name__ == "__main__":
    Handler.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    server.daemon_threads = True
    # Connections are cut on purpose.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    print(server.server_address[1], flush=True)
    server.serve_forever()
