"""A pipeline's log reaches its server whole, in order and once, whatever breaks; and the pipeline does not notice."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
import unittest

from contract_server import TOKEN, ContractServer, Log
from cut_proxy import CutProxy
from programs import Folder, until

SLOWLY = """
import sys, time, loopbook
run = loopbook.attach("train.ipynb", system=False)
for i in range(int(sys.argv[1])):
    run.log(loss=i)
    if i % 100 == 0: time.sleep(0.005)
print(run.flush(20), flush=True)
"""


class WithServer(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.serve()

    def serve(self, port: int = 0) -> ContractServer:
        server = ContractServer(self.folder / "server", port)
        self.addCleanup(lambda: server.process.poll() is None and server.kill())
        self.environment.update(LOOPBOOK_URL=server.url, LOOPBOOK_TOKEN=TOKEN)
        return server

    def only_run(self) -> str:
        runs = until(self.server.runs, "a run")
        self.assertEqual(len(runs), 1)
        return str(runs[0].name)

    def received(self) -> Log:
        return self.server.log(self.only_run())


class Shipped(WithServer):
    def test_a_short_program_leaves_nothing_behind_and_everything_arrives(self) -> None:
        begun = time.monotonic()
        ended = self.run_to_end(
            """
            import loopbook
            run = loopbook.attach("train.ipynb", params={"lr": 0.1}, system=False)
            for i in run.steps(range(200)):
                run.log(loss=1 / (i + 1), acc=i)
            run.event("best", "the best so far", value=float("nan"))
            run.print("a line", 7)
            """
        )
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertLess(time.monotonic() - begun, 20)
        log = self.received()
        self.assertEqual(log.series("loss"), [(i, 1 / (i + 1)) for i in range(200)])
        self.assertEqual(log.of("event")[0]["fields"], {"value": "NaN"})
        self.assertEqual([(one["level"], one["text"]) for one in log.of("log")], [("info", "a line 7")])
        self.assertEqual([(one["status"]) for one in log.of("end")], ["completed"])
        self.assertEqual((log.of("step")[-1]["index"], log.of("step")[-1]["total"]), (199, 200))
        self.assertEqual(self.writers(), [])

    def test_tells_where_it_comes_from_and_no_secret(self) -> None:
        source = """
        import loopbook
        run = loopbook.attach("train.ipynb", params={"lr": loopbook.param(0.1, min=0, max=1, help="rate")}, system=False)
        """
        self.run_to_end(source, "--api-key=hidden", "--token", "hidden", "shown")
        import json

        body = json.loads(next(self.server.runs()[0].glob("attach-*.json")).read_text())
        self.assertNotIn("hidden", json.dumps(body))
        self.assertEqual(body["origin"]["argv"][1:], ["--api-key=…", "--token", "…", "shown"])
        self.assertIn("loopbook.attach", body["origin"]["source"])
        wanted = {"name": "lr", "type": "float", "value": 0.1, "min": 0, "max": 1, "help": "rate"}
        self.assertEqual(body["parameters"], [wanted])
        self.assertEqual(body["name"], "train")

    def test_the_network_is_cut_at_every_point_of_the_exchange(self) -> None:
        proxy = CutProxy(self.server.port)
        self.addCleanup(proxy.close)
        self.environment["LOOPBOOK_URL"] = proxy.url
        process = self.start(SLOWLY, "30000")
        points = [0, 1, 40, 150, 300, 700, 1500, 5000, 20_000, 60_000]
        for way in ("up", "down"):
            for point in points if way == "up" else points[:5]:
                if process.poll() is not None:
                    break
                before = proxy.cuts
                setattr(proxy, way, point)
                until(lambda: proxy.cuts > before or process.poll() is not None, f"a cut {way} after {point}")
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (0, "True\n"), err)
        self.assertEqual(self.received().series("loss"), [(i, float(i)) for i in range(30_000)])
        self.assertGreater(proxy.cuts, 5)
        self.assertNotIn("Traceback", err)

    def test_the_server_is_killed_and_comes_back(self) -> None:
        process = self.start(SLOWLY, "60000")
        until(lambda: self.server.runs() and self.received().rows, "the first rows")
        self.server.kill()
        time.sleep(0.3)
        self.server = self.serve(self.server.port)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (0, "True\n"), err)
        self.assertEqual(self.received().series("loss"), [(i, float(i)) for i in range(60_000)])
        self.assertEqual(len(self.received().of("end")), 1)

    def test_a_hundred_thousand_points_that_waited_are_there_two_seconds_after_the_server(self) -> None:
        port = self.server.port
        self.server.kill()
        process = self.start(
            """
            import sys, loopbook
            run = loopbook.attach("train.ipynb", system=False)
            for i in range(50_000): run.log(loss=i, acc=i)
            print("logged", flush=True)
            print(run.flush(30), flush=True)
            """
        )
        assert process.stdout is not None
        self.assertEqual(process.stdout.readline(), "logged\n")
        time.sleep(1)
        self.server = self.serve(port)
        begun = time.monotonic()
        self.assertEqual(process.stdout.readline(), "True\n")
        self.assertLess(time.monotonic() - begun, 6)
        process.wait()
        self.assertEqual(len(self.received().series("acc")), 50_000)


class Away(Folder):
    PROGRAM = """
    import time, loopbook
    run = loopbook.attach("train.ipynb", system=False)
    longest = 0
    for i in range(2000):
        at = time.perf_counter()
        run.log(loss=i)
        longest = max(longest, time.perf_counter() - at)
        if i % 100 == 0: time.sleep(0.02)
    run.show("x" * 100_000, "t"); run.save(b"bytes", "b")
    print(time.time())
    """

    def ends_well(self, words: str, **env: str) -> None:
        ended = self.run_to_end(self.PROGRAM, env=env)
        done = time.time()
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertLess(done - float(ended.stdout), 3)
        self.assertNotIn("Traceback", ended.stderr)
        self.assertLessEqual(ended.stderr.count("\n"), 1, ended.stderr)
        self.assertIn(words, ended.stderr)
        from contract_server import spooled

        writer = self.only_writer()
        log = spooled(writer)
        self.assertEqual(len(log.series("loss")), 2000)
        self.assertEqual([one["status"] for one in log.of("end")], ["completed"])
        self.assertEqual(len(list((writer / "blobs").iterdir())), 2)

    def test_no_server_at_all(self) -> None:
        self.ends_well("")

    def test_nobody_listens_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.ends_well("", LOOPBOOK_URL=f"http://127.0.0.1:{port}")

    def test_a_server_that_never_answers(self) -> None:
        proxy = CutProxy(0)
        proxy.silent = True
        self.addCleanup(proxy.close)
        self.ends_well("", LOOPBOOK_URL=proxy.url)

    def test_a_wrong_token(self) -> None:
        server = ContractServer(self.folder / "server")
        self.addCleanup(server.kill)
        self.ends_well("token", LOOPBOOK_URL=server.url, LOOPBOOK_TOKEN="wrong")

    def test_something_that_is_no_server_of_ours(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
        assert process.stdout is not None
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        port = process.stdout.readline().split("port ")[1].split()[0]
        self.ends_well("", LOOPBOOK_URL=f"http://127.0.0.1:{port}")


class Contents(WithServer):
    def test_shown_and_saved_come_by_content_before_what_names_them(self) -> None:
        big = os.urandom(9_500_000)
        (self.folder / "model.bin").write_bytes(big)
        ended = self.run_to_end(
            """
            import loopbook, pandas as pd
            import matplotlib; matplotlib.use("Agg")
            import matplotlib.pyplot as plt
            run = loopbook.attach("train.ipynb", system=False)
            figure = plt.figure(); plt.plot([1, 2, 3])
            run.show(figure, name="curve", step=3)
            run.show(pd.DataFrame({"a": range(3)}), name="table")
            run.show({"text/markdown": "**big** " * 10_000}, name="big")
            class Own:
                def _repr_mimebundle_(self, include=None, exclude=None):
                    return {"application/vnd.vegalite.v5+json": {"mark": "bar"}, "text/plain": "chart"}
            run.show(Own(), name="chart")
            class Broken:
                def _repr_html_(self): raise RuntimeError("no")
                def __repr__(self): raise RuntimeError("no")
            run.show(Broken(), name="broken")
            sha = run.save("model.bin")
            run.save(b"same", "one"); run.save(b"same", "two")
            run.save("there-is-none.bin")
            print(run.flush(20), sha)
            """
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        log = self.received()
        shown = {one["name"]: one["shown"] for one in log.of("show")}
        self.assertIn("image/png", {**shown["curve"]["data"], **shown["curve"].get("blobs", {})})
        self.assertIn("<table", shown["table"]["data"]["text/html"])
        self.assertEqual(shown["chart"]["data"]["application/vnd.vegalite.v5+json"], {"mark": "bar"})
        self.assertIn("text/plain", shown["broken"]["data"])
        blobs = self.server.runs()[0] / "blobs"
        markdown = blobs / shown["big"]["blobs"]["text/markdown"]
        self.assertEqual(markdown.read_text(), "**big** " * 10_000)
        saved = {one["name"]: one for one in log.of("artefact")}
        sha = hashlib.sha256(big).hexdigest()
        self.assertEqual((saved["model.bin"]["sha256"], saved["model.bin"]["sizeBytes"]), (sha, 9_500_000))
        self.assertEqual(saved["one"]["sha256"], saved["two"]["sha256"])
        until(lambda: (blobs / sha).exists() and (blobs / sha).read_bytes() == big or None, "the model", 5)
        self.assertEqual(len(log.of("dropped")), 1)

    def test_a_big_artefact_goes_on_where_it_was_cut(self) -> None:
        big = os.urandom(12_000_000)
        (self.folder / "model.bin").write_bytes(big)
        proxy = CutProxy(self.server.port)
        self.addCleanup(proxy.close)
        self.environment["LOOPBOOK_URL"] = proxy.url
        proxy.up = 6_000_000
        process = self.start(
            """
            import loopbook, time, os
            run = loopbook.attach("train.ipynb", system=False)
            sha = run.save("model.bin")
            kept = os.path.join(run._blobs._folder, sha)
            until = time.monotonic() + 20
            while os.path.exists(kept) and time.monotonic() < until: time.sleep(0.02)
            print(os.path.exists(kept))
            """
        )
        out, err = process.communicate(timeout=40)
        self.assertEqual((out, process.returncode), ("False\n", 0), err)
        self.assertEqual(proxy.cuts, 1)
        blob = self.server.runs()[0] / "blobs" / hashlib.sha256(big).hexdigest()
        self.assertEqual(blob.read_bytes(), big)



if __name__ == "__main__":
    unittest.main()
