/** What the page says of a run. Pure: words only. */

import type { AbortReason } from "../../usecases/cell-outcome.ts";
import type { CellId } from "../../util/ids.ts";
import type { PillTone } from "../parts/pill.tsx";
import { goesOn } from "../session/session-state.ts";
import type { KernelView, RunSnapshot, StepStatus } from "../session/types.ts";
import { formatDuration, formatElapsed, formatRemaining } from "../text/durations.ts";
import { formatBytes } from "../text/sizes.ts";

export interface StateText {
  readonly text: string;
  readonly tone: PillTone;
  readonly busy?: boolean;
}

export function runState(run: Pick<RunSnapshot, "status" | "hold" | "pending" | "kind">): StateText {
  switch (run.status) {
    case "starting":
      return { text: "starting", tone: "run", busy: true };
    case "running":
      return run.pending === "interrupt"
        ? { text: "interrupting", tone: "run", busy: true }
        : { text: "running", tone: "run", busy: true };
    case "pausing":
      return {
        text: run.kind === "attached" ? "pauses at its next step" : "pauses after this cell",
        tone: "run",
        busy: true,
      };
    case "held":
      return {
        text: run.hold?.kind === "pause" || run.hold?.kind === "step" ? "paused" : "waits for you",
        tone: "hold",
      };
    case "stopping":
      return { text: "stopping", tone: "run", busy: true };
    case "completed":
      return { text: "completed", tone: "ok" };
    case "failed":
      return { text: "failed", tone: "bad" };
    case "died":
      return { text: run.kind === "attached" ? "died" : "kernel died", tone: "bad" };
    case "timed-out":
      return { text: "timed out", tone: "bad" };
    case "stopped":
      return { text: "stopped", tone: "plain" };
  }
}

/** `step 8 of 13`; the step that runs or waits counts. */
export function stepText(run: RunSnapshot): string {
  if (run.kind === "attached" && run.stepsTotal === 0)
    return run.stepsDone === 1 ? "1 step" : `${run.stepsDone} steps`;
  if (!goesOn(run))
    return `${run.stepsDone} of ${run.stepsTotal} ${run.kind === "attached" ? "steps" : "cells"}`;
  return `step ${Math.min(run.stepsDone + 1, Math.max(1, run.stepsTotal))} of ${run.stepsTotal}`;
}

/** Since when a process says nothing, once that is longer than it should be. */
export function silenceText(run: RunSnapshot, now: number): string | null {
  const sinceMs = run.process?.silentSinceMs ?? null;
  return sinceMs === null || !goesOn(run) ? null : `no word for ${formatElapsed(now - sinceMs)}`;
}

/** `4 min 12 s`, and `about 2 min left` while one can tell. */
export function timeText(
  run: RunSnapshot,
  now: number,
): { readonly elapsed: string; readonly left: string | null } {
  if (!goesOn(run)) return { elapsed: formatDuration((run.endedAtMs ?? now) - run.startedAtMs), left: null };
  const left = run.status === "running" && run.etaMs !== null ? formatRemaining(run.etaMs) : null;
  return { elapsed: formatElapsed(now - run.startedAtMs), left };
}

/** The cell that a run is about just now: it runs, the run waits there, or it ended there. */
export function cellOfRun(run: RunSnapshot, order: readonly CellId[]): CellId | null {
  if (goesOn(run)) return run.hold?.cellId ?? run.currentCell;
  return order.findLast((id) => ENDED_HERE.has(run.steps[id] ?? "pending")) ?? null;
}

const ENDED_HERE: ReadonlySet<StepStatus> = new Set<StepStatus>([
  "failed",
  "died",
  "timed-out",
  "interrupted",
]);

/** Part done, 0 to 1. */
export function progressOf(run: RunSnapshot): number {
  if (run.stepsTotal === 0) return goesOn(run) ? 0 : 1;
  return Math.min(1, run.stepsDone / run.stepsTotal);
}

/** The sign before the window's title. */
export function titleSign(run: RunSnapshot | null, kernel: KernelView): string {
  if (run === null || run.status === "stopped") return kernel.state === "busy" ? "● " : "";
  if (run.status === "held") return "⏸ ";
  if (run.status === "completed") return kernel.state === "busy" ? "● " : "✓ ";
  return goesOn(run) ? "● " : "✗ ";
}

const KERNEL_WORDS: Readonly<Record<KernelView["state"], string>> = {
  none: "not started",
  starting: "starting",
  idle: "idle",
  busy: "busy",
  restarting: "restarting",
  dead: "died",
};

export function kernelText(kernel: KernelView): string {
  return KERNEL_WORDS[kernel.state];
}

const DEATHS: Readonly<Record<NonNullable<KernelView["death"]>["reason"], string>> = {
  exited: "The kernel ended by itself",
  killed: "The kernel was killed",
  "out-of-memory": "The kernel ran out of memory and was killed",
  "shut-down": "The kernel was shut down",
  "connection-lost": "The connection to the kernel was lost",
  "said-dead": "The kernel said that it is dead",
};

/** One line on a kernel's death. */
export function deathText(death: NonNullable<KernelView["death"]>): string {
  const how =
    death.signal !== null
      ? ` (${death.signal})`
      : death.exitCode !== null
        ? ` (exit code ${death.exitCode})`
        : "";
  const { memoryPeakBytes: peak } = death;
  const memory = peak === null || death.reason === "exited" ? "" : `, having used ${formatBytes(peak)}`;
  return `${DEATHS[death.reason]}${how}${memory}. Its variables are gone.`;
}

const NOT_RUN: Readonly<Record<AbortReason, string>> = {
  "queue-stopped": "Not run: a cell before it failed or was interrupted.",
  cancelled: "Not run: it was taken back while it waited.",
  "source-changed": "Not run: it was changed while it waited.",
  "no-such-cell": "Not run: it was deleted while it waited.",
  "no-kernel": "Not run: there was no kernel.",
  "process-gone": "Not run: Loopbook ended while it waited.",
};

/** Why a cell that was asked for was not run. */
export function notRunText(reason: AbortReason = "queue-stopped"): string {
  return NOT_RUN[reason];
}

/** What stands by a cell of a run when it did not simply complete. */
export function stepNote(status: StepStatus | undefined): string | null {
  switch (status) {
    case "skipped":
      return "skipped";
    case "failed-allowed":
      return "failed, as allowed";
    case "timed-out":
      return "timed out";
    case "interrupted":
      return "interrupted";
    case "died":
      return "kernel died here";
    case "not-run":
      return "not run";
    default:
      return null;
  }
}
