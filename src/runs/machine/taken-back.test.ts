import { describe, expect, test } from "vitest";
import { CellId, RunId } from "../../util/ids.ts";
import { defaultRunOptions } from "../options.ts";
import type { Hold, RunSnapshot, StepRecord, StepStatus } from "../run.ts";
import { initialState } from "./state.ts";
import { placeOf, takenBackState } from "./taken-back.ts";

const id = CellId.of;
const order = ["a", "b", "c", "d"].map(id);
const self = { kind: "pipeline", who: "run_1", using: "train", displayName: "train" } as const;

function aSnapshot(change: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    ...{ id: RunId.of("run_1"), notebookId: null, name: "train", inputPath: null, outputPath: "/out.ipynb" },
    ...{ status: "running", hold: null, currentCell: null, pending: null, stepsDone: 0, stepsTotal: 4 },
    ...{ startedAtMs: 1_000, endedAtMs: null, etaMs: null, steps: {}, parameters: [], values: {} },
    ...{ stagedChanges: [], recentEvents: [], outcome: null, exitCode: null },
    ...change,
  };
}
function steps(...given: readonly (readonly [string, StepStatus])[]): StepRecord[] {
  return given.map(([cell, status], index) => ({
    ...{ ordinal: index + 1, cellId: id(cell), status, source: "", sourceHash: "" },
    ...{ startedAtMs: null, endedAtMs: null, executionCount: null, error: null },
  }));
}
function aHold(kind: Hold["kind"], cell: string): Hold {
  return { kind, cellId: id(cell), what: "", why: null, sinceMs: 0, inputId: null, password: false };
}

describe("where a run goes on", () => {
  const place = (given: StepRecord[], change: Partial<RunSnapshot> = {}) =>
    placeOf({ snapshot: aSnapshot(change), steps: given, lastSeq: 0 }, order);

  test("at the cell that was running", () => {
    const given = steps(["a", "completed"], ["b", "running"]);
    expect(place(given)).toEqual({ startAt: "b", done: ["a"] });
  });
  test("behind the last that was recorded, when none was", () => {
    expect(place(steps(["a", "completed"], ["b", "skipped"]))).toEqual({ startAt: "c", done: ["a", "b"] });
  });
  test("at the beginning, when nothing was", () => {
    expect(place([])).toEqual({ startAt: null, done: [] });
  });
  test("where it is held, also at a cell that failed", () => {
    const given = steps(["a", "completed"], ["b", "failed"]);
    expect(place(given, { hold: aHold("error", "b") })).toEqual({ startAt: "b", done: ["a"] });
  });
  test("in the newest pass, when somebody went back", () => {
    const given = steps(["a", "completed"], ["b", "completed"], ["c", "completed"], ["b", "completed"]);
    expect(place(given)).toEqual({ startAt: "c", done: ["b"] });
  });
  test("at the beginning of what is left, when its cell was deleted", () => {
    expect(place(steps(["a", "completed"], ["gone", "running"]))).toEqual({ startAt: "b", done: ["a"] });
  });
});

describe("the state that it goes on in", () => {
  const base = initialState({
    options: { ...defaultRunOptions, runTimeoutMs: 10_000 },
    ...{ self, parameters: [], values: { lr: 1 } },
  });
  const state = (change: Partial<RunSnapshot>, given: StepRecord[] = []) =>
    takenBackState(base, { snapshot: aSnapshot(change), steps: given, lastSeq: 17 }, 4_000);

  test("has numbers, values and changes of the ledger, and what is left of its time", () => {
    const staged = [{ id: "x", values: { lr: 3 }, reason: null, by: self, atMs: 1 }];
    const given = steps(["a", "completed"], ["b", "running"]);
    expect(state({ values: { lr: 2 }, stagedChanges: staged }, given)).toMatchObject({
      ...{ phase: { type: "starting" }, ordinal: 1, seq: 17, values: { lr: 2 }, staged, holdNext: null },
      budget: { leftMs: 7_000, sinceMs: null },
    });
  });
  test("holds where it held; a tagged cell holds by itself, a question is asked again by its cell", () => {
    expect(state({ hold: aHold("pause", "b") }).holdNext).toEqual({ kind: "pause", by: self });
    expect(state({ hold: aHold("error", "b") }).holdNext).toEqual({ kind: "pause", by: self });
    expect(state({ hold: aHold("step", "b") }).holdNext).toEqual({ kind: "step", by: self });
    expect(state({ pending: "pause" }).holdNext).toEqual({ kind: "pause", by: self });
    expect(state({ hold: aHold("tag", "b") }).holdNext).toBeNull();
    expect(state({ hold: aHold("input", "b") }).holdNext).toBeNull();
  });
});
