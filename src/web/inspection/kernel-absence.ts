import type { SessionState } from "../session/session-state.ts";

/** Why the kernel cannot be asked about its names; null: it can. */
export function kernelAbsence({ rights, kernel }: Pick<SessionState, "rights" | "kernel">): string | null {
  if (!rights.execute) return "You may not use the kernel of this notebook.";
  if (kernel.state === "none" || kernel.state === "dead")
    return "No kernel runs. Run a cell, and what it holds stands here.";
  return null;
}
