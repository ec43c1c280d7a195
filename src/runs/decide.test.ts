import { describe, expect, test } from "vitest";
import { CellId } from "../util/ids.ts";
import { statusOf } from "./decide.ts";
import { holdOf } from "./machine/state.ts";
import type { RunCommand } from "./run.ts";
import { ana, aRun, self, valueError } from "./scripted-run.ts";

const shutDown = {
  reason: "shut-down",
  exitCode: null,
  signal: null,
  memoryPeakBytes: null,
  stderrTail: "",
} as const;

describe("pause, step, skip", () => {
  test("pause holds at the next boundary, resume goes on", () => {
    const run = aRun("abc");
    run.ready();
    run.ask({ type: "pause" });
    expect(statusOf(run.state)).toBe("pausing");
    expect(run.at()).toBe("a");
    run.done();
    expect(statusOf(run.state)).toBe("held");
    expect(holdOf(run.state)).toMatchObject({
      kind: "pause",
      cellId: "b",
      what: "Paused by Ana, before cell b",
    });
    run.ask({ type: "resume" });
    expect(run.at()).toBe("b");
  });

  test("a pause can be taken back", () => {
    const run = aRun("ab");
    run.ready();
    run.ask({ type: "pause" });
    run.ask({ type: "resume" });
    run.done();
    expect(run.at()).toBe("b");
  });

  test("pause before the kernel is ready holds before the first cell", () => {
    const run = aRun("ab");
    run.ask({ type: "pause" });
    run.ready();
    expect(holdOf(run.state)).toMatchObject({ kind: "pause", cellId: "a" });
  });

  test("step runs one cell and holds again", () => {
    const run = aRun("abc");
    run.ask({ type: "pause" });
    run.ready();
    run.ask({ type: "step" });
    expect(run.at()).toBe("a");
    run.done();
    expect(holdOf(run.state)).toMatchObject({ kind: "step", cellId: "b" });
    expect(run.ask({ type: "pause" })?.code).toBe("not-running");
  });

  test("skip on a hold stays on hold, before the next cell", () => {
    const run = aRun("abc");
    run.ask({ type: "pause" });
    run.ready();
    run.ask({ type: "skip" });
    expect(run.steps).toEqual(["a skipped"]);
    expect(holdOf(run.state)).toMatchObject({ cellId: "b" });
  });

  test("skip while a cell runs leaves out the next one", () => {
    const run = aRun("abc");
    run.ready();
    run.ask({ type: "skip" });
    run.done();
    expect(run.steps).toEqual(["a completed", "b skipped"]);
    expect(run.at()).toBe("c");
  });

  test("re-run goes back, from a hold at once, from a running cell behind it", () => {
    const run = aRun("abc");
    run.ready();
    run.done();
    run.ask({ type: "rerun-from", cellId: CellId.of("a") });
    expect(run.at()).toBe("b");
    run.done();
    expect(run.at()).toBe("a");
    run.ask({ type: "pause" });
    run.done();
    run.ask({ type: "rerun-from", cellId: CellId.of("a"), hold: true });
    expect(holdOf(run.state)).toMatchObject({ kind: "step", cellId: "a" });
  });
});

describe("holds", () => {
  test("a tagged cell waits for approval, and asks once", () => {
    const run = aRun("ab", {}, { b: "hold" });
    run.ready();
    run.done();
    expect(holdOf(run.state)).toMatchObject({ kind: "tag", cellId: "b" });
    run.ask({ type: "approve", reason: "looks right" });
    expect(run.at()).toBe("b");
    run.done();
    expect(run.end()?.status).toBe("completed");
    expect(run.ask({ type: "approve", reason: null })?.code).toBe("already-ended");
  });

  test("a refusal stops the run and says why", () => {
    const run = aRun("a", {}, { a: "hold" });
    run.ready();
    run.ask({ type: "refuse", reason: "too low" });
    expect(run.end()).toMatchObject({ status: "stopped", exitCode: 130, outcome: "Refused by Ana: too low" });
  });

  test("tags are run through with holdAtTags off", () => {
    const run = aRun("a", { holdAtTags: false }, { a: "hold" });
    run.ready();
    expect(run.at()).toBe("a");
  });

  test("an error holds where that was asked for; resume runs the cell again", () => {
    const run = aRun("ab", { onError: "hold" });
    run.ready();
    run.settle(valueError);
    expect(holdOf(run.state)).toMatchObject({ kind: "error", cellId: "a", what: "ValueError in cell a: no" });
    run.ask({ type: "resume" });
    expect(run.at()).toBe("a");
    run.done();
    expect(run.steps).toEqual(["a failed", "a completed"]);
  });

  test("skip on an error goes past the failed cell", () => {
    const run = aRun("ab", { onError: "hold" });
    run.ready();
    run.settle(valueError);
    run.ask({ type: "skip" });
    expect(run.steps).toEqual(["a failed", "a skipped"]);
    expect(holdOf(run.state)).toMatchObject({ kind: "step", cellId: "b" });
  });

  test("input is a hold that only an answer ends", () => {
    const run = aRun("ab");
    run.ready();
    run.feed({ type: "input-requested", cellId: "a", inputId: "in_1", prompt: "Name? ", password: false });
    expect(statusOf(run.state)).toBe("held");
    expect(holdOf(run.state)).toMatchObject({ kind: "input", what: "Name?", inputId: "in_1" });
    expect(run.ask({ type: "resume" })?.code).toBe("not-held");
    expect(run.ask({ type: "answer-input", inputId: "other", value: "x" })?.code).toBe("no-such-input");
    run.ask({ type: "answer-input", inputId: "in_1", value: "x" });
    expect(run.asked("answer-input")).toMatchObject([{ inputId: "in_1", value: "x" }]);
    expect(statusOf(run.state)).toBe("running");
  });
});

describe("interrupt and stop", () => {
  test("interrupt holds at the cell, resume runs it again", () => {
    const run = aRun("ab");
    run.ready();
    run.ask({ type: "interrupt" });
    expect(run.asked("interrupt")).toHaveLength(1);
    run.settle({ type: "interrupted", by: ana });
    expect(holdOf(run.state)).toMatchObject({
      kind: "interrupted",
      cellId: "a",
      what: "Interrupted by Ana in cell a",
    });
    run.ask({ type: "resume" });
    expect(run.at()).toBe("a");
  });

  test("an interrupt that comes too late holds behind the cell", () => {
    const run = aRun("ab");
    run.ready();
    run.ask({ type: "interrupt" });
    run.done();
    expect(holdOf(run.state)).toMatchObject({ kind: "pause", cellId: "b" });
  });

  test("stop interrupts and ends as stopped with 130", () => {
    const run = aRun("ab");
    run.ready();
    run.ask({ type: "stop" });
    expect(statusOf(run.state)).toBe("stopping");
    expect(run.end()).toBeNull();
    run.settle({ type: "interrupted", by: ana });
    expect(run.end()).toMatchObject({
      status: "stopped",
      exitCode: 130,
      outcome: "Stopped by Ana in cell a",
    });
    expect(run.steps).toEqual(["a interrupted"]);
  });

  test("a second stop does not wait", () => {
    const run = aRun("ab");
    run.ready();
    run.ask({ type: "stop" });
    run.ask({ type: "stop" });
    expect(run.asked("kill-kernel")).toHaveLength(1);
    expect(run.end()?.status).toBe("stopped");
    expect(run.steps).toEqual(["a interrupted"]);
  });

  test("the whole run's time stands still on a hold, and then ends the run", () => {
    const run = aRun("ab", { runTimeoutMs: 1000 });
    run.ready();
    run.atMs = 400;
    run.ask({ type: "pause" });
    run.done();
    expect(run.state.budget).toMatchObject({ sinceMs: null });
    expect(run.state.budget?.leftMs).toBeGreaterThan(590);
    run.atMs = 1_000_000;
    run.ask({ type: "resume" });
    const timers = run
      .asked("set-timer")
      .filter((effect) => effect.type === "set-timer" && effect.timer === "run");
    expect(timers.at(-1)).toMatchObject({ afterMs: run.state.budget?.leftMs });
    run.feed({ type: "run-timeout" });
    run.feed({ type: "grace-over" });
    expect(run.asked("kill-kernel")).toHaveLength(1);
    run.settle({ type: "died", death: shutDown });
    expect(run.end()).toMatchObject({ status: "timed-out", exitCode: 124 });
  });
});

describe("parameters changed mid-run", () => {
  const change = (value: unknown): RunCommand =>
    ({ type: "set-parameters", changeId: "c1", values: { lr: value }, reason: "diverges" }) as RunCommand;

  test("are taken at the next boundary and acknowledged", () => {
    const run = aRun("abc");
    run.ready();
    run.ask(change(0.05));
    expect(run.state.values.lr).toBe(0.1);
    run.done();
    expect(run.at()).toBe("applying");
    expect(run.asked("apply-parameters")).toMatchObject([{ changes: [{ values: { lr: 0.05 }, by: ana }] }]);
    run.feed({ type: "parameters-settled", error: null });
    expect(run.state.values.lr).toBe(0.05);
    expect(run.at()).toBe("b");
    const events = run.asked("record-event").map((effect) => effect.type === "record-event" && effect.event);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "parameters-changed",
        by: ana,
        detail: { changeId: "c1", from: { lr: 0.1 }, to: { lr: 0.05 }, reason: "diverges" },
      }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: "parameters-applied", by: self }));
    // The same request again (a retry) is not a second change.
    run.ask(change(0.05));
    expect(run.state.staged).toEqual([]);
  });

  test("are taken at once on a hold, which stays", () => {
    const run = aRun("ab");
    run.ask({ type: "pause" });
    run.ready();
    run.ask(change(0.05));
    expect(statusOf(run.state)).toBe("held");
    run.feed({ type: "parameters-settled", error: null });
    expect(holdOf(run.state)).toMatchObject({ kind: "pause", cellId: "a" });
    expect(run.state.values.lr).toBe(0.05);
  });

  test("resume during that goes on behind it", () => {
    const run = aRun("ab");
    run.ask({ type: "pause" });
    run.ready();
    run.ask(change(0.05));
    run.ask({ type: "resume" });
    run.feed({ type: "parameters-settled", error: null });
    expect(run.at()).toBe("a");
  });

  test("of an unknown name or a wrong type are refused in words", () => {
    const run = aRun("ab");
    run.ready();
    expect(run.ask({ type: "set-parameters", changeId: "c", values: { lf: 1 }, reason: null })).toEqual({
      code: "no-such-parameter",
      message: "The notebook has no parameter lf. Did you mean lr? (--allow-unknown passes it anyway.)",
    });
    expect(run.ask(change("fast"))).toEqual({ code: "bad-value", message: 'lr takes a number, not "fast".' });
    expect(run.state.staged).toEqual([]);
  });

  test("can be taken back while they wait", () => {
    const run = aRun("ab");
    run.ready();
    run.ask(change(0.05));
    run.ask({ type: "discard-change", changeId: "c1" });
    run.done();
    expect(run.at()).toBe("b");
    expect(run.ask({ type: "discard-change", changeId: "c1" })?.code).toBe("no-such-change");
  });
});
