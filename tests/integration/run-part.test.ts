/** Runs of a part of a notebook, and runs that go on behind a cell that took too long. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunPart } from "../../src/runs/run.ts";
import { CellId } from "../../src/util/ids.ts";
import { aRunBench, type RunBench } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const part = (change: Partial<RunPart>): RunPart => ({ from: null, to: null, only: [], ...change });
const id = CellId.of;

describe("a part", () => {
  const cells = {
    "p|parameters": "lr = 0.1",
    a: "print('a')",
    b: "print('b', lr)",
    c: "print('c')",
  };

  test("of one cell runs it with the parameters given, and nothing else", async () => {
    const test = await bench.start(cells, { part: part({ only: [id("b")] }), parameters: { lr: 7 } });
    const end = await test.ended();
    expect(end).toMatchObject({ status: "completed", exitCode: 0, stepsDone: 3, stepsTotal: 3 });
    expect([test.printed("a"), test.printed("b"), test.printed("c")]).toEqual(["", "b 7.0\n", ""]);
    expect(Object.keys(end.steps)).not.toContain("a");
    const written = await test.written();
    expect(written.cells.map((cell) => cell.cell_type === "code" && cell.execution_count)).toEqual([
      1,
      2,
      null,
      3,
      null,
    ]);
  });

  test("from a cell to another", async () => {
    const test = await bench.start(cells, { part: part({ from: id("a"), to: id("b") }) });
    expect(await test.ended()).toMatchObject({ status: "completed", stepsDone: 3, stepsTotal: 3 });
    expect([test.printed("a"), test.printed("b"), test.printed("c")]).toEqual(["a\n", "b 0.1\n", ""]);
  });

  test("whose cell is not there is refused before anything runs", async () => {
    await expect(bench.start(cells, { part: part({ to: id("z") }) })).rejects.toMatchObject({
      code: "no-such-cell",
      exitCode: 2,
    });
    await expect(
      bench.start({ ...cells, m: "md:# Text" }, { part: part({ only: [id("m")] }) }),
    ).rejects.toMatchObject({ code: "no-such-cell" });
  });
});

test("after a cell that took too long the run goes on, if that was asked; the cell stays timed out", async () => {
  const options = { cellTimeoutMs: 500, onCellTimeout: "continue" } as const;
  const test = await bench.start({ a: "import time; time.sleep(60)", b: "print('b')" }, options);
  expect(await test.ended()).toMatchObject({
    status: "completed",
    exitCode: 0,
    steps: { a: "timed-out", b: "completed" },
    stepsDone: 1,
  });
  expect(test.printed("b")).toBe("b\n");
});

describe("a run that ends itself early", () => {
  test.each(["import sys; sys.exit(0)", "raise SystemExit", "exit()"])(
    "by %s is a success",
    async (source) => {
      const test = await bench.start({ a: source, b: "print('never')" });
      expect(await test.ended()).toMatchObject({
        status: "completed",
        exitCode: 0,
        steps: { a: "completed", b: "not-run" },
      });
      expect(test.printed("b")).toBe("");
    },
  );

  test("with another code has failed", async () => {
    const test = await bench.start({ a: "import sys; sys.exit(3)", b: "print('never')" });
    expect(await test.ended()).toMatchObject({ status: "failed", exitCode: 1, steps: { b: "not-run" } });
  });
});
