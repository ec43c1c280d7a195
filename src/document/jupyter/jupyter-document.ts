/**
 * A notebook as Jupyter's own clients share it: a Y.Doc in the full `@jupyter/ydoc` schema, outputs and all. Owns the
 * index of its cells and the writing of results; who else edits the document, and why, it does not know.
 */
import * as Y from "yjs";
import type { CellType, JsonObject, Notebook } from "../../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { CellId } from "../../util/ids.ts";
import { applyEdit, type EditTarget } from "../apply-edit.ts";
import type { EditResult, NotebookEdit } from "../edits.ts";
import { extrasOf } from "../fields.ts";
import { makeCell, makeMap, metaOf, readCellType, readMap, type YCell, yMetadata, yText } from "../schema.ts";
import { type CellContent, type NotebookContent, ofFile } from "./content-edits.ts";
import { type JupyterResults, RESULT_KEYS, readResults, stateOf, yOutputs } from "./jupyter-schema.ts";
import { mendCell } from "./mend-cell.ts";
import { moveByRemaking, retypeByRemaking } from "./remake-cells.ts";
import { type TextDelta, textDelta } from "./text-delta.ts";
import { writeResults } from "./write-results.ts";

export interface JupyterChange {
  /** Cells were added, removed or moved. */
  readonly order: boolean;
  /** Cells whose source, type, metadata or fields changed. */
  readonly cells: ReadonlySet<CellId>;
  readonly results: ReadonlySet<CellId>;
  readonly metadata: boolean;
  /** How sources changed. */
  readonly texts: ReadonlyMap<Y.AbstractType<unknown>, TextDelta>;
  readonly origin: unknown;
}

interface Pending {
  order: boolean;
  metadata: boolean;
  cells: Set<CellId>;
  results: Set<CellId>;
  texts: Map<Y.AbstractType<unknown>, TextDelta>;
}

const NO_RESULTS: JupyterResults = { outputs: [], executionCount: null, executionState: "idle" };

export class JupyterDocument implements EditTarget {
  readonly doc: Y.Doc;
  readonly cells: Y.Array<YCell>;
  readonly meta: Y.Map<unknown>;
  readonly state: Y.Map<unknown>;
  private readonly changes = new Emitter<JupyterChange>();
  private order: CellId[] = [];
  private byId = new Map<CellId, YCell>();
  private positions: Map<YCell, number> | null = null;
  private pending: Pending | null = null;

  constructor(doc: Y.Doc) {
    this.doc = doc;
    this.cells = doc.getArray<YCell>("cells");
    this.meta = metaOf(doc);
    this.state = stateOf(doc);
    this.reindex();
    this.cells.observeDeep(this.onCells);
    this.meta.observeDeep(this.onMeta);
    doc.on("afterTransaction", this.onTransaction);
  }

  ids(): readonly CellId[] {
    return this.order;
  }

  content(id: CellId): CellContent | undefined {
    const cell = this.byId.get(id);
    if (!cell) return undefined;
    return {
      cellType: readCellType(cell),
      source: yText(cell).toString(),
      metadata: readMap(yMetadata(cell)),
      fields: fieldsOf(cell, "cell"),
    };
  }

  text(id: CellId): Y.Text | undefined {
    const cell = this.byId.get(id);
    return cell && yText(cell);
  }

  /** Of a code cell. */
  results(id: CellId): JupyterResults | undefined {
    const cell = this.byId.get(id);
    return cell && readCellType(cell) === "code" ? readResults(cell) : undefined;
  }

  notebook(): NotebookContent {
    const minor = this.meta.get("nbformat_minor");
    return {
      metadata: readMap(yMetadata(this.meta)),
      minor: typeof minor === "number" ? minor : 5,
      fields: fieldsOf(this.meta, "notebook"),
    };
  }

  /** Cells with their ids, whatever the minor version. */
  toNotebook(): Notebook {
    const { metadata, minor, fields } = this.notebook();
    const cells = this.order.map((id) => {
      const content = this.content(id);
      const { cellType, source, metadata, fields } = ofFile(content ?? MISSING);
      const base = { cell_type: cellType, id, metadata, source, ...fields };
      const results = this.results(id);
      const own = results ? { execution_count: results.executionCount, outputs: results.outputs } : {};
      return { ...base, ...own } as Notebook["cells"][number];
    });
    return { cells, metadata, nbformat: 4, nbformat_minor: minor, ...fields };
  }

  /** Gives an empty document its first content. The caller holds the transaction. */
  fill(
    { metadata, minor, fields }: NotebookContent,
    cells: readonly {
      readonly id: CellId;
      readonly content: CellContent;
      readonly results: JupyterResults;
    }[],
  ): void {
    this.meta.set("nbformat", 4);
    this.meta.set("nbformat_minor", minor);
    this.meta.set("metadata", makeMap(metadata));
    for (const [key, value] of Object.entries(fields)) this.meta.set(key, value);
    const made = cells.map(({ id, content }) => {
      const { fields: extras, ...seed } = content;
      return makeCell({ id, ...seed, extras });
    });
    this.cells.push(made);
    for (const [index, { content, results }] of cells.entries()) {
      const cell = made[index];
      if (cell && content.cellType === "code") writeResults(cell, results);
    }
    this.reindex();
  }

  /** Those that do not fit are left out. The caller holds the transaction. */
  apply(edits: readonly NotebookEdit[]): void {
    for (const edit of edits) {
      const results = edit.type === "move-cell" ? this.results(edit.id) : undefined;
      applyEdit(this, edit);
      if (edit.type === "delete-cell") this.reindex();
      else if (edit.type === "move-cell" || edit.type === "set-cell-type") this.complete(edit.id, results);
      else if (edit.type === "insert-cell") this.complete(edit.cell.id, results);
    }
  }

  /** What executing this cell gave. The caller holds the transaction. True: something was written. */
  setResults(id: CellId, results: JupyterResults): boolean {
    const cell = this.byId.get(id);
    return cell !== undefined && readCellType(cell) === "code" && writeResults(cell, results);
  }

  /** What these cells lack to be cells. The caller holds the transaction. */
  mend(ids: Iterable<CellId>): void {
    for (const id of ids) {
      const cell = this.byId.get(id);
      if (cell) mendCell(cell);
    }
  }

  /**
   * Mends all, and makes ids unique again (two clients that move one cell in one moment make two of it): what is there
   * twice with the same content goes, what differs gets an id of its own. The caller holds the transaction.
   */
  separate(): void {
    for (const [index, cell] of [...this.cells.toArray().entries()].reverse()) {
      if (!(cell instanceof Y.Map)) {
        this.cells.delete(index, 1);
        continue;
      }
      mendCell(cell);
      const first = this.byId.get(idOf(cell));
      if (idOf(cell) !== "" && (first === cell || first === undefined)) continue;
      if (first && isSameCell(first, cell)) this.cells.delete(index, 1);
      else (cell as YCell).set("id", CellId.create());
    }
    this.reindex();
  }

  onChange(listener: (change: JupyterChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  /** Stops looking; the document is its owner's. */
  close(): void {
    this.cells.unobserveDeep(this.onCells);
    this.meta.unobserveDeep(this.onMeta);
    this.doc.off("afterTransaction", this.onTransaction);
  }

  find(id: CellId): YCell | undefined {
    return this.byId.get(id);
  }

  insertCell(cell: YCell, after: CellId | null): void {
    const neighbour = after === null ? undefined : this.byId.get(after);
    this.cells.insert(neighbour ? this.indexOf(neighbour) + 1 : 0, [cell]);
  }

  deleteCell(cell: YCell): void {
    this.cells.delete(this.indexOf(cell), 1);
  }

  moveCell(cell: YCell, after: CellId | null): EditResult {
    return moveByRemaking(this, cell, after);
  }

  setCellType(cell: YCell, cellType: CellType): void {
    retypeByRemaking(this, cell, cellType);
  }

  indexOf(cell: YCell): number {
    this.positions ??= new Map(this.cells.map((entry, index) => [entry, index] as const));
    return this.positions.get(cell) ?? -1;
  }

  /** A code cell has its outputs from the moment that others see it: their models are made of what is there then. */
  private complete(id: CellId, results: JupyterResults | undefined): void {
    this.reindex();
    const cell = this.byId.get(id);
    if (cell && readCellType(cell) === "code" && !yOutputs(cell)) writeResults(cell, results ?? NO_RESULTS);
  }

  private reindex(): void {
    this.byId = new Map();
    this.order = [];
    this.positions = null;
    for (const cell of this.cells) {
      if (!(cell instanceof Y.Map)) continue;
      const id = idOf(cell);
      if (id === "" || this.byId.has(id)) continue;
      this.byId.set(id, cell);
      this.order.push(id);
    }
  }

  private readonly onCells = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    const change = this.pendingChange();
    for (const event of events) {
      if (event.target === (this.cells as Y.AbstractType<unknown>)) change.order = true;
      else this.note(event, change);
    }
    if (change.order) this.reindex();
  };

  private note(event: Y.YEvent<Y.AbstractType<unknown>>, change: Pending): void {
    let below: Y.AbstractType<unknown> | null = null;
    let type: Y.AbstractType<unknown> = event.target;
    while (type.parent && type.parent !== (this.cells as Y.AbstractType<unknown>)) {
      below = type;
      type = type.parent;
    }
    if (!(type instanceof Y.Map)) return;
    const cell = type as YCell;
    const id = idOf(cell);
    if (below === null) {
      const keys = [...(event as Y.YMapEvent<unknown>).keysChanged].map(String);
      if (keys.includes("id")) change.order = true;
      if (keys.some((key) => RESULT_KEYS.has(key))) change.results.add(id);
      if (keys.some((key) => !RESULT_KEYS.has(key))) change.cells.add(id);
    } else if (below === cell.get("outputs")) change.results.add(id);
    else {
      change.cells.add(id);
      if (event.target === cell.get("source")) change.texts.set(event.target, textDelta(event));
    }
  }

  private readonly onMeta = (): void => {
    this.pendingChange().metadata = true;
  };

  private readonly onTransaction = (transaction: Y.Transaction): void => {
    const change = this.pending;
    if (!change) return;
    this.pending = null;
    this.changes.emit({ ...change, origin: transaction.origin });
  };

  private pendingChange(): Pending {
    this.pending ??= {
      order: false,
      metadata: false,
      cells: new Set(),
      results: new Set(),
      texts: new Map(),
    };
    return this.pending;
  }
}

const MISSING: CellContent = { cellType: "raw", source: "", metadata: {}, fields: {} };

function fieldsOf(map: Y.Map<unknown>, level: "cell" | "notebook"): JsonObject {
  const extras = extrasOf(Object.fromEntries(map.entries()), level);
  const plain = Object.entries(extras).map(([key, value]) => [
    key,
    value instanceof Y.AbstractType ? (value.toJSON() as unknown) : value,
  ]);
  return Object.fromEntries(plain) as JsonObject;
}

function idOf(cell: YCell): CellId {
  const id = cell.get("id");
  return CellId.of(typeof id === "string" ? id : "");
}

function isSameCell(a: YCell, b: YCell): boolean {
  return readCellType(a) === readCellType(b) && yText(a).toString() === yText(b).toString();
}
