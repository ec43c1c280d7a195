/**
 * Reads cells out of the shared types and keeps what it read until that cell changes: a page that redraws, a file
 * that is saved and a run that looks for its next cell cost what changed, not what is there.
 */
import type { Cell } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import { type CellResults, NO_RESULTS } from "./cell-results.ts";
import { extrasOf } from "./fields.ts";
import type { CellSnapshot } from "./live-notebook.ts";
import { readCellType, readMap, type YCell, yMetadata, yText } from "./schema.ts";

export class CellReader {
  private readonly snapshots = new WeakMap<YCell, CellSnapshot>();
  private readonly cells = new WeakMap<YCell, { withId: boolean; cell: Cell }>();
  private readonly resultsOf: (id: CellId, cell: YCell) => CellResults;

  constructor(resultsOf: (id: CellId, cell: YCell) => CellResults) {
    this.resultsOf = resultsOf;
  }

  snapshot(cell: YCell): CellSnapshot {
    const known = this.snapshots.get(cell);
    if (known) return known;
    const id = CellId.of(String(cell.get("id") ?? ""));
    const cellType = readCellType(cell);
    const snapshot: CellSnapshot = {
      id,
      cellType,
      source: yText(cell).toString(),
      metadata: readMap(yMetadata(cell)),
      ...(cellType === "code" ? this.resultsOf(id, cell) : NO_RESULTS),
    };
    this.snapshots.set(cell, snapshot);
    return snapshot;
  }

  /** nbformat form; the same object until the cell changes. */
  cell(yCell: YCell, withId: boolean): Cell {
    const known = this.cells.get(yCell);
    if (known?.withId === withId) return known.cell;
    const { id, cellType, source, metadata, outputs, executionCount } = this.snapshot(yCell);
    const extras = extrasOf(Object.fromEntries(yCell.entries()), "cell");
    const base = { cell_type: cellType, ...(withId ? { id } : {}), metadata, source, ...extras };
    const cell = (
      cellType === "code" ? { ...base, execution_count: executionCount, outputs: [...outputs] } : base
    ) as Cell;
    this.cells.set(yCell, { withId, cell });
    return cell;
  }

  forget(cell: YCell): void {
    this.snapshots.delete(cell);
    this.cells.delete(cell);
  }
}
