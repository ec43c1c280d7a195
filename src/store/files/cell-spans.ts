/**
 * Where a file that we wrote has the text of each cell, so that the next save takes that of unchanged cells from
 * there instead of printing it again, and nobody need keep it.
 */
import type { CellText } from "../../nbformat/serialise.ts";

export interface Span {
  /** Offsets in bytes. */
  readonly start: number;
  readonly end: number;
}

export class CellSpans {
  private readonly edition: object;
  private readonly indexes = new WeakMap<object, number>();
  /** Start and end of one cell after the other. */
  private readonly offsets: readonly number[];

  constructor(edition: object, cells: readonly object[], offsets: readonly number[]) {
    this.edition = edition;
    this.offsets = offsets;
    for (const [index, cell] of cells.entries()) this.indexes.set(cell, index);
  }

  find({ cell, edition }: CellText): Span | null {
    if (edition !== this.edition) return null;
    const index = this.indexes.get(cell);
    if (index === undefined) return null;
    const start = this.offsets[2 * index];
    const end = this.offsets[2 * index + 1];
    return start === undefined || end === undefined ? null : { start, end };
  }
}

/** Notes where cells come to stand in a file that is being written. */
export class SpanNotes {
  private edition: object | null = null;
  private readonly cells: object[] = [];
  private readonly offsets: number[] = [];

  add({ cell, edition }: CellText, { start, end }: Span): void {
    this.edition ??= edition;
    this.cells.push(cell);
    this.offsets.push(start, end);
  }

  /** Null: there were no cells. */
  spans(): CellSpans | null {
    return this.edition === null ? null : new CellSpans(this.edition, this.cells, this.offsets);
  }
}
