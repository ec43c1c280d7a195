/**
 * What a run is, for everybody who shows or drives one. The state machine (`decide.ts`) moves it; this file holds
 * only its nouns. A run is a pure reducer: (state, event) → state + effects; the shell that performs effects is in
 * `worker/`. Which cell comes next is read from the live document at each boundary, never planned ahead.
 */
import type { JsonValue } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import type { CellId, NotebookId, RunId } from "../util/ids.ts";
import type { ParameterSpec, ParameterValues } from "./parameters.ts";

/**
 * - `starting`: the kernel starts.
 * - `running`: a cell runs, or the next is about to.
 * - `pausing`: pause was asked; it takes effect at the next cell boundary.
 * - `held`: waits for a person (see `Hold`).
 * - `stopping`: stop was asked; the running cell is being interrupted, the end is being written.
 * The rest are ends, and stay.
 */
export type RunStatus =
  | "starting"
  | "running"
  | "pausing"
  | "held"
  | "stopping"
  | "completed"
  | "failed"
  | "died"
  | "timed-out"
  | "stopped";

export const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>([
  "completed",
  "failed",
  "died",
  "timed-out",
  "stopped",
]);

/** How one cell of a run ended, or where it stands. `not-run`: the run ended before it. */
export type StepStatus =
  | "pending"
  | "running"
  | "completed"
  | "failed"
  /** Failed, and its error was allowed (tag `raises-exception`, allow-errors). */
  | "failed-allowed"
  | "died"
  | "timed-out"
  | "interrupted"
  | "skipped"
  | "not-run";

/** Why a run waits for a person, and what they may do. */
export interface Hold {
  readonly kind: "pause" | "step" | "tag" | "error" | "input" | "interrupted" | "question";
  /** The cell that it waits before (`tag`, `pause`, `step`), or that raised (`error`), or that asks (`input`). */
  readonly cellId: CellId | null;
  /** One line: "Paused by Ana", "KeyError in cell 7: 'lr'", the prompt of `input()`. */
  readonly what: string;
  /** For a cell tagged `hold`: the first lines of the Markdown before it, or its own comment. */
  readonly why: string | null;
  readonly sinceMs: number;
  /** For `input`: answer by this id. */
  readonly inputId: string | null;
  readonly password: boolean;
  /** For `question`: the `Question` that the process waits for, by its id; and when it goes on without an answer. */
  readonly questionId?: string;
  readonly deadlineMs?: number;
}

/** The process of an attached run, as far as it is known. */
export interface RunProcess {
  readonly pid: number;
  readonly host: string;
  readonly language: string;
  /** Processes of a distributed run that joined. */
  readonly ranks: number;
  /** When a request of it came last. */
  readonly seenAtMs: number;
  /** Since when no word came, once that is longer than it should be; null: it talks. */
  readonly silentSinceMs: number | null;
}

/** The record of one executed (or skipped) cell: what really ran, not what the cell holds now. */
export interface StepRecord {
  /** Position in the order of execution, from 1. */
  readonly ordinal: number;
  readonly cellId: CellId;
  readonly status: StepStatus;
  readonly source: string;
  /** SHA-256 of `source`. */
  readonly sourceHash: string;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly executionCount: number | null;
  /** `ValueError: …`, or the reason of the kernel's death. */
  readonly error: string | null;
}

/** Who did what: every command, and every fact that a person would ask about later. */
export interface RunEventRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly by: Party;
  /** `started`, `paused`, `resumed`, `parameters-changed`, `parameters-applied`, `cell-inserted`, `held`, `answered`, `failed`, … */
  readonly type: string;
  readonly cellId: CellId | null;
  /** One line for a person. */
  readonly text: string;
  readonly detail: Readonly<Record<string, JsonValue>>;
}

/** A part of a notebook. Both ends are included; a cell of it is also one of `only`, where that names any. */
export interface RunPart {
  readonly from: CellId | null;
  readonly to: CellId | null;
  readonly only: readonly CellId[];
}

export interface RunOptions {
  readonly parameters: ParameterValues;
  readonly allowUnknownParameters: boolean;
  readonly kernelName: string | null;
  /** Overrides the notebook's language for the code of parameters (papermill's `--language`). */
  readonly language: string | null;
  readonly cwd: string | null;
  readonly startTimeoutMs: number;
  /** Per cell; null: none. */
  readonly cellTimeoutMs: number | null;
  /** `continue`: a cell that took too long is interrupted, and the run goes on with the next. */
  readonly onCellTimeout: "end" | "continue";
  /** The whole run; null: none. */
  readonly runTimeoutMs: number | null;
  readonly onError: "fail" | "hold";
  /** Every error is recorded and the run goes on. */
  readonly allowErrors: boolean;
  /** Names of exceptions that do not end the run (nbclient's `allow_error_names`). */
  readonly allowErrorNames: readonly string[];
  /** `false` is `--no-input`: `input()` fails at once. */
  readonly allowInput: boolean;
  readonly skipTags: readonly string[];
  /** Only cells from here on (resume by replay runs what comes before, too). */
  readonly fromCell: CellId | null;
  /** Only these cells are run; null: all. */
  readonly part: RunPart | null;
  /** Whether cells tagged `hold` hold (default), or are run through (`--no-hold`). */
  readonly holdAtTags: boolean;
  readonly reportMode: boolean;
}

/** What everybody sees of a run, small enough to send at each change. */
export interface RunSnapshot {
  readonly id: RunId;
  readonly notebookId: NotebookId | null;
  /** For display: the file's name without extension, unless named. */
  readonly name: string;
  readonly inputPath: string | null;
  /** The file that is written; null when nothing is (stdout). */
  readonly outputPath: string | null;
  readonly status: RunStatus;
  readonly hold: Hold | null;
  readonly currentCell: CellId | null;
  /** Set while pause, step or stop waits for the boundary. */
  readonly pending: "pause" | "stop" | "interrupt" | null;
  /** Cells done (completed, failed-allowed or skipped) of those that the document holds now. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** When the run ends by itself, whatever it does or waits for then; absent: never. */
  readonly limitAtMs?: number;
  /** From earlier runs of the same notebook; null when there are none. */
  readonly etaMs: number | null;
  readonly steps: Readonly<Record<CellId, StepStatus>>;
  readonly parameters: readonly ParameterSpec[];
  /** Values in force. */
  readonly values: ParameterValues;
  /** Asked for and not yet taken. */
  readonly stagedChanges: readonly {
    readonly id: string;
    readonly values: ParameterValues;
    readonly reason: string | null;
    readonly by: Party;
    readonly atMs: number;
  }[];
  /** The most recent events, oldest first (at most 100). */
  readonly recentEvents: readonly RunEventRecord[];
  /** One line on how it ended: `ValueError in cell 7: …`, `kernel killed by SIGKILL in cell 3`. */
  readonly outcome: string | null;
  /** As the command line exits: 0 completed, 1 failed, 2 usage, 124 timed out, 130 stopped, 138 kernel died (137 when killed for memory). */
  readonly exitCode: number | null;
  /** `attached`: a process of the user's, joined from outside. Absent: cells of the notebook, run in its kernel. */
  readonly kind?: "attached";
  readonly process?: RunProcess;
  /** Of an attached run: the newest changes that the process would not take, and why, oldest first (at most 10). */
  readonly refusedChanges?: readonly {
    readonly id: string;
    readonly values: ParameterValues;
    readonly by: Party;
    readonly why: string;
    readonly atMs: number;
  }[];
}

/** Everything that is kept of a run. */
export interface RunRecord {
  readonly snapshot: RunSnapshot;
  readonly options: RunOptions;
  readonly steps: readonly StepRecord[];
  readonly events: readonly RunEventRecord[];
  readonly startedBy: Party;
  readonly host: string;
  readonly loopbookVersion: string;
  readonly kernel: {
    readonly name: string;
    readonly implementation: string;
    readonly version: string;
  } | null;
  /** Installed packages as the kernel's language tells them (Python: name → version); null when it cannot. */
  readonly packages: Readonly<Record<string, string>> | null;
  /** `RunSnapshot.outputPath` of a run without `-o`: the kept copy in the state folder. */
  readonly recordPath: string | null;
}

/** What a person may ask of a run, at any moment. An ask that makes no sense now is refused as a value. */
export type RunCommand =
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Run one cell, then hold. */
  | { readonly type: "step" }
  /** Do not run the next cell (or, on hold after an error, the failed one). */
  | { readonly type: "skip" }
  /** Interrupt the running cell and hold. */
  | { readonly type: "interrupt" }
  /** `immediate`: also without waiting for the interrupt to be heeded. */
  | { readonly type: "stop"; readonly immediate?: boolean }
  /** Run again from this cell on, in the same kernel, with its variables; from a hold, or at the next boundary. */
  | {
      readonly type: "rerun-from";
      readonly cellId: CellId;
      /** Go to this place and hold there, so that a person can step on from it. */
      readonly hold?: boolean;
    }
  | {
      readonly type: "set-parameters";
      readonly changeId: string;
      readonly values: ParameterValues;
      readonly reason: string | null;
    }
  | { readonly type: "discard-change"; readonly changeId: string }
  | { readonly type: "answer-input"; readonly inputId: string; readonly value: string }
  /** Ends a hold at a cell tagged `hold`: approve goes on, refuse stops the run as `stopped`. */
  | { readonly type: "approve"; readonly reason: string | null }
  | { readonly type: "refuse"; readonly reason: string | null };

export type CommandResult =
  | { readonly ok: true; readonly run: RunSnapshot }
  | {
      readonly ok: false;
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
    };
