/**
 * Hands changes of the document to those who show them, at most once a frame: a pipeline that writes a thousand
 * outputs in a second costs the page no more than sixty drawings. The first change after a rest goes out at once.
 */
import type { NotebookChange } from "../../document/live-notebook.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import type { CellId } from "../../util/ids.ts";

const FRAME_MS = 16;

export class ChangeFeed {
  private readonly order = new Emitter<void>();
  private readonly metadata = new Emitter<void>();
  private readonly cells = new Emitter<readonly CellId[]>();
  private readonly byCell = new Map<CellId, Emitter<void>>();
  private readonly changed = new Set<CellId>();
  private orderChanged = false;
  private metadataChanged = false;
  private lastFlushMs = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | null = null;

  push(change: Pick<NotebookChange, "order" | "metadata" | "cells" | "outputs">): void {
    this.orderChanged ||= change.order;
    this.metadataChanged ||= change.metadata;
    for (const id of change.cells) this.changed.add(id);
    for (const id of change.outputs) this.changed.add(id);
    if (this.timer !== null) return;
    const waitMs = this.lastFlushMs + FRAME_MS - performance.now();
    if (waitMs <= 0) this.flush();
    // A timer and not a frame: a page in the background gets no frames, and its title tells of the run.
    else this.timer = setTimeout(this.flush, waitMs);
  }

  onOrder(listener: () => void): Unsubscribe {
    return this.order.on(listener);
  }

  onMetadata(listener: () => void): Unsubscribe {
    return this.metadata.on(listener);
  }

  /** Told which cells changed. */
  onCells(listener: (ids: readonly CellId[]) => void): Unsubscribe {
    return this.cells.on(listener);
  }

  onCell(id: CellId, listener: () => void): Unsubscribe {
    let emitter = this.byCell.get(id);
    if (!emitter) {
      emitter = new Emitter();
      this.byCell.set(id, emitter);
    }
    const unsubscribe = emitter.on(listener);
    const own = emitter;
    return () => {
      unsubscribe();
      if (own.size === 0 && this.byCell.get(id) === own) this.byCell.delete(id);
    };
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private readonly flush = (): void => {
    this.timer = null;
    this.lastFlushMs = performance.now();
    const { orderChanged, metadataChanged } = this;
    const cells = [...this.changed];
    this.orderChanged = false;
    this.metadataChanged = false;
    this.changed.clear();
    if (orderChanged) this.order.emit();
    if (metadataChanged) this.metadata.emit();
    if (cells.length > 0) this.cells.emit(cells);
    // A new order may mean that a cell was made anew under its id (moved, another type), so each cell looks again.
    const told = orderChanged ? this.byCell.values() : cells.map((id) => this.byCell.get(id));
    for (const emitter of [...told]) emitter?.emit();
  };
}
