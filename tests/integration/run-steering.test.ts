/** People steer a live run: pause, step, skip, insert ahead, go back, interrupt, stop. Real kernels. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellId } from "../../src/util/ids.ts";
import { ana, aRunBench, type RunBench } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const id = CellId.of;

describe("steering a run", () => {
  it("pauses at the next boundary, steps one cell, skips one, goes on", async () => {
    const test = await bench.start({ a: "x = [1]", b: "x.append(2)", c: "x.append(3)", d: "print(x)" });
    await test.ask({ type: "pause" });
    expect((await test.held("pause")).hold?.cellId).toBe("a");
    await test.ask({ type: "step" });
    expect((await test.held("step")).hold?.cellId).toBe("b");
    await test.ask({ type: "skip" });
    expect((await test.held("step")).hold?.cellId).toBe("c");
    await test.ask({ type: "resume" });
    const end = await test.ended();
    expect(end).toMatchObject({ status: "completed", exitCode: 0, stepsDone: 4, stepsTotal: 4 });
    expect(end.steps).toEqual({ a: "completed", b: "skipped", c: "completed", d: "completed" });
    expect(test.printed("d")).toBe("[1, 3]\n");
    const record = await bench.host.runRecord(end.id);
    expect(record?.steps.map(({ cellId, status, source }) => [cellId, status, source])).toEqual([
      ["a", "completed", "x = [1]"],
      ["b", "skipped", "x.append(2)"],
      ["c", "completed", "x.append(3)"],
      ["d", "completed", "print(x)"],
    ]);
    expect(record?.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "started",
        "pause-asked",
        "held",
        "stepped",
        "skipped",
        "resumed",
        "completed",
      ]),
    );
    expect(record?.events.find(({ type }) => type === "pause-asked")?.by).toEqual(ana);
  });

  it("follows the document: an inserted cell runs, a changed one as it is, a deleted one not", async () => {
    const test = await bench.start({ a: "y = 1", b: "print('old', y)", c: "print('gone')", d: "z = 1" });
    await test.ask({ type: "pause" });
    await test.held("pause");
    const { live } = test.run.session;
    const origin = { type: "person", label: "ana/browser" } as const;
    live.apply(
      { type: "insert-cell", after: id("a"), cell: { id: id("n"), cellType: "code", source: "y = 5" } },
      origin,
    );
    live.apply({ type: "set-source", id: id("b"), source: "print('new', y)" }, origin);
    live.apply({ type: "delete-cell", id: id("c") }, origin);
    await test.ask({ type: "resume" });
    const end = await test.ended();
    expect(end.steps).toEqual({ a: "completed", n: "completed", b: "completed", d: "completed" });
    expect(test.printed("b")).toBe("new 5\n");
    const record = await bench.host.runRecord(end.id);
    expect(record?.steps.map(({ cellId }) => cellId)).toEqual(["a", "n", "b", "d"]);
    expect(record?.steps[2]?.source).toBe("print('new', y)");
    const inserted = record?.events.find(({ type }) => type === "cell-inserted");
    expect(inserted).toMatchObject({ cellId: "n", by: { who: "ana", using: "browser" } });
  });

  it("goes back to a cell and runs on from there in the same kernel", async () => {
    const test = await bench.start({ a: "n = 0", b: "n += 1", "c|hold": "print(n)" });
    await test.held("tag");
    await test.ask({ type: "rerun-from", cellId: id("b") });
    await test.until("the second pass", ({ hold, recentEvents }) => {
      return hold?.kind === "tag" && recentEvents.some(({ type }) => type === "rerun-asked");
    });
    await test.ask({ type: "approve", reason: null });
    await test.ended();
    expect(test.printed("c")).toBe("2\n");
    expect((await test.run.command({ type: "rerun-from", cellId: id("zz") }, ana)).ok).toBe(false);
  });

  it("interrupts a cell and holds at it; resume runs it again with its variables", async () => {
    const test = await bench.start({
      a: "import time; tries = 0",
      b: "tries += 1\nif tries == 1: time.sleep(60)\nprint('tries', tries)",
    });
    await test.at("b");
    await test.ask({ type: "interrupt" });
    expect((await test.held("interrupted")).hold).toMatchObject({
      cellId: "b",
      what: "Interrupted by Ana in cell 2",
    });
    await test.ask({ type: "resume" });
    expect((await test.ended()).status).toBe("completed");
    expect(test.printed("b")).toBe("tries 2\n");
  });

  it("stops: the cell is interrupted, the end is true everywhere", async () => {
    const test = await bench.start({ a: "import time", b: "time.sleep(60)", c: "print('never')" });
    await test.at("b");
    await test.ask({ type: "stop" });
    const end = await test.ended();
    expect(end).toMatchObject({ status: "stopped", exitCode: 130, outcome: "Stopped by Ana in cell 2" });
    expect(end.steps).toEqual({ a: "completed", b: "interrupted", c: "not-run" });
    const written = await test.written();
    expect(written.cells.map(({ metadata }) => metadata.papermill)).toMatchObject([
      { status: "completed", exception: false },
      { status: "failed", exception: true },
      { status: "pending", start_time: null },
    ]);
    expect(written.cells.map(({ metadata }) => metadata.loopbook)).toEqual([
      undefined,
      { status: "interrupted" },
      { status: "not-run" },
    ]);
    expect((await test.run.command({ type: "resume" }, ana)).ok).toBe(false);
  });

  it("stops at once a cell that heeds nothing", async () => {
    const test = await bench.start({
      a: "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
      b: "while True: time.sleep(1)",
    });
    await test.at("b");
    await test.ask({ type: "stop" });
    expect(test.run.snapshot().status).toBe("stopping");
    await test.ask({ type: "stop" });
    const end = await test.ended();
    expect(end).toMatchObject({ status: "stopped", exitCode: 130 });
    expect(end.steps).toMatchObject({ b: "interrupted" });
  });
});
