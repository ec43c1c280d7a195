/** Where a run ends is told truly: in its status and exit code, per cell, in the ledger and in the file. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRunBench, type Cells, type RunBench } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const before: Cells = { a: "import os, signal, sys, time\nprint('begun')" };
const after: Cells = { z: "print('never')" };

async function endOf(source: string, options = {}) {
  const test = await bench.start({ ...before, b: source, ...after }, options);
  const end = await test.ended();
  const record = await bench.host.runRecord(end.id);
  // The ledger, the live run and the file say the same.
  expect(record?.snapshot).toMatchObject({
    status: end.status,
    exitCode: end.exitCode,
    outcome: end.outcome,
  });
  expect(record?.snapshot.steps).toEqual(end.steps);
  const written = await test.written();
  expect(written.cells[0]).toMatchObject({ outputs: [{ name: "stdout", text: "begun\n" }] });
  return { end, record, written, test };
}

describe("the end of a run", () => {
  it("completed", async () => {
    const { end } = await endOf("1");
    expect(end).toMatchObject({ status: "completed", exitCode: 0, outcome: null });
  });

  it("failed, with what was printed before", async () => {
    const { end, written, record } = await endOf("print('almost')\nraise ValueError('bad lr')");
    expect(end).toMatchObject({ status: "failed", exitCode: 1, outcome: "ValueError in cell 2: bad lr" });
    expect(end.steps).toEqual({ a: "completed", b: "failed", z: "not-run" });
    expect(written.cells[1]?.outputs).toMatchObject([{ text: "almost\n" }, { ename: "ValueError" }]);
    expect(written.metadata.papermill).toMatchObject({ exception: true });
    expect(record?.steps[1]).toMatchObject({ status: "failed", error: "ValueError: bad lr" });
  });

  it("kernel killed: died, 138, later cells not run", async () => {
    const { end, written } = await endOf(
      "print('last words', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)",
    );
    expect(end).toMatchObject({ status: "died", exitCode: 138 });
    expect(end.outcome).toMatch(/killed by SIGKILL in cell 2/);
    expect(end.steps).toEqual({ a: "completed", b: "died", z: "not-run" });
    expect(written.cells[1]?.metadata).toMatchObject({
      papermill: { status: "failed", exception: true },
      loopbook: { status: "died" },
    });
  });

  it("a kernel that says it is dead, in answer to nobody: died, 138, at once", async () => {
    const { end } = await endOf(
      [
        "from IPython import get_ipython",
        "kernel = get_ipython().kernel",
        "kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'dead'}, parent={}, ident=b'status')",
        "time.sleep(600)",
      ].join("\n"),
    );
    expect(end).toMatchObject({ status: "died", exitCode: 138 });
    expect(end.outcome).toMatch(/said that it is dead in cell 2/);
    expect(end.steps).toEqual({ a: "completed", b: "died", z: "not-run" });
  });

  it("a kernel that aborts: died, 138", async () => {
    const { end } = await endOf("os.abort()");
    expect(end).toMatchObject({ status: "died", exitCode: 138 });
    expect(end.outcome).toContain("SIGABRT");
  });

  it("a process that exits with a code: died, 138, the code noted", async () => {
    const { end } = await endOf("os._exit(7)");
    expect(end).toMatchObject({ status: "died", exitCode: 138 });
    expect(end.outcome).toContain("exited with code 7");
  });

  it("sys.exit(0) is an early success", async () => {
    const { end } = await endOf("sys.exit(0)");
    expect(end).toMatchObject({
      status: "completed",
      exitCode: 0,
      outcome: "Ended by sys.exit(0) in cell 2",
    });
    expect(end.steps).toEqual({ a: "completed", b: "completed", z: "not-run" });
  });

  it("sys.exit(3) is a failure that names the code", async () => {
    const { end } = await endOf("sys.exit(3)");
    expect(end).toMatchObject({ status: "failed", exitCode: 1, outcome: "sys.exit(3) in cell 2" });
  });

  it("exit() is an early success", async () => {
    const { end } = await endOf("exit()");
    expect(end).toMatchObject({ status: "completed", exitCode: 0 });
    expect(end.steps).toEqual({ a: "completed", b: "completed", z: "not-run" });
  });

  it("a cell beyond its time: timed out, 124", async () => {
    const { end } = await endOf("time.sleep(60)", { cellTimeoutMs: 300 });
    expect(end).toMatchObject({ status: "timed-out", exitCode: 124 });
    expect(end.steps).toEqual({ a: "completed", b: "timed-out", z: "not-run" });
  });

  it("a run beyond its time: timed out, 124", async () => {
    const { end } = await endOf("time.sleep(60)", { runTimeoutMs: 4_000 });
    expect(end).toMatchObject({ status: "timed-out", exitCode: 124 });
    expect(end.outcome).toContain("the run took longer than 4 s, in cell 2");
  });

  it("input() under no input fails at once", async () => {
    const { end } = await endOf("input('name? ')", { allowInput: false });
    expect(end).toMatchObject({ status: "failed", exitCode: 1 });
    expect(end.outcome).toContain("StdinNotImplementedError");
  });

  it("a kernel that a person shuts down: stopped", async () => {
    const test = await bench.start({ ...before, "b|hold": "1" });
    await test.held("tag");
    await test.run.session.shutdownKernel();
    expect(await test.ended()).toMatchObject({ status: "stopped", exitCode: 130 });
  });

  it("errors that are allowed let it go on", async () => {
    const tagged = await bench.start({ "a|raises-exception": "1/0", b: "print('on')" });
    expect((await tagged.ended()).steps).toEqual({ a: "failed-allowed", b: "completed" });
    const named = await bench.start({ a: "1/0", b: "{}['x']" }, { allowErrorNames: ["ZeroDivisionError"] });
    expect(await named.ended()).toMatchObject({
      status: "failed",
      steps: { a: "failed-allowed", b: "failed" },
    });
    const all = await bench.start({ a: "1/0", b: "{}['x']" }, { allowErrors: true });
    expect(await all.ended()).toMatchObject({ status: "completed", exitCode: 0 });
  });
});
