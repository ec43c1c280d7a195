import { describe, expect, test } from "vitest";
import type { KernelDeath } from "../kernel/kernel.ts";
import { statusOf } from "./decide.ts";
import { aRun, valueError } from "./scripted-run.ts";

const death = (change: Partial<KernelDeath>): KernelDeath => ({
  reason: "killed",
  exitCode: null,
  signal: "SIGKILL",
  memoryPeakBytes: null,
  stderrTail: "",
  ...change,
});

describe("a run that nobody touches", () => {
  test("executes every cell once and completes", () => {
    const run = aRun("abc");
    run.ready();
    run.done();
    run.done();
    run.done();
    expect(run.steps).toEqual(["a completed", "b completed", "c completed"]);
    expect(run.end()).toMatchObject({ status: "completed", exitCode: 0, outcome: null });
    run.feed({ type: "end-written", saveError: null });
    expect(statusOf(run.state)).toBe("completed");
  });

  test("fails at an error, names the cell, exits with 1", () => {
    const run = aRun("abc");
    run.ready();
    run.settle(valueError);
    expect(run.end()).toMatchObject({ status: "failed", exitCode: 1, outcome: "ValueError in cell a: no" });
    expect(run.steps).toEqual(["a failed"]);
  });

  test("goes on behind an expected error", () => {
    const run = aRun("ab", {}, { a: "raises" });
    run.ready();
    run.settle(valueError);
    expect(run.steps).toEqual(["a failed-allowed"]);
    expect(run.at()).toBe("b");
    const byName = aRun("ab", { allowErrorNames: ["ValueError"] });
    byName.ready();
    byName.settle(valueError);
    expect(byName.at()).toBe("b");
  });

  test.each([
    ["0", "completed", 0],
    ["", "completed", 0],
    ["None", "completed", 0],
    ["3", "failed", 1],
    ["boom", "failed", 1],
  ])("sys.exit(%s) ends it as %s", (evalue, status, exitCode) => {
    const run = aRun("ab");
    run.ready();
    run.settle({ type: "failed", ename: "SystemExit", evalue });
    expect(run.end()).toMatchObject({ status, exitCode });
    expect(run.end()?.outcome).toContain("cell a");
  });

  test.each([
    [death({}), "died", 138, "killed by SIGKILL"],
    [
      death({ reason: "out-of-memory", memoryPeakBytes: 3.1e9 }),
      "died",
      137,
      "out of memory and was killed (peak 3.1 GB)",
    ],
    [death({ reason: "exited", exitCode: 0, signal: null }), "completed", 0, "exit code 0"],
    [death({ reason: "exited", exitCode: 7, signal: null }), "died", 138, "exited with code 7"],
    [death({ reason: "shut-down", signal: null }), "stopped", 130, "shut down"],
  ])("a kernel death is told by its reason", (how, status, exitCode, text) => {
    const run = aRun("ab");
    run.ready();
    run.settle({ type: "died", death: how });
    expect(run.end()).toMatchObject({ status, exitCode });
    expect(run.end()?.outcome).toContain(text);
    expect(run.end()?.outcome).toContain("cell a");
  });

  test("a cell that takes too long ends it with 124", () => {
    const run = aRun("ab");
    run.ready();
    run.settle({ type: "timed-out", afterMs: 1500 });
    expect(run.end()).toMatchObject({ status: "timed-out", exitCode: 124 });
    expect(run.end()?.outcome).toBe("Timed out: cell a took longer than 1.5 s");
  });

  test("a kernel that does not start fails it", () => {
    const run = aRun("ab");
    run.feed({ type: "kernel-failed", message: "The kernel did not answer." });
    expect(run.end()).toMatchObject({ status: "failed", outcome: "The kernel did not answer." });
  });
});
