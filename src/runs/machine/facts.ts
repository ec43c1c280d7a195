/** What the world tells the run, beside the end of a cell: kernel, input, parameters, timers, the written end. */
import { EXIT_CODES } from "../exit-codes.ts";
import { atBoundary, onNextCell } from "./boundary.ts";
import { onCellSettled, runTimedOut, takeBack } from "./cell-result.ts";
import { endOfDeath } from "./death.ts";
import type { RunEvent } from "./events.ts";
import type { Executing, RunEnd } from "./state.ts";
import type { Transition } from "./transition.ts";

/** How long an interrupt may go unheeded before a timeout ends the kernel. */
export const GRACE_MS = 10_000;

type Fact = Exclude<RunEvent, { type: "command" }>;

/** Facts that come too late (the run has moved on) change nothing. */
export function onFact(t: Transition, fact: Fact): void {
  const { phase } = t.state;
  if (phase.type === "ended") return;
  if (phase.type === "ending") {
    if (fact.type === "end-written") t.enter({ type: "ended", end: writtenEnd(phase.end, fact.saveError) });
    return;
  }
  switch (fact.type) {
    case "kernel-ready":
      if (phase.type !== "starting") return;
      t.record("kernel-started", `Kernel ${fact.kernel} is ready`);
      atBoundary(t);
      return;
    case "kernel-failed":
      if (phase.type !== "starting") return;
      t.end({ status: "failed", outcome: fact.message, exitCode: EXIT_CODES.failed });
      return;
    case "kernel-died":
      // A running cell settles as `died` by itself, with its outputs written; that is the better moment.
      if (phase.type === "executing" || phase.type === "starting") return;
      t.end(endOfDeath(fact.death, null));
      return;
    case "next-cell":
      onNextCell(t, fact.cell);
      return;
    case "cell-settled":
      if (phase.type !== "executing" || phase.cellId !== fact.cellId) return;
      onCellSettled(t, phase, fact.result, fact.executionCount);
      return;
    case "cell-refused":
      if (phase.type !== "executing" || phase.cellId !== fact.cellId) return;
      onCellRefused(t, phase, fact.why);
      return;
    case "parameters-settled":
      onParametersSettled(t, fact.error);
      return;
    case "input-requested":
      onInputRequested(t, fact);
      return;
    case "input-settled":
      if (phase.type !== "executing" || phase.input?.inputId !== fact.inputId) return;
      t.enter({ ...phase, input: null });
      return;
    case "run-timeout":
      onRunTimeout(t);
      return;
    case "grace-over":
      if (phase.type === "executing" && phase.interrupting !== null) t.ask({ type: "kill-kernel" });
      return;
    case "document-changed":
      t.record(fact.change.kind, fact.change.text, { by: fact.change.by, cellId: fact.change.cellId });
      if (phase.type === "held") t.ask({ type: "read-next-cell" });
      return;
    case "end-written":
      return;
  }
}

function onCellRefused(t: Transition, phase: Executing, why: "changed" | "no-kernel"): void {
  if (why === "changed") {
    takeBack(t, phase);
    atBoundary(t);
    return;
  }
  t.recordStep({ status: "died", endedAtMs: t.atMs, error: "there was no kernel any more" });
  t.end({ status: "died", outcome: `No kernel for ${phase.label}`, exitCode: EXIT_CODES.kernelDied });
}

function onParametersSettled(t: Transition, error: string | null): void {
  const { phase } = t.state;
  if (phase.type !== "applying") return;
  const ids = phase.changes.map((change) => change.id);
  t.set({ settledChanges: [...t.state.settledChanges, ...ids].slice(-100) });
  for (const change of phase.changes) {
    const names = Object.keys(change.values).join(", ");
    const detail = { changeId: change.id, values: change.values, reason: change.reason };
    if (error === null) {
      t.set({ values: { ...t.state.values, ...change.values } });
      t.record("parameters-applied", `Now in force: ${names}`, { detail });
    } else {
      t.record("parameters-failed", `Not taken: ${names} (${error})`, { detail: { ...detail, error } });
    }
  }
  if (phase.backTo === null) {
    atBoundary(t);
    return;
  }
  if (t.state.staged.length > 0) {
    // More came while these were assigned; the hold is still a safe point.
    t.enter({ type: "applying", changes: t.state.staged, backTo: phase.backTo });
    t.ask({ type: "apply-parameters", changes: t.state.staged });
    t.set({ staged: [] });
    return;
  }
  t.enter({ type: "held", hold: phase.backTo });
}

function onInputRequested(t: Transition, fact: Extract<Fact, { type: "input-requested" }>): void {
  const { phase } = t.state;
  if (phase.type !== "executing" || phase.cellId !== fact.cellId) return;
  const what = fact.prompt.trim() === "" ? `${phase.label} waits for input` : fact.prompt.trim();
  t.enter({
    ...phase,
    input: {
      kind: "input",
      cellId: phase.cellId,
      what,
      why: null,
      sinceMs: t.atMs,
      inputId: fact.inputId,
      password: fact.password,
    },
  });
  t.record("held", what, { cellId: phase.cellId, detail: { kind: "input", inputId: fact.inputId } });
}

function onRunTimeout(t: Transition): void {
  const { phase } = t.state;
  if (phase.type === "starting") {
    t.ask({ type: "kill-kernel" });
    runTimedOut(t);
    return;
  }
  if (phase.type !== "executing") {
    runTimedOut(t);
    return;
  }
  if (phase.interrupting?.why === "stop") return;
  t.enter({ ...phase, interrupting: { why: "run-timeout", by: null }, input: null });
  t.ask({ type: "interrupt", by: null });
  t.ask({ type: "set-timer", timer: "grace", afterMs: GRACE_MS });
}

/** A run whose output is not on the disk has not completed, whatever its cells did. */
function writtenEnd(end: RunEnd, saveError: string | null): RunEnd {
  if (saveError === null) return end;
  const outcome = `${end.outcome === null ? "" : `${end.outcome}; `}the output could not be written: ${saveError}`;
  return end.status === "completed"
    ? { ...end, status: "failed", exitCode: EXIT_CODES.failed, outcome }
    : { ...end, outcome };
}
