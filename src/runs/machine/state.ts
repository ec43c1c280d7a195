/**
 * The state of one run, as small as it can be: it holds no list of cells, so that a transition costs the same at 10
 * and at 10,000 cells. What was done to which cell is kept by the shell, from the effects.
 */
import type { Party } from "../../people/party.ts";
import type { CellId } from "../../util/ids.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import type { Hold, RunOptions } from "../run.ts";

/** A change of parameters that was asked for and is not yet in force. */
export interface StagedChange {
  readonly id: string;
  readonly values: ParameterValues;
  readonly reason: string | null;
  readonly by: Party;
  readonly atMs: number;
}

/** How a run ended, before and after it is written. */
export interface RunEnd {
  readonly status: "completed" | "failed" | "died" | "timed-out" | "stopped";
  /** One line for a person; null for a run that simply went through. */
  readonly outcome: string | null;
  readonly exitCode: number;
  readonly atMs: number;
}

/** The cell that runs, and what was asked about it meanwhile. */
export interface Executing {
  readonly type: "executing";
  readonly cellId: CellId;
  /** For a person: `cell 7`. */
  readonly label: string;
  readonly ordinal: number;
  readonly source: string;
  readonly sourceHash: string;
  readonly startedAtMs: number;
  /** An error of this cell does not end the run (tag, or an option). */
  readonly allowsError: boolean;
  /** Set while `input()` waits for an answer. */
  readonly input: Hold | null;
  readonly interrupting: { readonly why: "hold" | "stop" | "run-timeout"; readonly by: Party | null } | null;
}

export type Phase =
  /** The kernel starts. */
  | { readonly type: "starting" }
  /** The next cell is being read from the document. */
  | { readonly type: "choosing" }
  /** New values are being assigned in the kernel; afterwards back to the hold, or on. */
  | { readonly type: "applying"; readonly changes: readonly StagedChange[]; readonly backTo: Hold | null }
  | Executing
  | { readonly type: "held"; readonly hold: Hold }
  /** The end is decided and is being written. */
  | { readonly type: "ending"; readonly end: RunEnd }
  | { readonly type: "ended"; readonly end: RunEnd };

export interface RunState {
  readonly phase: Phase;
  readonly options: RunOptions;
  /** Who the run is, as the author of its own facts. */
  readonly self: Party;
  /** Hold at the next boundary; `step` after one more cell. */
  readonly holdNext: { readonly kind: "pause" | "step"; readonly by: Party } | null;
  /** Run one cell, then hold: who asked. */
  readonly stepBy: Party | null;
  /** Do not run the next cell. */
  readonly skipNext: boolean;
  /** At the next boundary, go on before this cell. */
  readonly rerunFrom: CellId | null;
  /** A cell tagged `hold` that a person has let through. */
  readonly approved: CellId | null;
  readonly staged: readonly StagedChange[];
  /** Ids of the newest changes that were taken or failed (at most 100): a retried request is no second change. */
  readonly settledChanges: readonly string[];
  readonly parameters: readonly ParameterSpec[];
  readonly values: ParameterValues;
  /** Ordinal of the newest step record. */
  readonly ordinal: number;
  /** Number of the newest event record. */
  readonly seq: number;
  /** What is left of `runTimeoutMs`, and since when it is being used up; holds do not count. */
  readonly budget: { readonly leftMs: number; readonly sinceMs: number | null } | null;
}

/** A run about to start its kernel. */
export function initialState(facts: {
  readonly options: RunOptions;
  readonly self: Party;
  readonly parameters: readonly ParameterSpec[];
  readonly values: ParameterValues;
}): RunState {
  return {
    phase: { type: "starting" },
    holdNext: null,
    stepBy: null,
    skipNext: false,
    rerunFrom: null,
    approved: null,
    staged: [],
    settledChanges: [],
    ordinal: 0,
    seq: 0,
    budget:
      facts.options.runTimeoutMs === null ? null : { leftMs: facts.options.runTimeoutMs, sinceMs: null },
    ...facts,
  };
}

/** Whether the run waits for a person now: its time does not run. */
export function isWaiting(state: RunState): boolean {
  const { phase } = state;
  if (phase.type === "held") return true;
  if (phase.type === "applying") return phase.backTo !== null;
  return phase.type === "executing" && phase.input !== null;
}

/** The hold to show, if any. */
export function holdOf(state: RunState): Hold | null {
  const { phase } = state;
  if (phase.type === "held") return phase.hold;
  if (phase.type === "applying") return phase.backTo;
  return phase.type === "executing" ? phase.input : null;
}
