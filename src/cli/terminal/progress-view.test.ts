import pc from "picocolors";
import { describe, expect, test } from "vitest";
import type { Hold, RunSnapshot } from "../../runs/run.ts";
import { CellId, RunId } from "../../util/ids.ts";
import { endLine, etaText, keysOf, type ProgressFacts, progressLines, tableLines } from "./progress-view.ts";

const plain = pc.createColors(false);

function aRun(change: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    id: RunId.of("run_abc"),
    notebookId: null,
    name: "train",
    inputPath: "/w/train.ipynb",
    outputPath: "/w/out.ipynb",
    status: "running",
    hold: null,
    currentCell: CellId.of("c4"),
    pending: null,
    stepsDone: 3,
    stepsTotal: 9,
    startedAtMs: 1_000,
    endedAtMs: null,
    etaMs: null,
    steps: {},
    parameters: [],
    values: {},
    stagedChanges: [],
    recentEvents: [],
    outcome: null,
    exitCode: null,
    ...change,
  };
}

function aHold(change: Partial<Hold>): Hold {
  return {
    kind: "pause",
    cellId: null,
    what: "Paused by Ana",
    why: null,
    sinceMs: 2_000,
    inputId: null,
    password: false,
    ...change,
  };
}

function facts(run: RunSnapshot, change: Partial<ProgressFacts> = {}): ProgressFacts {
  return {
    run,
    nowMs: 13_000,
    cellTitle: "",
    cellStartedAtMs: null,
    lastLine: "",
    url: null,
    keys: false,
    ...change,
  };
}

describe("the block of a run", () => {
  test("shows step, bar, times, cell, its last line and the address", () => {
    const lines = progressLines(
      facts(aRun(), { cellTitle: "Train", lastLine: "epoch 3 loss 0.2", url: "http://127.0.0.1:1/?token=x" }),
      80,
      plain,
    );
    expect(lines).toEqual([
      "▶ train  step 4 of 9  ━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌  12 s · about 24 s left",
      "  Train",
      "  │ epoch 3 loss 0.2",
      "  http://127.0.0.1:1/?token=x",
    ]);
  });

  test("on hold says why, and what each key does", () => {
    const run = aRun({
      status: "held",
      hold: aHold({ kind: "tag", what: "Release?", why: "Check the matrix." }),
    });
    expect(progressLines(facts(run, { keys: true }), 80, plain)).toEqual([
      "‖ train  held at step 4 of 9  ━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌  12 s",
      "  Release?",
      "  Check the matrix.",
      "  a approve · x refuse · s step one cell · k skip it · q stop",
    ]);
  });

  test("never wraps but for the address", () => {
    const run = aRun({ name: "a-name-that-is-far-too-long-for-this-terminal" });
    const lines = progressLines(
      facts(run, { cellTitle: "x".repeat(90), lastLine: "日本語".repeat(30) }),
      40,
      plain,
    );
    for (const line of lines) expect(line.length).toBeLessThan(40);
  });

  test("every kind of hold names its keys", () => {
    expect(keysOf(aRun({ hold: aHold({ kind: "error" }) }))).toContain("r run the cell again");
    expect(keysOf(aRun({ hold: aHold({ kind: "interrupted" }) }))).toContain("Ctrl-C again");
    expect(keysOf(aRun())).toContain("p pause");
  });
});

describe("the time left", () => {
  test("comes from earlier runs where there are some", () => {
    expect(etaText(facts(aRun({ etaMs: 65_000 })))).toBe("about 1 min 05 s left");
  });
  test("is not guessed from two cells", () => {
    expect(etaText(facts(aRun({ stepsDone: 2 })))).toBe("");
  });
});

describe("the end of a run", () => {
  test("completed", () => {
    const run = aRun({ status: "completed", stepsDone: 9, endedAtMs: 3_500 });
    expect(endLine(run, plain)).toBe("✓ train completed, 9 of 9 steps in 2.5 s  /w/out.ipynb");
  });
  test("failed, with the reason", () => {
    const run = aRun({
      status: "failed",
      outcome: "ValueError in cell 7: no",
      endedAtMs: 3_500,
      outputPath: null,
    });
    expect(endLine(run, plain)).toBe("✗ train failed: ValueError in cell 7: no (3 of 9 steps in 2.5 s)");
  });
});

test("tables line up and cut only their last column", () => {
  expect(
    tableLines(
      [
        ["run_a", "held", "x".repeat(60)],
        ["run_bcd", "ok", "y"],
      ],
      40,
    ),
  ).toEqual([`run_a    held  ${"x".repeat(24)}…`, "run_bcd  ok    y"]);
});
