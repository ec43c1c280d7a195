"""One tracker's client, measured in a process of its own: `sdk_log.py SDK calls|kill|count FOLDER COUNT`. Prints JSON."""

import glob
import json
import os
import sqlite3
import struct
import sys
import time

sdk, what, folder, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.environ.update(LOOPBOOK_HOME=folder, TRACKIO_DIR=folder, HF_HOME=folder)


def start():
    if sdk == "loopbook":
        import loopbook

        run = loopbook.attach(os.path.join(folder, "bench.ipynb"), system=False)
        return lambda step: run.log(loss=0.5, acc=0.25, step=step)
    if sdk == "tensorboardX":
        from tensorboardX import SummaryWriter

        writer = SummaryWriter(folder)

        def log(step):
            writer.add_scalar("loss", 0.5, step)
            writer.add_scalar("acc", 0.25, step)

        return log
    import trackio

    trackio.init(project="bench")
    return lambda step: trackio.log({"loss": 0.5, "acc": 0.25}, step=step)


def peak_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1000 for line in file if line.startswith("VmHWM"))


def count_calls():
    """Calls that can be read back from what the killed process left."""
    if sdk == "loopbook":
        return sum(
            kind == 3
            for path in glob.glob(os.path.join(folder, "spool", "run_*", "*", "*.log"))
            for kind in kinds(open(path, "rb").read())
        )
    if sdk == "tensorboardX":
        points = 0
        for path in glob.glob(os.path.join(folder, "events.*")):
            content, at = open(path, "rb").read(), 0
            while at + 12 <= len(content):
                size = struct.unpack_from("<Q", content, at)[0]
                if at + 16 + size > len(content):
                    break
                at += 16 + size
                points += 1
            points -= 1
        return points / 2
    rows = 0
    for path in glob.glob(os.path.join(folder, "**", "*.db"), recursive=True):
        try:
            rows += sqlite3.connect(path).execute("select count(*) from metrics").fetchone()[0]
        except sqlite3.Error:
            pass
    return rows


def kinds(content):
    at = 0
    while at + 8 <= len(content):
        size = struct.unpack_from("<I", content, at)[0]
        if size == 0 or at + size > len(content):
            return
        yield content[at + 4]
        at += size


if what == "count":
    print(json.dumps({"calls": count_calls()}))
    sys.exit(0)
said = sys.stdout
sys.stdout = sys.stderr
begun = time.perf_counter()
log = start()
log(0)
first_ms = (time.perf_counter() - begun) * 1e3
if what == "kill":
    for step in range(1, count):
        log(step)
    said.write("done\n")
    said.flush()
    time.sleep(600)
clock = time.perf_counter_ns
taken = []
at = clock()
for step in range(1, count):
    before = clock()
    log(step)
    taken.append(clock() - before)
seconds = (clock() - at) / 1e9
taken.sort()
found = {
    "firstMs": first_ms,
    "p50": taken[len(taken) // 2] / 1e3,
    "p99": taken[len(taken) * 99 // 100] / 1e3,
    "perSecond": (count - 1) / seconds,
    "peakMb": peak_mb(),
}
said.write(json.dumps(found) + "\n")
said.flush()
# Its end is not what is measured here.
os._exit(0)
