import { expect, test } from "vitest";
import type { ExecuteOutcome } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import { cellOutcome, type ExecutionFacts, interruptNameOf } from "./cell-outcome.ts";

const ana: Party = { kind: "person", who: "ana", using: "cli", displayName: "Ana" };
const python: ExecutionFacts = {
  timedOutAfterMs: null,
  interruptedBy: null,
  interruptName: interruptNameOf("python"),
};
const bash: ExecutionFacts = { ...python, interruptName: interruptNameOf("bash") };
const error = (ename: string): ExecuteOutcome => ({
  type: "error",
  executionCount: 1,
  ename,
  evalue: "",
  traceback: [],
});

test("an interrupt from outside is an interrupt by nobody we know", () => {
  expect(cellOutcome(error("KeyboardInterrupt"), python)).toEqual({ type: "interrupted", by: null });
});

test("a cell's own error at the moment of an interrupt stays its error, where the language tells them apart", () => {
  const facts = { ...python, interruptedBy: ana };
  expect(cellOutcome(error("ValueError"), facts)).toMatchObject({ type: "failed", ename: "ValueError" });
  expect(cellOutcome(error("Whatever"), { ...bash, interruptedBy: ana })).toEqual({
    type: "interrupted",
    by: ana,
  });
});

test("an aborted reply after an interrupt is its effect; without one the queue was stopped", () => {
  expect(cellOutcome({ type: "aborted" }, { ...bash, interruptedBy: ana })).toEqual({
    type: "interrupted",
    by: ana,
  });
  expect(cellOutcome({ type: "aborted" }, bash)).toEqual({ type: "aborted", reason: "queue-stopped" });
});

test("over its time is over its time, however the cell took the interrupt; a death is a death", () => {
  const late = { ...python, timedOutAfterMs: 500, interruptedBy: ana };
  const ok: ExecuteOutcome = { type: "ok", executionCount: 1, userExpressions: {}, payload: [] };
  for (const outcome of [ok, error("KeyboardInterrupt"), error("ValueError")]) {
    expect(cellOutcome(outcome, late)).toEqual({ type: "timed-out", afterMs: 500 });
  }
  const death = {
    reason: "killed",
    exitCode: null,
    signal: "SIGKILL",
    memoryPeakBytes: null,
    stderrTail: "",
  } as const;
  expect(cellOutcome({ type: "kernel-died", death }, late)).toEqual({ type: "died", death });
});
