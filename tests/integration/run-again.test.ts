/** A run that ended is taken up again: in the kernel that lives, by replay where it is gone; several run at once. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellId, RunId } from "../../src/util/ids.ts";
import { ana, aRunBench, type RunBench, type TestRun, testRun } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const id = CellId.of;
const origin = { type: "person", label: "ana/browser" } as const;

async function again(test: TestRun, fromCell: string | null): Promise<TestRun> {
  const run = await bench.host.startRun({
    runId: RunId.create(),
    input: { notebookId: test.run.session.id },
    output: { type: "in-place" },
    options: { fromCell: fromCell === null ? null : id(fromCell) },
    by: ana,
  });
  return testRun(run, test.input, test.output);
}

describe("a failed run", () => {
  const cells = {
    a: "import random\ntoken = random.random()\nprint(token)",
    "h|hold": "pass",
    b: "print(token, 1/0)",
    c: "print('c')",
  };

  async function failed(): Promise<TestRun> {
    const test = await bench.start(cells);
    await test.held("tag");
    await test.ask({ type: "approve", reason: null });
    expect((await test.ended()).status).toBe("failed");
    test.run.session.live.apply({ type: "set-source", id: id("b"), source: "print(token)" }, origin);
    return test;
  }

  it("goes on at its cell in the kernel that still has its variables", async () => {
    const test = await failed();
    const token = test.printed("a");
    const second = await again(test, "b");
    const end = await second.ended();
    expect(end).toMatchObject({ status: "completed", steps: { b: "completed", c: "completed" } });
    expect(second.printed("b")).toBe(token);
    expect(second.printed("a")).toBe(token);
    expect(await readFile(test.output, "utf8")).toContain(token.trim());
  });

  it("is replayed from the top where the kernel is gone; what was approved is not asked again", async () => {
    const test = await failed();
    await test.run.session.shutdownKernel();
    const second = await again(test, "b");
    const end = await second.ended();
    expect(end).toMatchObject({
      status: "completed",
      steps: { a: "completed", h: "completed", b: "completed", c: "completed" },
    });
    expect(second.printed("b")).toBe(second.printed("a"));
  });

  it("started anew begins with an empty kernel", async () => {
    const test = await bench.start({ a: "print('seen' in globals())\nseen = 1" });
    await test.ended();
    const second = await again(test, null);
    await second.ended();
    expect(second.printed("a")).toBe("False\n");
  });
});

it("several notebooks run at once, each in its own folder and kernel", async () => {
  const tests = await Promise.all(
    [1, 2, 3].map((n) =>
      bench.start({ a: `import os, time\nx = ${n}\ntime.sleep(0.2)`, b: "print(x, os.getpid())" }),
    ),
  );
  const ends = await Promise.all(tests.map((test) => test.ended()));
  expect(ends.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
  const printed = tests.map((test) => test.printed("b").split(" "));
  expect(printed.map(([x]) => x)).toEqual(["1", "2", "3"]);
  expect(new Set(printed.map(([, pid]) => pid)).size).toBe(3);
});

it("tells what earlier runs took", async () => {
  const first = await bench.start({ a: "import time; time.sleep(0.3)", "b|hold": "1" });
  await first.held("tag");
  await first.ask({ type: "approve", reason: null });
  await first.ended();
  const run = await bench.host.startRun({
    runId: RunId.create(),
    input: { path: first.input },
    output: { type: "record" },
    options: {},
    by: ana,
  });
  const second = testRun(run, first.input, "");
  const { etaMs } = await second.until("an ETA", (snapshot) => snapshot.etaMs !== null);
  expect(etaMs).toBeGreaterThan(0);
  await second.held("tag");
  await second.ask({ type: "stop" });
  await second.ended();
  expect((await bench.host.runHistory({ inputPath: first.input })).map(({ status }) => status)).toEqual([
    "stopped",
    "completed",
  ]);
});
