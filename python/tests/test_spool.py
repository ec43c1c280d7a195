"""What a pipeline handed over is in its spool: whatever kills it, and when the disk is full."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import struct
import subprocess
import unittest

from contract_server import Log, records, spooled
from loopbook.attached._spool import Clock, Spool
from programs import Folder, until

LOGS = """
import sys, os
import loopbook
run = loopbook.attach("train.ipynb", system=False)
print(os.getpid(), flush=True)
for i in range(int(sys.argv[1])):
    run.log(loss=i / 2, acc=float(i))
print("done", flush=True)
sys.stdin.read()
"""


class Killed(Folder):
    def kill_after(self, calls: int, group: bool, **env: str) -> Log:
        process = self.start(LOGS, str(calls), stdin=subprocess.PIPE, start_new_session=group, env=env)
        assert process.stdout is not None
        process.stdout.readline()
        self.assertEqual(process.stdout.readline(), "done\n")
        os.killpg(process.pid, signal.SIGKILL) if group else process.kill()
        process.wait()
        return spooled(self.only_writer())

    def test_nothing_is_lost_when_the_process_is_killed(self) -> None:
        log = self.kill_after(50_000, group=False)
        self.assertEqual(log.series("loss"), [(i, i / 2) for i in range(50_000)])
        self.assertEqual(log.series("acc"), [(i, float(i)) for i in range(50_000)])

    def test_nor_with_its_whole_process_group(self) -> None:
        self.assertEqual(len(self.kill_after(10_000, group=True).series("loss")), 10_000)

    def test_nor_where_files_cannot_be_mapped(self) -> None:
        log = self.kill_after(30_000, group=False, LOOPBOOK_SPOOL_MODE="append")
        self.assertEqual(log.series("loss"), [(i, i / 2) for i in range(30_000)])

    def test_killed_in_the_middle_whole_records_are_there(self) -> None:
        for mode in ("map", "append"):
            process = self.start(LOGS, "100000000", env={"LOOPBOOK_SPOOL_MODE": mode})
            assert process.stdout is not None
            process.stdout.readline()
            until(lambda: len(list(self.spool.glob("run_*/*/*.log"))) > 2, "segments")
            process.kill()
            process.wait()
            (writer,) = self.writers()
            steps = [step for step, _ in spooled(writer).series("loss")]
            self.assertGreater(len(steps), 20_000)
            self.assertEqual(steps, list(range(len(steps))))
            shutil.rmtree(self.spool)

    def test_says_how_it_joins_before_its_first_record(self) -> None:
        self.kill_after(1, group=False)
        told = json.loads((self.only_writer() / "attach.json").read_text())
        self.assertEqual(told["format"], 1)
        self.assertIsNone(told["url"])
        self.assertEqual(told["request"]["notebook"], str((self.folder / "train.ipynb").resolve()))
        self.assertEqual(told["request"]["writer"]["id"], self.only_writer().name)
        self.assertNotIn("token", json.dumps(told))


class Values(Folder):
    def test_what_is_a_number_is_kept_and_what_is_none_is_counted(self) -> None:
        ended = self.run_to_end(
            """
            import numpy as np, decimal, loopbook
            run = loopbook.attach("train.ipynb", system=False)
            class Tensor:
                def item(self): return 0.25
            run.log(a=1, b=True, c=np.float32(0.5), d=np.array(7), e=Tensor(), f=decimal.Decimal("2.5"))
            run.log(a=float("nan"), b=float("inf"), c=-float("inf"))
            run.log(a="text", b=None, c=[1, 2], d=3, e=10**400)
            run.log({"val/loss": 4.0}, step=np.int64(9))
            run.log(step=None)
            run.log(x=1.0, step=10**30)
            for _ in range(3): run.log(word="no")
            """
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        log = spooled(self.only_writer())
        self.assertEqual(
            {name: log.series(name)[0][1] for name in "abcdef"},
            {"a": 1.0, "b": 1.0, "c": 0.5, "d": 7.0, "e": 0.25, "f": 2.5},
        )
        self.assertTrue(math.isnan(log.series("a")[1][1]))
        self.assertEqual([log.series(name)[1][1] for name in "bc"], [math.inf, -math.inf])
        self.assertEqual(log.series("d")[1][1], 3.0)
        self.assertEqual(log.series("val/loss"), [(9, 4.0)])
        self.assertEqual(sum(fact["count"] for fact in log.of("dropped")), 7)
        self.assertEqual(ended.stderr.count("word: no number"), 1)

    def test_steps_are_given_or_counted_by_the_names_that_are_logged(self) -> None:
        ended = self.run_to_end(
            """
            import loopbook
            run = loopbook.attach("train.ipynb", system=False)
            for i in range(3):
                run.log(loss=i)
                run.log(other=i)
            run.log(loss=9, step=100)
            run.log(loss=10)
            """
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        log = spooled(self.only_writer())
        self.assertEqual([step for step, _ in log.series("loss")], [0, 1, 2, 100, 101])
        self.assertEqual([step for step, _ in log.series("other")], [0, 1, 2])

    def test_many_threads_and_a_signal_handler_that_logs(self) -> None:
        ended = self.run_to_end(
            """
            import loopbook, signal, threading
            run = loopbook.attach("train.ipynb", system=False)
            fired = 0
            def handler(number, frame):
                global fired
                fired += 1
                run.log(signalled=fired)
                run.event("tick")
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            def work(name):
                for i in range(20_000):
                    run.log({name: i})
            threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(3)]
            for thread in threads: thread.start()
            work("main")
            for thread in threads: thread.join()
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(fired)
            """
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        log = spooled(self.only_writer())
        for name in ("main", "t0", "t1", "t2"):
            self.assertEqual([step for step, _ in log.series(name)], list(range(20_000)))
        fired = int(ended.stdout)
        self.assertGreater(fired, 10)
        self.assertEqual(sorted(value for _, value in log.series("signalled")), [float(n + 1) for n in range(fired)])
        self.assertEqual(len([fact for fact in log.of("event") if fact["name"] == "tick"]), fired)

    def test_the_clock_set_back_does_not_turn_time_round(self) -> None:
        ended = self.run_to_end(
            """
            import loopbook, time
            run = loopbook.attach("train.ipynb", system=False)
            real, back = time.time, 0.0
            time.time = lambda: real() - back
            for i in range(50):
                if i == 25: back = 3600.0
                run.log(loss=i)
                time.sleep(0.005)
            """
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        times = [when for _, when, _, _ in spooled(self.only_writer()).rows]
        self.assertEqual(times, sorted(times))


class SpoolItself(unittest.TestCase):
    def test_any_mix_of_records_reads_back_as_it_was_written(self) -> None:
        import tempfile

        for seed in range(12):
            chance = random.Random(seed)
            with tempfile.TemporaryDirectory() as folder:
                os.environ["LOOPBOOK_SPOOL_MODE"] = chance.choice(["map", "append"])
                spool = Spool(os.path.join(folder, "run", "w"), lambda: b"{}", Clock())
                wanted: "list[object]" = []
                shipped = b""
                for _ in range(chance.randrange(1, 400)):
                    kind = chance.randrange(4)
                    if kind == 0:
                        text = "ä" * chance.choice([0, 1, 3, 500, 200_000, 1_200_000])
                        spool.fact("log", text=text)
                        wanted.append(text)
                    elif kind == 3 and chance.random() < 0.2:
                        batch = spool.batch(len(shipped))
                        if batch is not None:
                            self.assertEqual(batch[0], len(shipped))
                            shipped += batch[1]
                            spool.mark_received(len(shipped))
                    else:
                        names = tuple(chance.sample("abcdefgh", chance.randrange(1, 8)))
                        values = tuple(chance.random() for _ in names)
                        spool.row(names, values, None)
                        wanted.append((names, values))
                while True:
                    batch = spool.batch(len(shipped))
                    if batch is None:
                        break
                    shipped += batch[1]
                found: "list[object]" = []
                shapes: "dict[int, tuple[str, ...]]" = {}
                for kind, shape, payload in records(shipped):
                    if kind == 1:
                        found.append(json.loads(payload)["text"])
                    elif kind == 2:
                        shapes[shape] = tuple(json.loads(payload))
                    else:
                        found.append((shapes[shape], struct.unpack(f"<{len(shapes[shape])}d", payload[16:])))
                self.assertEqual(found, wanted)
                spool.close()
        os.environ.pop("LOOPBOOK_SPOOL_MODE")


class FullDisk(Folder):
    """A file system of 3 MB that is full, where one can be mounted; else a limit of the size of files."""

    FILL = """
    import resource, sys, signal, loopbook
    run = loopbook.attach("train.ipynb", system=False)
    run.log(loss=-1.0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    for i in range(300_000): run.log(loss=i)
    run.event("after")
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), flush=True)
    sys.stdin.readline()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("room", flush=True)
    sys.stdin.readline()
    for i in range(10): run.log(loss=i)
    """

    def test_newest_are_kept_in_bounded_memory_and_the_rest_is_counted(self) -> None:
        for mode in ("map", "append"):
            process = self.start(self.FILL, stdin=subprocess.PIPE, env={"LOOPBOOK_SPOOL_MODE": mode})
            assert process.stdout is not None and process.stdin is not None
            self.assertLess(int(process.stdout.readline()), 40_000)
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
            until(lambda: any(spooled(one).of("dropped") for one in self.writers()), "what was dropped")
            process.stdin.write("\n")
            process.stdin.flush()
            process.wait()
            log = spooled(self.only_writer())
            self.assertEqual(process.returncode, 0)
            values = [value for _, value in log.series("loss")]
            self.assertEqual(values[-10:], [float(i) for i in range(10)])
            self.assertEqual(values[-11], 299_999.0)
            self.assertEqual(len(log.of("event")), 1)
            dropped = sum(fact["count"] for fact in log.of("dropped"))
            self.assertGreater(dropped, 0)
            self.assertEqual(dropped + len(values), 300_011)
            shutil.rmtree(self.spool)

    def test_a_folder_that_cannot_be_written_ends_nothing(self) -> None:
        blocked = self.folder / "file"
        blocked.write_text("")
        source = """
        import loopbook
        run = loopbook.attach("train.ipynb", spool="file/below")
        for i in range(1000): run.log(loss=i)
        run.save(b"abc", "a")
        run.show("text" * 10_000, "t")
        """
        ended = self.run_to_end(source)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("Traceback", ended.stderr)


if __name__ == "__main__":
    unittest.main()
