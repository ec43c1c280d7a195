/**
 * What a run writes into the document beside outputs: papermill's metadata, true status words. A notebook that is run
 * in place gets none of it (its diff shows what changed, not that it was run), unless it carries it already.
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
import type { CellId } from "../util/ids.ts";

export class RunNotes {
  private readonly live: LiveNotebook;
  private readonly origin: EditOrigin;
  private readonly run: PapermillRun | null;

  /** @param run null: nothing is written. */
  constructor(live: LiveNotebook, origin: EditOrigin, run: PapermillRun | null) {
    this.live = live;
    this.origin = origin;
    this.run = run;
  }

  /** Everything pending. Of cells from `from` on. */
  begin(from: readonly CellId[]): void {
    if (this.run === null) return;
    const edits: NotebookEdit[] = [
      { type: "set-notebook-metadata", key: "papermill", value: papermillNotebook(this.run, null) },
    ];
    for (const id of from) {
      const cell = this.live.cell(id);
      if (cell?.cellType !== "code") continue;
      edits.push({ type: "set-cell-metadata", id, key: "papermill", value: papermillPending });
      if (cell.metadata.loopbook !== undefined) edits.push(statusEdit(id, null));
    }
    this.live.applyAll(edits, this.origin);
  }

  step(step: StepRecord): void {
    if (this.run === null) return;
    const edits: NotebookEdit[] = [
      { type: "set-cell-metadata", id: step.cellId, key: "papermill", value: papermillCell(step) },
    ];
    const word = trueWord(step.status);
    if (word !== null || this.live.cell(step.cellId)?.metadata.loopbook !== undefined) {
      edits.push(statusEdit(step.cellId, word));
    }
    this.live.applyAll(edits, this.origin);
  }

  end(end: { readonly atMs: number; readonly failed: boolean }, notRun: readonly CellId[]): void {
    if (this.run === null) return;
    const edits: NotebookEdit[] = notRun.map((id) => statusEdit(id, "not-run"));
    const value = papermillNotebook(this.run, end);
    edits.push({ type: "set-notebook-metadata", key: "papermill", value });
    this.live.applyAll(edits, this.origin);
  }
}

function statusEdit(id: CellId, word: string | null): NotebookEdit {
  return {
    type: "set-cell-metadata",
    id,
    key: "loopbook",
    value: word === null ? undefined : { status: word },
  };
}
