/** What the end of a cell means for the run. */
import { EXIT_CODES } from "../exit-codes.ts";
import { atBoundary } from "./boundary.ts";
import { describeDeath, endOfDeath } from "./death.ts";
import type { CellResult } from "./events.ts";
import type { Executing } from "./state.ts";
import type { Transition } from "./transition.ts";

export function onCellSettled(
  t: Transition,
  phase: Executing,
  result: CellResult,
  executionCount: number | null,
): void {
  const times = { endedAtMs: t.atMs, executionCount };
  t.ask({ type: "set-timer", timer: "grace", afterMs: null });
  switch (result.type) {
    case "completed":
      t.recordStep({ status: "completed", ...times });
      onCompleted(t, phase, result.exitAsked === true);
      return;
    case "failed":
      onFailed(t, phase, result.ename, result.evalue, times);
      return;
    case "timed-out": {
      const error = `took longer than ${seconds(result.afterMs)}`;
      t.recordStep({ status: "timed-out", error, ...times });
      const outcome = `Timed out: ${phase.label} ${error}`;
      if (result.kernelIsBusy === true) {
        // It does not heed the interrupt, so there is nothing to go on with.
        t.ask({ type: "kill-kernel" });
        t.end({ status: "timed-out", outcome, exitCode: EXIT_CODES.timedOut });
        return;
      }
      if (t.state.options.onCellTimeout === "continue") {
        t.record("timed-out", outcome, { cellId: phase.cellId });
        t.ask({ type: "pass-cell", cellId: phase.cellId });
        goOnOrStop(t, phase);
        return;
      }
      endOrHold(t, phase, "timed-out", outcome, EXIT_CODES.timedOut);
      return;
    }
    case "interrupted":
      t.recordStep({ status: "interrupted", error: "KeyboardInterrupt", ...times });
      onInterrupted(t, phase, result.by);
      return;
    case "died": {
      const error = describeDeath(result.death);
      const shutDown = result.death.reason === "shut-down";
      t.recordStep({ status: shutDown ? "interrupted" : "died", error, ...times });
      const why = phase.interrupting?.why;
      if (shutDown && (why === "stop" || why === "run-timeout")) {
        onInterrupted(t, phase, null);
        return;
      }
      t.end(endOfDeath(result.death, phase.label));
      return;
    }
    case "aborted":
      // Somebody else's cell, queued before ours, failed: the kernel never started ours, so it is asked again.
      takeBack(t, phase);
      goOnOrStop(t, phase);
      return;
  }
}

/** The cell was sent and never began: its number goes to the next one, its record says so until then. */
export function takeBack(t: Transition, phase: Executing): void {
  t.recordStep({ status: "not-run", startedAtMs: null });
  t.set({ ordinal: phase.ordinal - 1 });
}

function onCompleted(t: Transition, phase: Executing, exitAsked: boolean): void {
  t.ask({ type: "pass-cell", cellId: phase.cellId });
  if (exitAsked && phase.interrupting === null) {
    t.end({
      status: "completed",
      outcome: `Ended by exit() in ${phase.label}`,
      exitCode: EXIT_CODES.completed,
    });
    return;
  }
  goOnOrStop(t, phase);
}

/** The cell is over; an interrupt that came too late for it still counts for the run. */
function goOnOrStop(t: Transition, phase: Executing): void {
  const asked = phase.interrupting;
  if (asked?.why === "stop") {
    stopped(t, asked.by?.displayName);
    return;
  }
  if (asked?.why === "run-timeout") {
    runTimedOut(t);
    return;
  }
  if (asked?.why === "hold" && asked.by !== null) t.set({ holdNext: { kind: "pause", by: asked.by } });
  atBoundary(t);
}

function onInterrupted(t: Transition, phase: Executing, by: { displayName: string } | null): void {
  const asked = phase.interrupting;
  if (asked?.why === "stop") {
    stopped(t, asked.by?.displayName, phase.label);
    return;
  }
  if (asked?.why === "run-timeout") {
    runTimedOut(t, phase.label);
    return;
  }
  const who = asked?.by?.displayName ?? by?.displayName;
  t.set({ holdNext: null });
  t.hold({
    kind: "interrupted",
    cellId: phase.cellId,
    what: `Interrupted${who === undefined ? "" : ` by ${who}`} in ${phase.label}`,
  });
}

function onFailed(
  t: Transition,
  phase: Executing,
  ename: string,
  evalue: string,
  times: { endedAtMs: number; executionCount: number | null },
): void {
  const error = evalue === "" ? ename : `${ename}: ${evalue}`;
  if (phase.interrupting !== null) {
    // What was interrupted may end with an error of its own (a failed subprocess, a clean-up that raises).
    t.recordStep({ status: "interrupted", error, ...times });
    onInterrupted(t, phase, null);
    return;
  }
  if (phase.allowsError || t.state.options.allowErrorNames.includes(ename)) {
    t.recordStep({ status: "failed-allowed", error, ...times });
    t.ask({ type: "pass-cell", cellId: phase.cellId });
    atBoundary(t);
    return;
  }
  if (ename === "SystemExit") {
    const code = exitCodeOf(evalue);
    if (code === 0) {
      t.recordStep({ status: "completed", ...times });
      t.ask({ type: "pass-cell", cellId: phase.cellId });
      const outcome = `Ended by sys.exit(0) in ${phase.label}`;
      t.end({ status: "completed", outcome, exitCode: EXIT_CODES.completed });
      return;
    }
  }
  t.recordStep({ status: "failed", error, ...times });
  const what =
    ename === "SystemExit"
      ? `sys.exit(${evalue}) in ${phase.label}`
      : `${headline(ename, evalue, phase.label)}`;
  endOrHold(t, phase, "failed", what, EXIT_CODES.failed);
}

function endOrHold(
  t: Transition,
  phase: Executing,
  status: "failed" | "timed-out",
  outcome: string,
  exitCode: number,
): void {
  const asked = phase.interrupting;
  if (asked?.why === "stop") {
    stopped(t, asked.by?.displayName, phase.label);
    return;
  }
  if (asked?.why === "run-timeout") {
    runTimedOut(t, phase.label);
    return;
  }
  if (t.state.options.onError === "hold") {
    t.set({ holdNext: null });
    t.record(status, outcome, { cellId: phase.cellId });
    t.hold({ kind: "error", cellId: phase.cellId, what: outcome });
    return;
  }
  t.end({ status, outcome, exitCode });
}

export function stopped(t: Transition, who: string | undefined, label?: string): void {
  const outcome = `Stopped${who === undefined ? "" : ` by ${who}`}${label === undefined ? "" : ` in ${label}`}`;
  t.end({ status: "stopped", outcome, exitCode: EXIT_CODES.stopped });
}

export function runTimedOut(t: Transition, label?: string): void {
  const limit = seconds(t.state.options.runTimeoutMs ?? 0);
  const outcome = `Timed out: the run took longer than ${limit}${label === undefined ? "" : `, in ${label}`}`;
  t.end({ status: "timed-out", outcome, exitCode: EXIT_CODES.timedOut });
}

/** How Python's own interpreter reads the argument of `sys.exit`: nothing and 0 are success, a text is failure. */
function exitCodeOf(evalue: string): number {
  if (["", "0", "None", "False"].includes(evalue.trim())) return 0;
  return /^-?\d+$/.test(evalue.trim()) ? Number(evalue) : 1;
}

function headline(ename: string, evalue: string, label: string): string {
  const [line = ""] = evalue.split("\n");
  const short = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  return short === "" ? `${ename} in ${label}` : `${ename} in ${label}: ${short}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}
