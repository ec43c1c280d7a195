/**
 * What a run writes into the document beside outputs: papermill's metadata, true status words. A notebook that is run
 * in place gets none of it (its diff shows what changed, not that it was run), unless it carries it already.
 *
 * Every write stays in the document's history, so a cell gets one: at its end. That it runs is noted for cells that
 * take long, and what an earlier run noted is taken back at the beginning.
 */
import type { NotebookEdit } from "../document/edits.ts";
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import {
  type PapermillRun,
  papermillCell,
  papermillNotebook,
  papermillPending,
  trueWord,
} from "../runs/papermill.ts";
import type { StepRecord } from "../runs/run.ts";
import type { Clock } from "../util/clock.ts";
import type { CellId } from "../util/ids.ts";

export interface RunNotesOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly clock: Clock;
  /** null: nothing is written. */
  readonly run: PapermillRun | null;
}

/** A save comes after as long at the earliest, so that nobody reads of a cell that runs for less. */
const LONG_CELL_MS = 1_000;

export class RunNotes {
  private readonly given: RunNotesOptions;
  private cancelRunning: (() => void) | null = null;

  constructor(options: RunNotesOptions) {
    this.given = options;
  }

  /** Takes back what an earlier run noted at these cells. */
  begin(cells: readonly CellId[]): void {
    const { run, live, origin } = this.given;
    if (run === null) return;
    const edits: NotebookEdit[] = [
      { type: "set-notebook-metadata", key: "papermill", value: papermillNotebook(run, null) },
    ];
    for (const id of cells) {
      const { papermill, loopbook } = live.cell(id)?.metadata ?? {};
      if (papermill !== undefined) edits.push(papermillEdit(id, papermillPending));
      if (loopbook !== undefined) edits.push(statusEdit(id, null));
    }
    live.applyAll(edits, origin);
  }

  step(step: StepRecord): void {
    if (this.given.run === null) return;
    this.cancelRunning?.();
    this.cancelRunning =
      step.status === "running" ? this.given.clock.schedule(LONG_CELL_MS, () => this.write(step)) : null;
    if (step.status !== "running" && step.status !== "not-run") this.write(step);
  }

  end(end: { readonly atMs: number; readonly failed: boolean }, notRun: readonly CellId[]): void {
    const { run, live, origin } = this.given;
    this.cancelRunning?.();
    if (run === null) return;
    const edits = notRun.flatMap((id) => [papermillEdit(id, papermillPending), statusEdit(id, "not-run")]);
    const value = papermillNotebook(run, end);
    live.applyAll([...edits, { type: "set-notebook-metadata", key: "papermill", value }], origin);
  }

  private write(step: StepRecord): void {
    const { live, origin } = this.given;
    const edits = [papermillEdit(step.cellId, papermillCell(step))];
    const word = trueWord(step.status);
    if (word !== null || live.cell(step.cellId)?.metadata.loopbook !== undefined) {
      edits.push(statusEdit(step.cellId, word));
    }
    live.applyAll(edits, origin);
  }
}

function papermillEdit(id: CellId, value: ReturnType<typeof papermillCell>): NotebookEdit {
  return { type: "set-cell-metadata", id, key: "papermill", value };
}

function statusEdit(id: CellId, word: string | null): NotebookEdit {
  return {
    type: "set-cell-metadata",
    id,
    key: "loopbook",
    value: word === null ? undefined : { status: word },
  };
}
