/**
 * A live notebook that is plain data until somebody asks for its shared document. A run that nobody watches costs
 * its content and no more: five thousand cells are a few megabytes instead of forty, and a write is an assignment.
 *
 * The shared document is made at the first use of `doc` (a room opens), seeded with what the notebook holds at that
 * moment; from then on that document is the notebook. Nobody can have an older history of it, since nobody had its
 * `doc`. Until then edits, results and changes are the same as the shared document's (a property test compares).
 */
import type * as Y from "yjs";
import type { Cell, JsonObject, Notebook } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { CellId } from "../util/ids.ts";
import type { JsonValue } from "../util/json.ts";
import { NO_RESULTS } from "./cell-results.ts";
import type { EditResult, NotebookEdit, OutputEdit } from "./edits.ts";
import { extrasOf, IDS_ABSENT, isExtra } from "./fields.ts";
import type { CellSnapshot, EditOrigin, LiveNotebook, NotebookChange } from "./live-notebook.ts";
import { type NotebookResults, type ResultsChange, resultsOf } from "./notebook-results.ts";
import { PlainCell } from "./plain-cell.ts";
import { assignIds, seedDocument } from "./seed.ts";
import { openLiveNotebook } from "./yjs-notebook.ts";

/** A live notebook with the content of a file, shared from the moment that somebody asks for its `doc`. */
export function createPlainNotebook(notebook: Notebook): LiveNotebook {
  return new PlainNotebook(notebook);
}

interface Change {
  order: boolean;
  metadata: boolean;
  cells: Set<CellId>;
}

const done: EditResult = { ok: true };
const noSuchCell: EditResult = { ok: false, reason: "no-such-cell" };
const noSuchField: EditResult = { ok: false, reason: "no-such-field" };

class PlainNotebook implements LiveNotebook {
  readonly results: NotebookResults;
  private readonly stopResults: Unsubscribe;
  private shared: LiveNotebook | null = null;
  private readonly changes = new Emitter<NotebookChange>();
  private byId = new Map<CellId, PlainCell>();
  private order: readonly CellId[] = [];
  private notebookMetadata: JsonObject;
  private minor: number;
  private extras: Record<string, unknown>;
  private withIds: boolean;
  private change: Change = noChange();

  constructor(notebook: Notebook) {
    const { ids, idsAbsent } = assignIds(notebook);
    this.withIds = !idsAbsent;
    this.minor = notebook.nbformat_minor;
    this.notebookMetadata = notebook.metadata;
    this.extras = extrasOf(notebook, "notebook");
    this.order = ids.map(CellId.of);
    for (const [index, cell] of notebook.cells.entries()) {
      const id = CellId.of(ids[index] ?? "");
      this.byId.set(id, PlainCell.from(id, cell));
    }
    this.results = resultsOf(notebook, ids);
    this.stopResults = this.results.onChange((change) => this.onResults(change));
  }

  get doc(): Y.Doc {
    return this.share().doc;
  }

  cellIds(): readonly CellId[] {
    return this.shared?.cellIds() ?? this.order;
  }

  cell(id: CellId): CellSnapshot | undefined {
    return this.shared ? this.shared.cell(id) : this.byId.get(id)?.snapshot(this.results.of(id));
  }

  sourceText(id: CellId): Y.Text | undefined {
    return this.share().sourceText(id);
  }

  metadata(): JsonObject {
    return this.shared?.metadata() ?? this.notebookMetadata;
  }

  toNotebook(): Notebook {
    if (this.shared) return this.shared.toNotebook();
    return {
      cells: this.cells().map((cell) => cell.cell(this.withIds, this.results.of(cell.id))),
      metadata: this.notebookMetadata,
      nbformat: 4,
      nbformat_minor: this.minor,
      ...this.extras,
    };
  }

  toCell(id: CellId): Cell | undefined {
    return this.shared ? this.shared.toCell(id) : this.byId.get(id)?.cell(this.withIds, this.results.of(id));
  }

  apply(edit: NotebookEdit, origin: EditOrigin): EditResult {
    return this.applyAll([edit], origin);
  }

  applyAll(edits: readonly NotebookEdit[], origin: EditOrigin): EditResult {
    if (this.shared) return this.shared.applyAll(edits, origin);
    let result = done;
    for (const edit of edits) {
      result = this.perform(edit);
      if (!result.ok) break;
    }
    this.tell(origin);
    return result;
  }

  write(edits: readonly OutputEdit[], origin: EditOrigin): EditResult {
    if (this.shared) return this.shared.write(edits, origin);
    return this.results.write(edits, origin, (id) => this.byId.get(id)?.cellType === "code");
  }

  onChange(listener: (change: NotebookChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  destroy(): void {
    this.stopResults();
    this.shared?.destroy();
  }

  private onResults({ cells, origin }: ResultsChange): void {
    if (this.shared) return;
    for (const id of cells) this.byId.get(id)?.touch();
    this.changes.emit({ order: false, metadata: false, cells: NONE, outputs: cells, origin });
  }

  private share(): LiveNotebook {
    if (this.shared) return this.shared;
    const doc = seedDocument({
      ...this.toNotebook(),
      // With their ids also where the file has none: whoever runs these cells knows them by those.
      cells: this.cells().map((cell) => cell.cell(true, NO_RESULTS)),
      ...(this.withIds ? {} : { [IDS_ABSENT]: true }),
    });
    const shared = openLiveNotebook(doc, this.results);
    shared.onChange((change) => this.changes.emit(change));
    this.shared = shared;
    this.byId.clear();
    this.order = [];
    return shared;
  }

  private perform(edit: NotebookEdit): EditResult {
    switch (edit.type) {
      case "insert-cell": {
        const { id, cellType, source, metadata = {}, fields = {} } = edit.cell;
        if (this.byId.has(id)) return { ok: false, reason: "duplicate-id" };
        const at = this.placeAfter(edit.after);
        if (at === null) return noSuchCell;
        this.byId.set(
          id,
          new PlainCell(id, { cellType, source, metadata, extras: extrasOf(fields, "cell") }),
        );
        this.reorder(this.order.toSpliced(at, 0, id));
        return done;
      }
      case "set-notebook-metadata": {
        const metadata = withKey(this.notebookMetadata, edit.key, edit.value);
        if (metadata === null) return done;
        this.notebookMetadata = metadata;
        this.change.metadata = true;
        return done;
      }
      case "set-notebook-field":
        return this.setField(edit.key, edit.value);
      case "delete-cell":
      case "move-cell":
      case "set-cell-type":
      case "set-source":
      case "set-cell-metadata":
      case "set-cell-field": {
        const cell = this.byId.get(edit.id);
        return cell ? this.performOn(cell, edit) : noSuchCell;
      }
      default:
        return assertNever(edit);
    }
  }

  private performOn(
    cell: PlainCell,
    edit: Exclude<NotebookEdit, { type: "insert-cell" | "set-notebook-metadata" | "set-notebook-field" }>,
  ): EditResult {
    switch (edit.type) {
      case "delete-cell":
        this.byId.delete(cell.id);
        this.reorder(this.order.filter((id) => id !== cell.id));
        return done;
      case "move-cell": {
        if (edit.after === cell.id) return done;
        const from = this.order.indexOf(cell.id);
        const to = this.placeAfter(edit.after);
        if (to === null) return noSuchCell;
        if (to === from || to === from + 1) return done;
        this.reorder(this.order.toSpliced(from, 1).toSpliced(to > from ? to - 1 : to, 0, cell.id));
        return done;
      }
      case "set-cell-type":
        if (cell.cellType === edit.cellType) return done;
        this.byId.set(cell.id, cell.as(edit.cellType));
        this.change.order = true;
        this.change.cells.add(cell.id);
        return done;
      case "set-source":
        if (cell.source !== edit.source) this.set(cell, () => (cell.source = edit.source));
        return done;
      case "set-cell-metadata": {
        const metadata = withKey(cell.metadata, edit.key, edit.value);
        if (metadata !== null) this.set(cell, () => (cell.metadata = metadata));
        return done;
      }
      case "set-cell-field": {
        if (!isExtra(edit.key, "cell")) return noSuchField;
        const extras = withKey(cell.extras as JsonObject, edit.key, edit.value);
        if (extras !== null) this.set(cell, () => (cell.extras = extras));
        return done;
      }
      default:
        return assertNever(edit);
    }
  }

  private setField(key: string, value: JsonValue | undefined): EditResult {
    if (key === "nbformat_minor") {
      if (typeof value !== "number") return noSuchField;
      this.minor = value;
      if (value >= 5 && !this.withIds) {
        this.withIds = true;
        for (const cell of this.cells()) cell.touch();
      }
    } else if (isExtra(key, "notebook")) {
      this.extras = withKey(this.extras as JsonObject, key, value) ?? this.extras;
    } else return noSuchField;
    this.change.metadata = true;
    return done;
  }

  private set(cell: PlainCell, change: () => void): void {
    change();
    cell.touch();
    this.change.cells.add(cell.id);
  }

  private placeAfter(after: CellId | null): number | null {
    if (after === null) return 0;
    const at = this.byId.has(after) ? this.order.indexOf(after) : -1;
    return at === -1 ? null : at + 1;
  }

  private reorder(order: readonly CellId[]): void {
    this.order = order;
    this.change.order = true;
  }

  private cells(): PlainCell[] {
    return this.order.flatMap((id) => this.byId.get(id) ?? []);
  }

  private tell(origin: EditOrigin): void {
    const { change } = this;
    if (!change.order && !change.metadata && change.cells.size === 0) return;
    this.change = noChange();
    this.changes.emit({ ...change, outputs: NONE, origin });
  }
}

const NONE: ReadonlySet<CellId> = new Set();

function noChange(): Change {
  return { order: false, metadata: false, cells: new Set() };
}

/** Null when nothing changes: a key that is removed and not there. */
function withKey(metadata: JsonObject, key: string, value: JsonValue | undefined): JsonObject | null {
  if (value !== undefined) return { ...metadata, [key]: value };
  if (!Object.hasOwn(metadata, key)) return null;
  const { [key]: _removed, ...rest } = metadata;
  return rest;
}
