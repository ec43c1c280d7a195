/** A run whose process is gone without having written an end is shown as what it is. */
import type { RunSnapshot, StepRecord } from "../runs/run.ts";

/** 138, as for a kernel that died. */
const EXIT_CODE = 138;

/** @param lastSeenMs when the ledger last heard of it. */
export function abandonedSnapshot(snapshot: RunSnapshot, lastSeenMs: number): RunSnapshot {
  const steps = Object.fromEntries(
    Object.entries(snapshot.steps).map(([id, status]) => [id, status === "running" ? "died" : status]),
  );
  return {
    ...snapshot,
    status: "died",
    hold: null,
    pending: null,
    currentCell: null,
    endedAtMs: lastSeenMs,
    etaMs: null,
    stagedChanges: [],
    steps,
    outcome: "The process that ran it is gone: it was killed, or the machine went down",
    exitCode: EXIT_CODE,
  };
}

export function abandonedStep(step: StepRecord): StepRecord {
  return step.status === "running"
    ? { ...step, status: "died", error: "the process that ran it is gone" }
    : step;
}
