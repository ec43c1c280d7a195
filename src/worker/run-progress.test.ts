import fc from "fast-check";
import { expect, test } from "vitest";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { Hold, StepRecord, StepStatus } from "../runs/run.ts";
import { CellId } from "../util/ids.ts";
import { RunProgress } from "./run-progress.ts";
import { holdText } from "./run-snapshot.ts";
import { byAna, codeCell } from "./scripted-session.ts";

const id = CellId.of;

function aRunOver(...cells: string[]) {
  const live = createLiveNotebook({
    cells: cells.map((name) => codeCell(name, name)),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const progress = new RunProgress(live, []);
  const step = (name: string, status: StepStatus): void => {
    progress.note({ cellId: id(name), status } as StepRecord);
    if (status === "completed") progress.markDone(id(name));
  };
  const insert = (name: string, after: string | null): void => {
    const cell = { id: id(name), cellType: "code", source: "1" } as const;
    live.apply({ type: "insert-cell", cell, after: after === null ? null : id(after) }, byAna);
  };
  const count = (place: number): string => {
    const { stepsDone, stepsTotal } = progress.counts(null, 0, place);
    return `${stepsDone} of ${stepsTotal}`;
  };
  return { live, progress, step, insert, count };
}

test("cells put in ahead are steps of the run, those put in behind it are not", () => {
  const run = aRunOver("a", "b", "c");
  run.step("a", "completed");
  expect(run.count(1)).toBe("1 of 3");
  run.insert("ahead", "b");
  expect(run.count(1)).toBe("1 of 4");
  run.insert("behind", null);
  expect(run.count(2)).toBe("1 of 4");
  run.progress.closeAsNotRun();
  expect(run.count(2)).toBe("1 of 4");
});

test("a run that began in the middle has only what is from there on", () => {
  expect(aRunOver("a", "b", "c", "d").count(2)).toBe("0 of 2");
});

test("run again from a cell: what is ahead again is not done", () => {
  const run = aRunOver("a", "b", "c");
  for (const name of ["a", "b", "c"]) run.step(name, "completed");
  expect(run.count(3)).toBe("3 of 3");
  run.progress.beginPass();
  expect(run.count(1)).toBe("1 of 3");
  run.step("b", "completed");
  expect(run.count(2)).toBe("2 of 3");
});

const someName = fc.constantFrom("a", "b", "c", "d", "e", "f");
const someAct = fc.oneof(
  fc.record({
    act: fc.constant("note" as const),
    name: someName,
    status: fc.constantFrom<StepStatus>("running", "completed", "failed", "skipped", "not-run"),
  }),
  fc.record({
    act: fc.constantFrom("done" as const, "delete" as const, "to-front" as const),
    name: someName,
  }),
  fc.record({ act: fc.constantFrom("blank" as const, "fill" as const), name: someName }),
  fc.record({ act: fc.constantFrom("pass" as const, "close" as const), name: someName }),
  fc.record({ act: fc.constant("count" as const), name: someName, place: fc.nat(6) }),
);

test("what it counts from the last time on is what a pass over all cells counts", () => {
  fc.assert(
    fc.property(fc.array(someAct, { maxLength: 60 }), (acts) => {
      const { live, progress } = aRunOver("a", "b", "c", "d", "e", "f");
      const whole = new RunProgress(live, []);
      // Closed: it follows nothing, and so looks at everything each time.
      whole.close();
      const durations = new Map([..."abcdef"].map((name, index) => [name, 10 ** index]));
      for (const one of [progress, whole]) one.expect(durations);
      for (const act of [...acts, { act: "count" as const, place: 3 }]) {
        const cellId = id("name" in act ? act.name : "a");
        if (act.act === "count") {
          expect(progress.counts(null, 0, act.place)).toEqual(whole.counts(null, 0, act.place));
        } else if (act.act === "delete") live.apply({ type: "delete-cell", id: cellId }, byAna);
        else if (act.act === "to-front") live.apply({ type: "move-cell", id: cellId, after: null }, byAna);
        else if (act.act === "blank") live.apply({ type: "set-source", id: cellId, source: "" }, byAna);
        else if (act.act === "fill") live.apply({ type: "set-source", id: cellId, source: "1" }, byAna);
        else {
          for (const one of [progress, whole]) {
            if (act.act === "note") one.note({ cellId, status: act.status } as StepRecord);
            else if (act.act === "done") one.markDone(cellId);
            else if (act.act === "pass") one.beginPass();
            else one.closeAsNotRun();
          }
        }
      }
    }),
  );
});

test("a hold names its cell by the place that it has now", () => {
  const { live, insert } = aRunOver("a", "b", "c");
  const hold = (what: string, kind: Hold["kind"], cellId = "b"): Hold => ({
    kind,
    cellId: id(cellId),
    what,
    why: null,
    sinceMs: 0,
    inputId: null,
    password: false,
  });
  insert("new", "a");
  expect(holdText(hold("Paused by Ana, before cell 2", "pause"), live)).toBe("Paused by Ana, before cell 3");
  // The cell put in is the next one now.
  expect(holdText(hold("Paused by Ana, before cell 2", "pause", "new"), live)).toBe(
    "Paused by Ana, before cell 2",
  );
  expect(holdText(hold("KeyError in cell 2: no cell 2", "error"), live)).toBe(
    "KeyError in cell 3: no cell 2",
  );
  expect(holdText(hold("Which cell 2?", "input"), live)).toBe("Which cell 2?");
});
