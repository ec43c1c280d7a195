/** What the session tells, in the words of the run's state machine. Pure. */
import type { KernelDeath } from "../kernel/kernel.ts";
import type { CellResult } from "../runs/machine/events.ts";
import type { CellOutcome, KernelView } from "../usecases/notebook-session.ts";

/** null: there was no kernel to run it. */
export function resultOf(outcome: CellOutcome): CellResult | null {
  switch (outcome.type) {
    case "failed":
      return { type: "failed", ename: outcome.ename, evalue: outcome.evalue };
    case "aborted":
      return outcome.reason === "no-kernel" ? null : { type: "aborted" };
    case "completed":
    case "timed-out":
    case "interrupted":
    case "died":
      return outcome;
  }
}

/** A kernel that a person shut down or restarted is gone for the run: its variables are. */
export function deathOf(view: KernelView): KernelDeath | null {
  if (view.state === "dead" && view.death !== null) return view.death;
  if (view.state !== "none" && view.state !== "restarting") return null;
  return { reason: "shut-down", exitCode: null, signal: null, memoryPeakBytes: null, stderrTail: "" };
}
