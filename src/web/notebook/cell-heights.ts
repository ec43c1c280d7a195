/** How high each cell is, measured or guessed, and what follows: which cells a part of the page shows. Pure. */
import type { CellId } from "../../util/ids.ts";

export interface CellRange {
  /** Index of the first cell. */
  readonly first: number;
  /** Index behind the last cell. */
  readonly end: number;
}

export class CellHeights {
  private readonly measured = new Map<CellId, number>();
  /** Kept until `forget`: what is laid out by a guess must not be looked up by another. */
  private readonly guessed = new Map<CellId, number>();
  private readonly guess: (id: CellId) => number;
  private order: readonly CellId[] = [];
  /** Upper edges in pixels from the first cell's, one more than there are cells; null: to be summed anew. */
  private edges: Float64Array | null = null;

  constructor(guess: (id: CellId) => number) {
    this.guess = guess;
  }

  setOrder(order: readonly CellId[]): void {
    if (order === this.order) return;
    this.order = order;
    this.edges = null;
    const there = new Set(order);
    for (const heights of [this.measured, this.guessed])
      for (const id of heights.keys()) if (!there.has(id)) heights.delete(id);
  }

  /** These cells hold something else: their heights are guessed anew. @returns whether any had been guessed. */
  forget(ids: Iterable<CellId>): boolean {
    let had = false;
    for (const id of ids) had = this.guessed.delete(id) || had;
    if (had) this.edges = null;
    return had;
  }

  measure(id: CellId, height: number): void {
    if (this.measured.get(id) === height) return;
    this.measured.set(id, height);
    this.guessed.delete(id);
    this.edges = null;
  }

  /** From the upper edge of the cell `from` to that of the cell `to`. */
  between(from: number, to: number): number {
    const edges = this.sums();
    return (edges[to] ?? 0) - (edges[from] ?? 0);
  }

  /** The cells that have a part between these two distances from the first cell's upper edge. */
  within(from: number, to: number): CellRange {
    const count = this.order.length;
    if (count === 0) return { first: 0, end: 0 };
    const first = Math.min(this.indexAt(from), count - 1);
    return { first, end: Math.max(first + 1, Math.min(count, this.indexAt(to) + 1)) };
  }

  /** The last cell that begins at or before `y`; 0 when none does. */
  private indexAt(y: number): number {
    const edges = this.sums();
    let low = 0;
    let high = this.order.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((edges[middle] ?? 0) <= y) low = middle;
      else high = middle;
    }
    return low;
  }

  private sums(): Float64Array {
    if (this.edges) return this.edges;
    const edges = new Float64Array(this.order.length + 1);
    let y = 0;
    for (const [index, id] of this.order.entries()) {
      y += this.measured.get(id) ?? this.guessOf(id);
      edges[index + 1] = y;
    }
    this.edges = edges;
    return edges;
  }

  private guessOf(id: CellId): number {
    const known = this.guessed.get(id);
    if (known !== undefined) return known;
    const height = this.guess(id);
    this.guessed.set(id, height);
    return height;
  }
}
