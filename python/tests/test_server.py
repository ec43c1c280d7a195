"""The whole way, with the real server: parameters in, telemetry out, a question; a server that dies; a kernel."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, List

from notebook_files import code, write
from programs import Folder, until


class RealServer(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.nb = self.folder / "nb"
        self.nb.mkdir()
        for name in ("VIRTUAL_ENV", "JUPYTER_PREFER_ENV_PATH"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.up()

    def up(self) -> None:
        command = [*shlex.split(os.environ["LOOPBOOK_COMMAND"]), "up", str(self.nb), "--foreground", "--port", "0"]
        self.server = subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.addCleanup(self.down, self.server)
        self.entry = until(self.find, "the server")

    def find(self) -> Dict[str, Any]:
        for file in (self.folder / "state" / "processes").glob("*.json"):
            entry: Dict[str, Any] = json.loads(file.read_text())
            if entry["pid"] == self.server.pid:
                return entry
        return {}

    def down(self, server: "subprocess.Popen[bytes]") -> None:
        if server.poll() is None:
            server.terminate()
        server.wait(20)

    def call(self, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.entry["url"] + path,
            None if body is None else json.dumps(body).encode(),
            {"authorization": f"Bearer {self.entry['token']}", "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                said = answer.read()
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{path}: {problem.code} {problem.read()!r}") from problem
        return json.loads(said) if said else None

    def run_of(self, status: str) -> Dict[str, Any]:
        def look() -> Any:
            runs: List[Dict[str, Any]] = self.call("/api/runs") + self.call("/api/runs/history?limit=5")
            return next((run for run in runs if run["status"] == status), None)

        found: Dict[str, Any] = until(look, f"a run that is {status}")
        return found

    def cells(self) -> str:
        return (self.nb / "train.ipynb").read_text()

    def test_a_pipeline_and_its_people(self) -> None:
        process = self.start(
            """
            import loopbook, time, sys
            run = loopbook.attach("nb/train.ipynb", params={"lr": loopbook.param(0.1, min=0, max=1), "go": False})
            for i in run.steps(range(100_000)):
                run.log(loss=i, acc=float("nan") if i == 3 else i)
                time.sleep(0.01)
                if run.params.go: break
            print(run.params.lr, run.ask("Release?", choices=["yes", "no"], key="release"), flush=True)
            run.save(b"weights", "model.bin")
            print(run.flush(20), flush=True)
            """
        )
        run = self.run_of("running")
        until(lambda: "lr: float = 0.1" in self.cells() or None, "the parameter in the notebook")
        # The server dies, and another one goes on at another address.
        self.server.kill()
        self.server.wait()
        self.up()
        until(lambda: [one for one in self.call("/api/runs") if one["id"] == run["id"]], "the run, taken back")
        change = {"type": "set-parameters", "changeId": "c1", "values": {"lr": 0.05, "go": True}, "reason": "too high"}
        self.call(f"/api/runs/{run['id']}/commands", change)
        question = until(lambda: next(iter(self.questions(run["id"])), None), "the question")
        answer = {"id": "answer1234", "kind": "value", "value": "yes", "comment": None}
        self.answer(question["id"], answer)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (0, "0.05 yes\nTrue\n"), err)
        self.run_of("completed")
        series = {one["name"]: one for one in self.call(f"/api/runs/{run['id']}/telemetry")["series"]}
        self.assertEqual(series["loss"]["count"], series["loss"]["maxStep"] + 1)
        self.assertEqual(series["acc"]["notFinite"], 1)
        self.assertEqual(self.writers(), [])

    def questions(self, run: str) -> List[Dict[str, Any]]:
        told = self.call(f"/api/questions?run={run}")
        found: List[Dict[str, Any]] = told["questions"] if isinstance(told, dict) else told
        return found

    def answer(self, question: str, answer: Dict[str, Any]) -> None:
        from urllib.parse import quote

        self.call(f"/api/questions/{quote(question, safe='')}/answers", answer)


class InKernel(Folder):
    def test_a_notebook_with_these_lines_works_anywhere(self) -> None:
        lines = (
            "import loopbook\nrun = loopbook.attach(system=False)\n"
            "for i in run.steps(range(3)):\n    run.log(loss=i)\n    run.show({'text/html': f'<b>{i}</b>'}, name='t')"
        )
        path = write(self.folder / "in.ipynb", code(lines), code("run.finish()"))
        program = "import nbformat, nbclient, sys\nnb = nbformat.read(sys.argv[1], 4)\nnbclient.execute(nb)\nnbformat.write(nb, sys.argv[1])\n"
        ended = self.run_to_end(program, str(path), env={"PYTHONWARNINGS": "ignore"})
        self.assertEqual(ended.returncode, 0, ended.stderr)
        outputs = json.loads(Path(path).read_text())["cells"][0]["outputs"]
        shown = [one for one in outputs if one["output_type"] == "display_data"]
        self.assertEqual(["".join(one["data"]["text/html"]) for one in shown], ["<b>2</b>"], outputs)
        self.assertEqual(len(self.writers()), 1)


if __name__ == "__main__":
    unittest.main()
