/** What became of a cell, from what the kernel answered and what we did meanwhile. Pure. */
import type { ExecuteOutcome } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import type { CellOutcome } from "../usecases/notebook-session.ts";

export interface ExecutionFacts {
  /** How long the cell was given, when that time passed and we interrupted it. */
  readonly timedOutAfterMs: number | null;
  /** Who asked for an interrupt while it ran. */
  readonly interruptedBy: Party | null;
  /** The kernel's language says an interrupt with this exception. */
  readonly interruptName: string | null;
}

export function cellOutcome(outcome: ExecuteOutcome, facts: ExecutionFacts): CellOutcome {
  if (outcome.type === "kernel-died") return { type: "died", death: outcome.death };
  // Also when the cell caught the interrupt and ended well: it had more time than it was given.
  if (facts.timedOutAfterMs !== null) return { type: "timed-out", afterMs: facts.timedOutAfterMs };
  switch (outcome.type) {
    case "ok":
      return {
        type: "completed",
        executionCount: outcome.executionCount,
        ...(asksToExit(outcome) && { exitAsked: true }),
      };
    case "aborted":
      return facts.interruptedBy
        ? { type: "interrupted", by: facts.interruptedBy }
        : { type: "aborted", reason: "queue-stopped" };
    case "error":
      return isInterrupt(outcome.ename, facts)
        ? { type: "interrupted", by: facts.interruptedBy }
        : {
            type: "failed",
            ename: outcome.ename,
            evalue: outcome.evalue,
            traceback: outcome.traceback,
          };
  }
}

/** IPython's `exit` and `quit`, and R's, send this payload; the protocol knows it as `ask_exit`. */
function asksToExit({ payload }: Extract<ExecuteOutcome, { type: "ok" }>): boolean {
  return payload.some(({ source, keepkernel }) => source === "ask_exit" && keepkernel !== true);
}

/**
 * Where the language names its interrupt, that name decides: an error of the cell's own just before a person's
 * interrupt is that error. Elsewhere an error after an interrupt is taken for its effect.
 */
function isInterrupt(ename: string, facts: ExecutionFacts): boolean {
  if (facts.interruptName !== null) return ename === facts.interruptName;
  return facts.interruptedBy !== null;
}

const INTERRUPT_NAMES: Readonly<Record<string, string>> = {
  python: "KeyboardInterrupt",
  julia: "InterruptException",
};

export function interruptNameOf(language: string): string | null {
  return INTERRUPT_NAMES[language.toLowerCase()] ?? null;
}
