/** What a program says about a run, and what it gets. Types only: `run-notebook.ts` is loaded when something is run. */
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { RunRecord, RunSnapshot } from "../runs/run.ts";
import type { CellOutcome } from "../usecases/cell-outcome.ts";

type Awaitable<T> = T | Promise<T>;

/** A cell at the moment at which a hook is told of it. */
export interface CellEvent {
  /** With its outputs so far. */
  readonly cell: Cell;
  readonly cellId: string;
  /** From 0, among all cells. */
  readonly index: number;
}

export interface CellEndEvent extends CellEvent {
  readonly outcome: CellOutcome;
}

/**
 * nbclient's hooks. The run waits for what they return; what they throw stops the run, and is thrown by `runNotebook`
 * when everything is saved.
 */
export interface NotebookHooks {
  /** Before the first cell. */
  onNotebookStart?(run: RunSnapshot): Awaitable<void>;
  onCellStart?(event: CellEvent): Awaitable<void>;
  /** However it ended. */
  onCellComplete?(event: CellEndEvent): Awaitable<void>;
  /** After `onCellComplete`, when it did not end well; also when the error is allowed. */
  onCellError?(event: CellEndEvent): Awaitable<void>;
  /** The run has failed, died, timed out, or was stopped. */
  onNotebookError?(run: RunSnapshot): Awaitable<void>;
  /** The last one, however the run ended; the output is written. */
  onNotebookComplete?(run: RunSnapshot): Awaitable<void>;
}

export interface RunNotebookOptions {
  /** The file or address that is written; default: a copy kept with the run's record. */
  readonly output?: string;
  /** Writes into the notebook itself. */
  readonly inPlace?: boolean;
  /** Checked against what the notebook declares, as `loopbook run -p` does. */
  readonly parameters?: ParameterValues;
  readonly allowUnknownParameters?: boolean;
  readonly name?: string;
  readonly kernelName?: string;
  /** In which the kernel works; default: the process's own. */
  readonly cwd?: string;
  /** More environment for the kernel. */
  readonly env?: Readonly<Record<string, string>>;
  readonly startTimeoutMs?: number;
  /** Per cell. */
  readonly cellTimeoutMs?: number;
  /** `continue`: the cell is interrupted and the run goes on with the next. */
  readonly onCellTimeout?: "end" | "continue";
  /** The whole run. */
  readonly runTimeoutMs?: number;
  readonly allowErrors?: boolean;
  readonly allowErrorNames?: readonly string[];
  readonly skipTags?: readonly string[];
  /** Answers `input()`; without it `input()` fails in the kernel. */
  readonly onInput?: (request: { readonly prompt: string; readonly password: boolean }) => Awaitable<string>;
  /**
   * Decides at a cell tagged `hold`: true goes on, false stops the run. Without it the run stops there, because
   * nobody could let it through.
   */
  readonly onHold?: (hold: { readonly what: string; readonly why: string | null }) => Awaitable<boolean>;
  readonly hooks?: NotebookHooks;
  /** At each change, the newest; for a progress display. */
  readonly onProgress?: (run: RunSnapshot) => void;
  /** Stops the run: the cell is interrupted, everything is saved, and the result says `stopped`. */
  readonly signal?: AbortSignal;
  /** Where the record is kept; default: the user's (`LOOPBOOK_HOME`). */
  readonly stateFolder?: string;
}

/** The record of a run, and the notebook as it was executed. */
export interface RunResult extends RunRecord {
  readonly notebook: Notebook;
}
