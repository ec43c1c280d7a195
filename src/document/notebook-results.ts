/**
 * What executing a notebook's cells gave: outputs, count and state, by cell id. It lies beside the shared document,
 * not in it: one process executes, so nothing needs merging; an editor's client has no way to write here; and an
 * output that is replaced a million times leaves nothing behind.
 *
 * The process that executes holds the original and numbers its writes; everybody else has a replica that is told
 * each write, or, after a gap, the cells that changed since the number it knows.
 */
import type { Notebook, Output } from "../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { CellId } from "../util/ids.ts";
import { appendedFrom, type CellResults, NO_RESULTS, writeResult } from "./cell-results.ts";
import type { EditResult, OutputEdit } from "./edits.ts";

/** The results of one cell, as they travel and are kept. */
export interface CellResultsEntry extends CellResults {
  readonly id: CellId;
}

export interface ResultsChange {
  readonly cells: ReadonlySet<CellId>;
  readonly origin: unknown;
}

/** Edits that were written together, and the numbers that the results had before and have after them. */
export interface WrittenResults {
  readonly edits: readonly OutputEdit[];
  readonly after: number;
  readonly version: number;
}

export class NotebookResults {
  private readonly byCell = new Map<CellId, { results: CellResults; version: number }>();
  private readonly changes = new Emitter<ResultsChange>();
  private readonly writes = new Emitter<WrittenResults>();
  private written = 0;

  /** Number of the last write. */
  get version(): number {
    return this.written;
  }

  /** The same object until it changes. */
  of(id: CellId): CellResults {
    return this.byCell.get(id)?.results ?? NO_RESULTS;
  }

  /**
   * In order, heard as one change. An edit that does not fit is left out and told in the result.
   * @param isCell whether there is such a cell.
   */
  write(edits: readonly OutputEdit[], origin: unknown, isCell: (id: CellId) => boolean): EditResult {
    let result: EditResult = { ok: true };
    const done: OutputEdit[] = [];
    const cells = new Set<CellId>();
    for (let at = 0; at < edits.length; ) {
      const edit = edits[at];
      if (edit === undefined) break;
      const appended = appendedFrom(edits, at);
      const before = this.of(edit.id);
      const after = isCell(edit.id) ? writeTogether(before, edit, appended) : undefined;
      const next = at + Math.max(1, appended.length);
      if (!after) result = { ok: false, reason: after === undefined ? "no-such-cell" : "no-such-output" };
      else if (after !== before) {
        this.byCell.set(edit.id, { results: after, version: this.written + 1 });
        for (const written of edits.slice(at, next)) done.push(written);
        cells.add(edit.id);
      }
      at = next;
    }
    if (done.length > 0) {
      this.written++;
      this.writes.emit({ edits: done, after: this.written - 1, version: this.written });
      this.changes.emit({ cells, origin });
    }
    return result;
  }

  /** What is known of cells from elsewhere (a file, a log, the original of this replica) takes the place of what was. */
  set(entries: Iterable<CellResultsEntry>, version: number, origin: unknown): void {
    const cells = new Set<CellId>();
    for (const { id, outputs, executionCount, executionState } of entries) {
      this.byCell.set(id, { results: { outputs, executionCount, executionState }, version });
      cells.add(id);
    }
    this.written = Math.max(this.written, version);
    if (cells.size > 0) this.changes.emit({ cells, origin });
  }

  /** A replica is told what was written. False: it lacks writes before these, and nothing was taken. */
  follow({ edits, after, version }: WrittenResults, origin: unknown): boolean {
    if (after !== this.written) return version <= this.written;
    this.write(edits, origin, () => true);
    this.written = version;
    return true;
  }

  /**
   * Of a replica whose original is another one now, with numbers of its own. What is known stays until it is told
   * anew, or forgotten. @returns the cells that have results.
   */
  beginAnew(): Set<CellId> {
    this.written = 0;
    return new Set(this.byCell.keys());
  }

  /** The results of these cells are none. */
  forget(cells: ReadonlySet<CellId>, origin: unknown): void {
    if (cells.size === 0) return;
    for (const id of cells) this.byCell.delete(id);
    this.changes.emit({ cells, origin });
  }

  /** Cells that have results and changed after that version; all since 0. */
  *entries(since = 0): Generator<CellResultsEntry> {
    for (const [id, { results, version }] of this.byCell) if (version > since) yield { id, ...results };
  }

  /** Forgets the results of cells that are gone for good. */
  keepOnly(isCell: (id: CellId) => boolean): void {
    for (const id of this.byCell.keys()) if (!isCell(id)) this.byCell.delete(id);
  }

  onChange(listener: (change: ResultsChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  /** What is written, for a log and for replicas; told before `onChange`. */
  onWrite(listener: (written: WrittenResults) => void): Unsubscribe {
    return this.writes.on(listener);
  }
}

function writeTogether(
  before: CellResults,
  edit: OutputEdit,
  appended: readonly Output[],
): CellResults | null {
  if (appended.length < 2) return writeResult(before, edit);
  return { ...before, outputs: [...before.outputs, ...appended] };
}

/** The results that a file holds. `ids`: of its cells, in order. */
export function resultsOf(notebook: Notebook, ids: readonly string[]): NotebookResults {
  const results = new NotebookResults();
  const entries = notebook.cells.flatMap((cell, index): CellResultsEntry[] => {
    if (cell.cell_type !== "code" || (cell.outputs.length === 0 && cell.execution_count === null)) return [];
    const { outputs, execution_count: executionCount } = cell;
    return [{ id: CellId.of(ids[index] ?? ""), outputs, executionCount, executionState: "idle" }];
  });
  results.set(entries, 1, null);
  return results;
}
