/**
 * `LiveNotebook` on Yjs. Owns the index of cells and what was read of them; knows nothing of files, kernels or
 * sockets. Who syncs the document (a room, a browser's connection) works on `doc` beside it.
 */
import * as Y from "yjs";
import type { Cell, JsonObject, Notebook } from "../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { CellId } from "../util/ids.ts";
import { applyEdit, type EditTarget } from "./apply-edit.ts";
import { CellReader } from "./cell-reader.ts";
import type { EditResult, NotebookEdit, OutputEdit } from "./edits.ts";
import type { CellSnapshot, EditOrigin, LiveNotebook, NotebookChange } from "./live-notebook.ts";
import {
  cellsOf,
  extrasOf,
  IDS_ABSENT,
  metaOf,
  readMap,
  type YCell,
  yMetadata,
  yOutputs,
  yText,
} from "./schema.ts";
import { seedUpdate } from "./seed.ts";
import { writeOutput } from "./write-output.ts";

/** A live notebook with the content of a file. The same notebook gives the same history. */
export function createLiveNotebook(notebook: Notebook): LiveNotebook {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, seedUpdate(notebook), { type: "file", label: "seed" } satisfies EditOrigin);
  return openLiveNotebook(doc);
}

/** The live notebook in a document that is (or will be) filled by somebody else, such as a connection. */
export function openLiveNotebook(doc: Y.Doc): LiveNotebook {
  return new YjsNotebook(doc);
}

const STRUCTURAL: ReadonlySet<NotebookEdit["type"]> = new Set([
  "insert-cell",
  "delete-cell",
  "move-cell",
  "set-cell-type",
]);
const OUTPUT_KEYS = new Set(["outputs", "execution_count", "execution_state"]);

interface PendingChange {
  order: boolean;
  metadata: boolean;
  cells: Set<CellId>;
  outputs: Set<CellId>;
}

class YjsNotebook implements LiveNotebook, EditTarget {
  readonly doc: Y.Doc;
  readonly cells: Y.Array<YCell>;
  readonly meta: Y.Map<unknown>;
  private readonly reader = new CellReader();
  private readonly changes = new Emitter<NotebookChange>();
  private order: CellId[] = [];
  private byId = new Map<CellId, YCell>();
  /** Positions in `cells`; made when somebody asks after the order changed. */
  private positions: Map<YCell, number> | null = null;
  private metadataRead: JsonObject | null = null;
  private pending: PendingChange | null = null;

  constructor(doc: Y.Doc) {
    this.doc = doc;
    this.cells = cellsOf(doc);
    this.meta = metaOf(doc);
    this.reindex();
    this.cells.observeDeep(this.onCells);
    this.meta.observeDeep(this.onMeta);
    doc.on("afterTransaction", this.onTransaction);
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
      cells: this.cells.map((cell) => this.reader.cell(cell, withIds)),
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
    return this.doc.transact((): EditResult => {
      let result: EditResult = { ok: true };
      for (const edit of edits) {
        const cell = this.byId.get(edit.id);
        const written: EditResult = cell ? writeOutput(cell, edit) : { ok: false, reason: "no-such-cell" };
        if (!written.ok) result = written;
      }
      return result;
    }, origin);
  }

  onChange(listener: (change: NotebookChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  destroy(): void {
    this.cells.unobserveDeep(this.onCells);
    this.meta.unobserveDeep(this.onMeta);
    this.doc.off("afterTransaction", this.onTransaction);
    this.doc.destroy();
  }

  find(id: CellId): YCell | undefined {
    return this.byId.get(id);
  }

  indexOf(cell: YCell): number {
    this.positions ??= new Map(this.cells.map((entry, index) => [entry, index] as const));
    return this.positions.get(cell) ?? -1;
  }

  private writesIds(): boolean {
    return this.meta.get(IDS_ABSENT) !== true;
  }

  /** Two cells with one id (a merge can bring that) are both kept in the file; by id, the first is meant. */
  private reindex(): void {
    this.byId = new Map();
    this.order = [];
    this.positions = null;
    for (const cell of this.cells) {
      const id = idOf(cell);
      if (this.byId.has(id)) continue;
      this.byId.set(id, cell);
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
    let below: Y.AbstractType<unknown> | null = null;
    let type: Y.AbstractType<unknown> = event.target;
    const path: Y.AbstractType<unknown>[] = [];
    while (type.parent && type.parent !== (this.cells as Y.AbstractType<unknown>)) {
      path.push(type);
      below = type;
      type = type.parent;
    }
    if (!(type instanceof Y.Map)) return;
    const cell = type as YCell;
    const id = idOf(cell);
    this.reader.forget(cell);
    if (below === null) {
      const keys = [...(event as Y.YMapEvent<unknown>).keysChanged].map(String);
      if (keys.includes("id")) change.order = true;
      if (keys.some((key) => OUTPUT_KEYS.has(key))) change.outputs.add(id);
      if (keys.some((key) => !OUTPUT_KEYS.has(key))) change.cells.add(id);
    } else if (below === (yOutputs(cell) as Y.AbstractType<unknown> | undefined)) {
      const output = path.at(-2);
      if (output instanceof Y.Map) this.reader.forgetOutput(output);
      change.outputs.add(id);
    } else {
      change.cells.add(id);
    }
  }

  private readonly onMeta = (): void => {
    this.metadataRead = null;
    this.pendingChange().metadata = true;
  };

  private readonly onTransaction = (transaction: Y.Transaction): void => {
    const change = this.pending;
    if (!change) return;
    this.pending = null;
    this.changes.emit({ ...change, origin: transaction.origin });
  };

  private pendingChange(): PendingChange {
    this.pending ??= { order: false, metadata: false, cells: new Set(), outputs: new Set() };
    return this.pending;
  }
}

/** Not by a snapshot: in the middle of a transaction that would keep what the transaction goes on to change. */
function idOf(cell: YCell): CellId {
  return CellId.of(String(cell.get("id") ?? ""));
}
