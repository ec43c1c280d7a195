import type { KernelDeath } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";

/** Where one execution ended. True at the moment it is written. */
export type CellOutcome =
  /** `exitAsked`: the cell asked the kernel to end (`exit()`, `quit()`); it ends by itself in a moment. */
  | { readonly type: "completed"; readonly executionCount: number | null; readonly exitAsked?: true }
  | {
      readonly type: "failed";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    }
  /** `kernelIsBusy`: it did not heed the interrupt in time; the kernel still runs the cell, its output is dropped. */
  | { readonly type: "timed-out"; readonly afterMs: number; readonly kernelIsBusy?: true }
  | { readonly type: "interrupted"; readonly by: Party | null }
  | { readonly type: "died"; readonly death: KernelDeath }
  /** Queued behind a failing or interrupted cell, taken back, changed or lost while it waited; and so never started. */
  | { readonly type: "aborted"; readonly reason?: AbortReason };

export type AbortReason =
  | "queue-stopped"
  | "cancelled"
  | "source-changed"
  | "no-such-cell"
  | "no-kernel"
  /** It waited in a process that is gone. */
  | "process-gone";
