/** The conflicts that an open notebook carries: read from its document, so that everybody sees the same. */
import type { EditOrigin, LiveNotebook, NotebookChange } from "../document/live-notebook.ts";
import { applyVersion, keyedLive } from "../document/merge-edits.ts";
import { keyedLike } from "../nbformat/merge/cell-keys.ts";
import {
  type ConflictChoice,
  conflictsIn,
  markOf,
  type NotebookConflict,
} from "../nbformat/merge/conflict.ts";
import { resolveConflicts } from "../nbformat/merge/resolve-conflicts.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";

export interface OpenConflictsOptions {
  readonly live: LiveNotebook;
  readonly onConflicts: (conflicts: readonly NotebookConflict[]) => void;
}

export class OpenConflicts {
  private readonly options: OpenConflictsOptions;
  private readonly marked = new Set<CellId>();
  private current: readonly NotebookConflict[] = [];
  readonly stop: Unsubscribe;

  constructor(options: OpenConflictsOptions) {
    this.options = options;
    this.look(options.live.cellIds());
    this.current = this.read();
    this.stop = options.live.onChange((change) => this.onChange(change));
  }

  list(): readonly NotebookConflict[] {
    return this.current;
  }

  /** False: there is no such conflict (any more). `cellId: null`: the notebook's own metadata. */
  resolve(cellId: string | null, choice: ConflictChoice, origin: EditOrigin): boolean {
    const { live } = this.options;
    if (!this.current.some((conflict) => conflict.cellId === cellId)) return false;
    const now = keyedLive(live);
    const next = resolveConflicts(now.notebook, choice, cellId, now.keys);
    applyVersion(live, keyedLike(now, next), origin);
    return true;
  }

  private onChange(change: NotebookChange): void {
    if (change.order) {
      this.marked.clear();
      this.look(this.options.live.cellIds());
    } else this.look(change.cells);
    if (this.marked.size === 0 && this.current.length === 0 && !change.metadata) return;
    const found = this.read();
    if (JSON.stringify(found) === JSON.stringify(this.current)) return;
    this.current = found;
    this.options.onConflicts(found);
  }

  private look(ids: Iterable<CellId>): void {
    const { live } = this.options;
    for (const id of ids) {
      const cell = live.cell(id);
      if (cell !== undefined && markOf(cell.metadata) !== undefined) this.marked.add(id);
      else this.marked.delete(id);
    }
  }

  private read(): readonly NotebookConflict[] {
    const { live } = this.options;
    if (this.marked.size === 0 && markOf(live.metadata()) === undefined) return [];
    const { notebook, keys } = keyedLive(live);
    return conflictsIn(notebook, keys);
  }
}
