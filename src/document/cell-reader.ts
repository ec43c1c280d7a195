/**
 * Reads cells out of the shared types and keeps what it read until that cell changes: a page that redraws, a file
 * that is saved and a run that looks for its next cell cost what changed, not what is there.
 */
import type { Cell, Output } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import type { CellSnapshot } from "./live-notebook.ts";
import {
  extrasOf,
  readCellType,
  readExecutionCount,
  readMap,
  readOutput,
  type YCell,
  type YOutput,
  yMetadata,
  yOutputs,
  yText,
} from "./schema.ts";

export class CellReader {
  private readonly snapshots = new WeakMap<YCell, CellSnapshot>();
  private readonly cells = new WeakMap<YCell, { withId: boolean; cell: Cell }>();
  private readonly outputs = new WeakMap<YOutput, Output>();

  snapshot(cell: YCell): CellSnapshot {
    const known = this.snapshots.get(cell);
    if (known) return known;
    const snapshot: CellSnapshot = {
      id: CellId.of(String(cell.get("id") ?? "")),
      cellType: readCellType(cell),
      source: yText(cell).toString(),
      metadata: readMap(yMetadata(cell)),
      outputs: yOutputs(cell)?.map((output) => this.output(output)) ?? [],
      executionCount: readExecutionCount(cell),
      executionState: cell.get("execution_state") === "running" ? "running" : "idle",
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

  forgetOutput(output: YOutput): void {
    this.outputs.delete(output);
  }

  private output(output: YOutput): Output {
    const known = this.outputs.get(output);
    if (known) return known;
    const read = readOutput(output);
    this.outputs.set(output, read);
    return read;
  }
}
