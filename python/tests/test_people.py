"""What people want reaches the pipeline: parameters, pause, step, stop, answers; and how a pipeline ends."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import unittest
from typing import Any, Dict

from contract_server import spooled
from notebook_files import code, write
from programs import Folder, until
from test_sender import WithServer

HEADER = "import sys, time, loopbook\nrun = loopbook.attach('train.ipynb', system=False, {more})\n"


class Pipeline(WithServer):
    def pipeline(self, body: str, more: str = "", **options: Any) -> "subprocess.Popen[str]":
        process = self.start(HEADER.format(more=more) + body, **options)
        self.run_id = until(self.server.runs, "the run")[-1].name
        return process

    def fact(self, type_: str, **wanted: Any) -> Dict[str, Any]:
        return until(
            lambda: next(
                (
                    fact
                    for fact in self.server.log(self.run_id).of(type_)
                    if all(fact.get(name) == value for name, value in wanted.items())
                ),
                None,
            ),
            f"{type_} {wanted}",
        )

    def wants(self, revision: int, state: str, wish: str = "", **more: Any) -> None:
        self.server.tell(self.run_id, revision, wanted={"state": state, "wishId": wish, "by": "Ana"}, **more)

    def ends(self, process: "subprocess.Popen[str]", code_: int = 0) -> str:
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, code_, err)
        self.assertNotIn("Traceback", err)
        return out


class Steering(Pipeline):
    LOOP = """
for i in run.steps(range(100_000)):
    run.log(i=i)
    time.sleep(0.002)
print("saved", run.is_stopped, flush=True)
"""

    def test_pause_step_go_and_stop_act_at_safe_points(self) -> None:
        process = self.pipeline(self.LOOP)
        self.wants(1, "pause", "w1")
        held = self.fact("control", state="held")
        self.assertEqual(held["why"], "Paused by Ana")
        self.assertEqual(len(self.server.log(self.run_id).of("control")), 1)
        self.wants(2, "step", "w2")
        stepped = until(lambda: [one for one in self.server.log(self.run_id).of("control")][2:3], "held again")[0]
        self.assertEqual((stepped["state"], stepped["step"]), ("held", held["step"] + 1))
        rows = until(lambda: self.server.log(self.run_id).series("i"), "rows")
        self.assertEqual(rows[-1][0], held["step"])
        self.wants(3, "go", "w3")
        until(lambda: len(self.server.log(self.run_id).series("i")) > len(rows) + 10, "more rows")
        self.wants(4, "stop", "w4")
        self.assertEqual(self.ends(process), "saved True\n")
        self.assertEqual(self.fact("end")["status"], "stopped")

    def test_a_change_is_taken_at_the_next_step_or_comes_back_with_the_reason(self) -> None:
        process = self.pipeline(
            """
lr = loopbook.param(0.1, min=0, max=1)
run.params.declare(lr=lr, layers=[1], mode=loopbook.param("a", choices=["a", "b"]))
@run.params.on_change
def check(changed):
    if changed.get("mode") == "b" and run.params.lr > 0.3: raise loopbook.Refused("b needs a low lr")
for i in run.steps(range(100_000)):
    seen = run.params.lr
    time.sleep(0.004)
    assert run.params.lr == seen
    if run.params["mode"] == "b": break
print(run.params.lr, type(run.params.lr).__name__, dict(run.params))
"""
        )

        def change(revision: int, **values: Any) -> None:
            told = {"id": f"c{revision}", "values": values, "reason": None, "by": "Ana"}
            self.server.tell(self.run_id, revision, changes=[told])

        change(1, lr=1)
        begun = time.monotonic()
        applied = self.fact("change-applied", id="c1")
        self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(applied["values"], {"lr": 1.0})
        change(2, lr=2)
        self.assertEqual(self.fact("change-refused", id="c2")["reason"], "lr: 2.0 is above 1")
        change(3, mode="b")
        self.assertEqual(self.fact("change-refused", id="c3")["reason"], "b needs a low lr")
        change(4, lr="high")
        self.assertEqual(self.fact("change-refused", id="c4")["reason"], "lr: 'high' is no float")
        change(5, lr=0.25)
        self.fact("change-applied", id="c5")
        change(6, mode="b")
        self.assertEqual(self.ends(process), "0.25 float {'lr': 0.25, 'layers': [1], 'mode': 'b'}\n")
        self.assertEqual(len(self.server.log(self.run_id).of("change-applied")), 3)

    def test_safe_points_by_hand_and_without_a_loop(self) -> None:
        process = self.pipeline(
            """
run.params.declare(lr=0.1)
while run.params.lr == 0.1: time.sleep(0.01)
print("changed", flush=True)
try:
    while True:
        run.safe_point()
        time.sleep(0.01)
except Exception: print("no")
""",
            )
        self.server.tell(self.run_id, 1, changes=[{"id": "c", "values": {"lr": 0.2}, "reason": None, "by": "Ana"}])
        self.fact("change-applied", id="c")
        self.wants(2, "stop")
        self.assertEqual(self.ends(process, 130), "changed\n")
        self.assertEqual(self.fact("end")["status"], "stopped")

    def test_asynchronous_steps_and_inner_loops(self) -> None:
        process = self.pipeline(
            """
import asyncio
async def many():
    for i in range(3):
        yield i
async def main():
    async for i in run.steps(many(), label="outer"):
        run.log(outer=i)
        for j in run.steps(range(5), label="inner"):
            run.log(inner=j)
asyncio.run(main())
run.log(behind=1)
"""
        )
        self.ends(process)
        log = self.server.log(self.run_id)
        self.assertEqual([step for step, _ in log.series("outer")], [0, 1, 2])
        self.assertEqual([step for step, _ in log.series("inner")], list(range(15)))
        self.assertEqual([step for step, _ in log.series("behind")], [0])


class Parameters(Folder):
    def test_come_from_the_notebook_as_literals(self) -> None:
        source = "lr: float = 0.05  # 0 … 1\nname = 'base'\nlayers = [64, 32]\nn = len(layers)\n%matplotlib inline"
        write(self.folder / "train.ipynb", code(source, tags=["parameters"]), code("lr = 7"))
        ended = self.run_to_end(
            """
            import loopbook
            run = loopbook.attach("train.ipynb", params={"lr": 0.1, "depth": 3}, system=False)
            print(run.params.lr, run.params["name"], run.params.layers, run.params.depth, "n" in run.params)
            try: run.params.learning_rate
            except AttributeError as problem: print(problem)
            """
        )
        self.assertEqual(
            ended.stdout,
            "0.05 base [64, 32] 3 False\nThere is no parameter 'learning_rate' (there are: depth, layers, lr, name). "
            "Declare it, or add it to the notebook.\n",
            ended.stderr,
        )


class Asking(Pipeline):
    def answer(self, revision: int, key: str, value: Any, kind: str = "value", **news: Any) -> None:
        answer = {"id": f"a-{key}", "by": {"displayName": "Ana"}, "kind": kind, "value": value, "comment": None}
        self.server.tell(self.run_id, revision, answers=[{"key": key, "answer": answer}], **news)

    def test_waits_until_a_person_answers_and_takes_the_answer_once(self) -> None:
        process = self.pipeline(
            """
print(run.ask("Release model 14?", choices=["yes", "no"], deadline="2d", default="no", key="release-14", people="ana"))
print(run.ask("Release model 14?", choices=["yes", "no"], key="release-14"))
"""
        )
        question = self.fact("question")["question"]
        self.assertEqual((question["form"], question["choices"], question["people"]), ("choice", ["yes", "no"], ["ana"]))
        self.assertAlmostEqual(question["deadline"], time.time() + 2 * 86_400, delta=60)
        self.fact("control", state="held", question="release-14")
        self.answer(1, "release-14", "yes")
        self.assertEqual(self.ends(process), "yes\nyes\n")
        self.assertEqual(self.fact("answer-taken")["answerId"], "a-release-14")
        log = self.server.log(self.run_id)
        self.assertEqual((len(log.of("answer-taken")), len(log.of("question"))), (1, 1))

        again = self.start(HEADER.format(more="") + "print(run.ask('Release?', choices=['yes', 'no'], key='release-14'))")
        self.assertEqual(self.ends(again), "yes\n")

    def test_an_approval_is_told_whole_and_a_stop_ends_the_wait(self) -> None:
        process = self.pipeline(
            """
answer = run.ask("Deploy?", form="approval", proposed={"replicas": 2})
print(bool(answer), answer.kind, answer.value, answer.by)
run.ask("Another?")
"""
        )
        key = self.fact("question")["question"]["key"]
        self.answer(1, key, {"replicas": 3}, "change")
        self.fact("answer-taken", key=key)
        until(lambda: len(self.server.log(self.run_id).of("question")) == 2, "the other question")
        self.wants(2, "stop")
        self.assertEqual(self.ends(process, 130), "True change {'replicas': 3} Ana\n")

    def test_ask_many_gives_answers_as_they_come(self) -> None:
        process = self.pipeline(
            """
for one in run.ask_many(["a", "b", "c"], "Which?", choices=["x", "y"], key="labels", ahead=2):
    print(one.item, one.value, one.position, flush=True)
"""
        )

        def asked() -> Dict[str, str]:
            facts = self.server.log(self.run_id).of("question")
            return {one["question"]["item"]["data"]["text/plain"]: one["question"]["key"] for one in facts}

        until(lambda: len(asked()) == 2, "two questions")
        self.answer(1, asked()["b"], "y")
        until(lambda: len(asked()) == 3, "the third")
        answers = [
            {"key": asked()[item], "answer": {"id": item, "by": "Ana", "kind": "value", "value": "x", "comment": None}}
            for item in ("c", "a")
        ]
        self.server.tell(self.run_id, 2, answers=answers)
        lines = self.ends(process).splitlines()
        self.assertEqual(lines[0], "b y 1")
        self.assertEqual(sorted(lines[1:]), ["a x 0", "c x 2"])
        self.assertEqual(len(self.server.log(self.run_id).of("answer-taken")), 3)

    def test_without_a_server_the_default_is_taken_at_the_deadline(self) -> None:
        ended = self.run_to_end(
            HEADER.format(more="")
            + """
import asyncio
begun = time.monotonic()
print(run.ask("Go on?", choices=["yes", "no"], deadline=0.3, default="no"))
print(asyncio.run(run.ask_async("And now?", deadline=0.3, default="later")))
print(time.monotonic() - begun < 5)
""",
            env={"LOOPBOOK_URL": "http://127.0.0.1:1"},
        )
        self.assertEqual((ended.returncode, ended.stdout), (0, "no\nlater\nTrue\n"), ended.stderr)


class Ends(Folder):
    def end_of(self, body: str, code_: int, **options: Any) -> Dict[str, Any]:
        ended = self.run_to_end("import os, sys, loopbook\nrun = loopbook.attach('t.ipynb', system=False)\n" + body)
        self.assertEqual(ended.returncode, code_, ended.stderr)
        log = spooled(self.writers()[-1])
        shutil.rmtree(self.spool)
        self.output = "".join(one["text"] for one in log.of("output"))
        return log.of("end")[0] if log.of("end") else {}

    def test_says_how_it_ended(self) -> None:
        self.assertEqual(self.end_of("run.log(a=1)", 0)["status"], "completed")
        failed = self.end_of("run.log(a=1)\nraise ValueError('no such file')", 1)
        self.assertEqual((failed["status"], failed["error"]), ("failed", "ValueError: no such file"))
        self.assertIn("line 4", failed["traceback"])
        self.assertIn("ValueError: no such file", self.output)
        exited = self.end_of("with run:\n    sys.exit(3)", 3)
        self.assertEqual((exited["status"], exited["exitCode"]), ("failed", 3))
        self.assertEqual(self.end_of("run.log(a=1)\nos._exit(4)", 4), {})
        self.assertEqual(self.end_of("sys.stderr.write('1%\\r2%\\r3%\\nlast words')\nrun.finish('failed')", 0)["status"], "failed")
        self.assertIn("3%\n", self.output)

    def test_sigterm_is_told_and_ends_the_program_as_ever(self) -> None:
        process = self.start(
            "import time, loopbook\nrun = loopbook.attach('t.ipynb', system=False)\nprint(1, flush=True)\ntime.sleep(60)"
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        self.assertEqual(process.wait(20), -signal.SIGTERM)
        end = spooled(self.only_writer()).of("end")[0]
        self.assertEqual((end["status"], end["signal"]), ("stopped", "SIGTERM"))


class Processes(WithServer):
    def test_forks_pools_and_ranks_are_writers_of_one_run(self) -> None:
        ended = self.run_to_end(
            """
            import multiprocessing, os, sys, threading, loopbook
            def work(n):
                run = loopbook.attach("train.ipynb", system=False)
                for i in range(100): run.log({f"w{n}": i})
                return run.run_id
            if __name__ == "__main__":
                run = loopbook.attach("train.ipynb", system=False)
                run.log(parent=1)
                ids = {run.run_id}
                for method in ("fork", "spawn"):
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        ids.update(pool.map(work, [method + "1", method + "2"]))
                        pool.close(); pool.join()
                child = os.fork()
                if child == 0:
                    for i in range(10): run.log(raw=i)
                    sys.exit(0)
                os.waitpid(child, 0)
                run.log(parent=2)
                print(len(ids))
            """.replace("\n            ", "\n"),
        )
        self.assertEqual((ended.returncode, ended.stdout), (0, "1\n"), ended.stderr)
        run = self.only_run()

        def found() -> Dict[str, int]:
            counts: Dict[str, int] = {}
            for log in self.server.logs(run).values():
                for names, _, _, _ in log.rows:
                    counts[names[0]] = counts.get(names[0], 0) + 1
            return counts

        wanted = {"parent": 2, "raw": 10, **{f"w{kind}{n}": 100 for kind in ("fork", "spawn") for n in (1, 2)}}
        until(lambda: found() == wanted or None, f"all of them: {found()}", 10)
        ranks = [json.loads(one.read_text())["writer"]["rank"] for one in self.server.runs()[0].glob("attach-*")]
        self.assertEqual(ranks.count(0), 1)

    def test_ranks_of_a_launcher_share_a_run(self) -> None:
        processes = [
            self.start(
                "import loopbook\nrun = loopbook.attach('train.ipynb', system=False)\nrun.log(rank=run.rank)\nprint(run.run_id)",
                env={"RANK": str(rank), "WORLD_SIZE": "2", "TORCHELASTIC_RUN_ID": "job-7"},
            )
            for rank in range(2)
        ]
        ids = {process.communicate(timeout=60)[0] for process in processes}
        self.assertEqual(len(ids), 1)
        values = [log.series("rank")[0][1] for log in self.server.logs(self.only_run()).values()]
        self.assertEqual(sorted(values), [0.0, 1.0])

    def test_a_pool_is_not_held_up_by_a_server_that_is_away(self) -> None:
        ended = self.run_to_end(
            """
            import multiprocessing, time, loopbook
            run = loopbook.attach("train.ipynb", system=False)
            def work(n): run.log(n=n)
            begun = time.monotonic()
            with multiprocessing.get_context("fork").Pool(3) as pool: pool.map(work, range(3)); pool.close(); pool.join()
            print(time.monotonic() - begun < 8)
            """,
            env={"LOOPBOOK_URL": "http://127.0.0.1:1"},
        )
        self.assertEqual((ended.returncode, ended.stdout), (0, "True\n"), ended.stderr)
        rows = sum(len(spooled(writer).series("n")) for writer in self.writers())
        self.assertEqual(rows, 3)



if __name__ == "__main__":
    unittest.main()
