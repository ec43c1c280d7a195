/** One cell as plain data. */
import type { Cell, CellType, JsonObject } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";
import { type CellResults, NO_RESULTS } from "./cell-results.ts";
import { extrasOf } from "./fields.ts";
import type { CellSnapshot } from "./live-notebook.ts";

export class PlainCell {
  readonly id: CellId;
  readonly cellType: CellType;
  extras: Readonly<Record<string, unknown>>;
  source: string;
  metadata: JsonObject;
  private snapshotRead: CellSnapshot | null = null;
  private cellRead: { readonly withId: boolean; readonly cell: Cell } | null = null;

  constructor(
    id: CellId,
    of: { cellType: CellType; source: string; metadata: JsonObject; extras?: Record<string, unknown> },
  ) {
    this.id = id;
    this.cellType = of.cellType;
    this.source = of.source;
    this.metadata = of.metadata;
    this.extras = of.extras ?? {};
  }

  static from(id: CellId, cell: Cell): PlainCell {
    const { cell_type: cellType, source, metadata } = cell;
    return new PlainCell(id, { cellType, source, metadata, extras: extrasOf(cell, "cell") });
  }

  as(cellType: CellType): PlainCell {
    const { source, metadata, extras } = this;
    return new PlainCell(this.id, { cellType, source, metadata, extras: { ...extras } });
  }

  /** To be called after each change of a field or of the cell's results. */
  touch(): void {
    this.snapshotRead = null;
    this.cellRead = null;
  }

  snapshot(results: CellResults): CellSnapshot {
    const { id, cellType, source, metadata } = this;
    this.snapshotRead ??= {
      id,
      cellType,
      source,
      metadata,
      ...(cellType === "code" ? results : NO_RESULTS),
    };
    return this.snapshotRead;
  }

  cell(withId: boolean, { outputs, executionCount }: CellResults): Cell {
    if (this.cellRead?.withId === withId) return this.cellRead.cell;
    const { id, cellType, source, metadata, extras } = this;
    const base = { cell_type: cellType, ...(withId ? { id } : {}), metadata, source, ...extras };
    const cell = (cellType === "code" ? { ...base, execution_count: executionCount, outputs } : base) as Cell;
    this.cellRead = { withId, cell };
    return cell;
  }
}
