/**
 * `LiveNotebook` on Yjs. Owns the index of cells and what was read of them; knows nothing of files, kernels or
 * sockets. Who syncs the document (a room, a browser's connection) works on `doc` beside it.
 */
import * as Y from "yjs";
import type { Cell, CellType, JsonObject, Notebook } from "../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { CellId } from "../util/ids.ts";
import { applyEdit, type EditTarget } from "./apply-edit.ts";
import { CellReader } from "./cell-reader.ts";
import { NO_RESULTS } from "./cell-results.ts";
import type { EditResult, NotebookEdit, OutputEdit } from "./edits.ts";
import { extrasOf, IDS_ABSENT, PLACE } from "./fields.ts";
import type { CellSnapshot, EditOrigin, LiveNotebook, NotebookChange } from "./live-notebook.ts";
import { NotebookResults, type ResultsChange, resultsOf } from "./notebook-results.ts";
import { indexAfter, placeCell, removeCell, type StandingCell, standingCells } from "./placed-cells.ts";
import {
  cellsOf,
  metaOf,
  readCellType,
  readMap,
  type YCell,
  type YElement,
  yMetadata,
  yText,
} from "./schema.ts";
import { assignIds, seedDocument } from "./seed.ts";

/** A live notebook with the content of a file. The same notebook gives the same history. */
export function createLiveNotebook(notebook: Notebook): LiveNotebook {
  return openLiveNotebook(seedDocument(notebook), resultsOf(notebook, assignIds(notebook).ids));
}

/** The live notebook in a document and results that are (or will be) filled by somebody else, such as a connection. */
export function openLiveNotebook(doc: Y.Doc, results = new NotebookResults()): LiveNotebook {
  return new YjsNotebook(doc, results);
}

const STRUCTURAL: ReadonlySet<NotebookEdit["type"]> = new Set([
  "insert-cell",
  "delete-cell",
  "move-cell",
  "set-cell-type",
]);

/** What a page that lists cells must hear of as it hears of an insertion. */
const ORDER_KEYS = ["id", PLACE, "cell_type"];

interface PendingChange {
  order: boolean;
  metadata: boolean;
  cells: Set<CellId>;
}

const NONE: ReadonlySet<CellId> = new Set();

class YjsNotebook implements LiveNotebook, EditTarget {
  readonly doc: Y.Doc;
  private readonly cells: Y.Array<YElement>;
  readonly meta: Y.Map<unknown>;
  readonly results: NotebookResults;
  private readonly stopResults: Unsubscribe;
  private readonly reader = new CellReader((id, cell) =>
    this.byId.get(id) === cell ? this.results.of(id) : NO_RESULTS,
  );
  private readonly changes = new Emitter<NotebookChange>();
  private order: CellId[] = [];
  private byId = new Map<CellId, YCell>();
  private standing: readonly StandingCell[] = [];
  private metadataRead: JsonObject | null = null;
  private pending: PendingChange | null = null;

  constructor(doc: Y.Doc, results: NotebookResults) {
    this.doc = doc;
    this.results = results;
    this.cells = cellsOf(doc);
    this.meta = metaOf(doc);
    this.reindex();
    this.cells.observeDeep(this.onCells);
    this.meta.observeDeep(this.onMeta);
    doc.on("afterTransaction", this.onTransaction);
    this.stopResults = results.onChange((change) => this.onResults(change));
  }

  cellIds(): readonly CellId[] {
    return this.order;
  }

  cell(id: CellId): CellSnapshot | undefined {
    const cell = this.byId.get(id);
    return cell && this.reader.snapshot(cell);
  }

  sourceText(id: CellId): Y.Text | undefined {
    const cell = this.byId.get(id);
    return cell && yText(cell);
  }

  metadata(): JsonObject {
    this.metadataRead ??= readMap(yMetadata(this.meta));
    return this.metadataRead;
  }

  toNotebook(): Notebook {
    const minor = this.meta.get("nbformat_minor");
    const { [IDS_ABSENT]: _ours, ...extras } = extrasOf(Object.fromEntries(this.meta.entries()), "notebook");
    const withIds = this.writesIds();
    return {
      cells: this.standing.map(({ cell }) => this.reader.cell(cell, withIds)),
      metadata: this.metadata(),
      nbformat: 4,
      nbformat_minor: typeof minor === "number" ? minor : 5,
      ...extras,
    };
  }

  toCell(id: CellId): Cell | undefined {
    const cell = this.byId.get(id);
    return cell && this.reader.cell(cell, this.writesIds());
  }

  apply(edit: NotebookEdit, origin: EditOrigin): EditResult {
    return this.doc.transact(() => applyEdit(this, edit), origin);
  }

  applyAll(edits: readonly NotebookEdit[], origin: EditOrigin): EditResult {
    return this.doc.transact(() => {
      for (const edit of edits) {
        const result = applyEdit(this, edit);
        if (!result.ok) return result;
        // Later edits of the same transaction find the cells that earlier ones made; observers run only at its end.
        if (STRUCTURAL.has(edit.type)) this.reindex();
      }
      return { ok: true };
    }, origin);
  }

  write(edits: readonly OutputEdit[], origin: EditOrigin): EditResult {
    return this.results.write(edits, origin, (id) => {
      const cell = this.byId.get(id);
      return cell !== undefined && readCellType(cell) === "code";
    });
  }

  onChange(listener: (change: NotebookChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  destroy(): void {
    this.stopResults();
    this.cells.unobserveDeep(this.onCells);
    this.meta.unobserveDeep(this.onMeta);
    this.doc.off("afterTransaction", this.onTransaction);
    this.doc.destroy();
  }

  find(id: CellId): YCell | undefined {
    return this.byId.get(id);
  }

  insertCell(cell: YCell, after: CellId | null): void {
    this.cells.insert(indexAfter(this.standing, after) ?? 0, [cell]);
  }

  deleteCell(cell: YCell): void {
    removeCell(this.cells, cell);
  }

  moveCell(cell: YCell, after: CellId | null): EditResult {
    return placeCell(this.cells, cell, after);
  }

  setCellType(cell: YCell, cellType: CellType): void {
    cell.set("cell_type", cellType);
  }

  private writesIds(): boolean {
    return this.meta.get(IDS_ABSENT) !== true;
  }

  /** Two cells with one id (a merge can bring that) are both kept in the file; by id, the first is meant. */
  private reindex(): void {
    const before = this.byId;
    this.byId = new Map();
    this.order = [];
    this.standing = standingCells(this.cells);
    for (const { cell } of this.standing) {
      const id = idOf(cell);
      if (this.byId.has(id)) continue;
      this.byId.set(id, cell);
      // It has the results now that another with its id had.
      if (before.get(id) !== cell) this.reader.forget(cell);
      this.order.push(id);
    }
  }

  private readonly onCells = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    const change = this.pendingChange();
    for (const event of events) {
      if (event.target === (this.cells as Y.AbstractType<unknown>)) change.order = true;
      else this.noteCellEvent(event, change);
    }
    if (change.order) this.reindex();
  };

  /** Walks up by `parent` instead of `event.path`, which counts the array's elements at each event. */
  private noteCellEvent(event: Y.YEvent<Y.AbstractType<unknown>>, change: PendingChange): void {
    let type: Y.AbstractType<unknown> = event.target;
    while (type.parent && type.parent !== (this.cells as Y.AbstractType<unknown>)) type = type.parent;
    if (!(type instanceof Y.Map)) return;
    const cell = type as YCell;
    this.reader.forget(cell);
    change.cells.add(idOf(cell));
    if (event.target !== (cell as Y.AbstractType<unknown>)) return;
    const keys = (event as Y.YMapEvent<unknown>).keysChanged;
    if (ORDER_KEYS.some((key) => keys.has(key))) change.order = true;
  }

  private onResults({ cells, origin }: ResultsChange): void {
    for (const id of cells) {
      const cell = this.byId.get(id);
      if (cell) this.reader.forget(cell);
    }
    this.changes.emit({ order: false, metadata: false, cells: NONE, outputs: cells, origin });
  }

  private readonly onMeta = (): void => {
    this.metadataRead = null;
    this.pendingChange().metadata = true;
  };

  private readonly onTransaction = (transaction: Y.Transaction): void => {
    const change = this.pending;
    if (!change) return;
    this.pending = null;
    this.changes.emit({ ...change, outputs: NONE, origin: transaction.origin });
  };

  private pendingChange(): PendingChange {
    this.pending ??= { order: false, metadata: false, cells: new Set() };
    return this.pending;
  }
}

/** Not by a snapshot: in the middle of a transaction that would keep what the transaction goes on to change. */
function idOf(cell: YCell): CellId {
  return CellId.of(String(cell.get("id") ?? ""));
}
