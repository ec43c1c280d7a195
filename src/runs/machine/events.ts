/** What can happen to a run (events) and what it may ask of the world (effects): closed unions. */
import type { KernelDeath } from "../../kernel/kernel.ts";
import type { Party } from "../../people/party.ts";
import type { CellId } from "../../util/ids.ts";
import type { RunCommand, RunEventRecord, StepRecord } from "../run.ts";
import type { RunEnd, StagedChange } from "./state.ts";

/** A cell as the document holds it when the run gets there. */
export interface NextCell {
  readonly id: CellId;
  /** For a person: `cell 7`. */
  readonly label: string;
  readonly source: string;
  readonly sourceHash: string;
  /** Tagged `hold`: the run waits before it. */
  readonly holdsBefore: boolean;
  /** What the hold is about, from the Markdown before it or the cell's own first comment. */
  readonly why: string | null;
  readonly allowsError: boolean;
}

/** How the execution of a cell ended, as the machine needs it. */
export type CellResult =
  | { readonly type: "completed"; readonly exitAsked?: boolean }
  | { readonly type: "failed"; readonly ename: string; readonly evalue: string }
  | { readonly type: "timed-out"; readonly afterMs: number; readonly kernelIsBusy?: boolean }
  | { readonly type: "interrupted"; readonly by: Party | null }
  | { readonly type: "died"; readonly death: KernelDeath }
  | { readonly type: "aborted" };

export type RunEvent =
  | {
      readonly type: "command";
      readonly command: RunCommand;
      readonly by: Party;
      readonly atMs: number;
      /** Whether the cell that the command names is a code cell of the document now (`rerun-from`). */
      readonly cellExists?: boolean;
    }
  | { readonly type: "kernel-ready"; readonly kernel: string; readonly atMs: number }
  | { readonly type: "kernel-failed"; readonly message: string; readonly atMs: number }
  /** The kernel is gone while no cell of ours was running. */
  | { readonly type: "kernel-died"; readonly death: KernelDeath; readonly atMs: number }
  /** Answer to `read-next-cell`; null: there is none. */
  | { readonly type: "next-cell"; readonly cell: NextCell | null; readonly atMs: number }
  | {
      readonly type: "cell-settled";
      readonly cellId: CellId;
      readonly result: CellResult;
      readonly executionCount: number | null;
      readonly atMs: number;
    }
  /** The cell could not be started: `changed` (gone, or another text in the same instant), or no kernel to run it. */
  | {
      readonly type: "cell-refused";
      readonly cellId: CellId;
      readonly why: "changed" | "no-kernel";
      readonly atMs: number;
    }
  | { readonly type: "parameters-settled"; readonly error: string | null; readonly atMs: number }
  | {
      readonly type: "input-requested";
      readonly cellId: CellId;
      readonly inputId: string;
      readonly prompt: string;
      readonly password: boolean;
      readonly atMs: number;
    }
  | { readonly type: "input-settled"; readonly inputId: string; readonly atMs: number }
  | { readonly type: "run-timeout"; readonly atMs: number }
  /** An interrupt was not heeded for long enough. */
  | { readonly type: "grace-over"; readonly atMs: number }
  /** Somebody changed the document; kept for the record. */
  | { readonly type: "document-changed"; readonly change: DocumentChangeFact; readonly atMs: number }
  /** The end is in the document, in the file and in the ledger. */
  | {
      readonly type: "end-written";
      /** Why the output file could not be written, if it could not. */
      readonly saveError: string | null;
      readonly atMs: number;
    };

/** A cell that was inserted, deleted or moved while the run goes. */
export interface DocumentChangeFact {
  readonly kind: "cell-inserted" | "cell-deleted" | "cell-moved";
  readonly cellId: CellId;
  readonly text: string;
  readonly by: Party;
}

export type RunEffect =
  | { readonly type: "start-kernel" }
  | { readonly type: "read-next-cell" }
  /** The next cell to read is this one or what stands behind it; it and the cells behind it run (again). */
  | { readonly type: "place-before"; readonly cellId: CellId }
  /** Go past this cell without running it; the shell records a step with its source. */
  | { readonly type: "skip-cell"; readonly cellId: CellId; readonly ordinal: number }
  | {
      readonly type: "execute-cell";
      readonly cellId: CellId;
      readonly ordinal: number;
      readonly sourceHash: string;
    }
  /** The cell's execution is over for good: the place moves behind it. */
  | { readonly type: "pass-cell"; readonly cellId: CellId }
  | { readonly type: "interrupt"; readonly by: Party | null }
  /** At once, without asking. */
  | { readonly type: "kill-kernel" }
  /** Assign the values in the kernel, in order. */
  | { readonly type: "apply-parameters"; readonly changes: readonly StagedChange[] }
  | { readonly type: "answer-input"; readonly inputId: string; readonly value: string; readonly by: Party }
  | { readonly type: "record-step"; readonly step: StepRecord }
  | { readonly type: "record-event"; readonly event: RunEventRecord }
  /** `afterMs: null` cancels. */
  | { readonly type: "set-timer"; readonly timer: "run" | "grace"; readonly afterMs: number | null }
  | { readonly type: "finish"; readonly end: RunEnd };

/** A refused command: a value, because races between people are expected. */
export interface Refusal {
  readonly code:
    | "not-running"
    | "not-held"
    | "already-ended"
    | "no-such-cell"
    | "no-such-parameter"
    | "no-such-change"
    | "bad-value"
    | "no-such-input";
  readonly message: string;
}
