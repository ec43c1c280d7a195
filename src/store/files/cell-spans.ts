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
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;

  constructor(edition: object, cells: readonly object[], starts: Float64Array, ends: Float64Array) {
    this.edition = edition;
    this.starts = starts;
    this.ends = ends;
    for (const [index, cell] of cells.entries()) this.indexes.set(cell, index);
  }

  find({ cell, edition }: CellText): Span | null {
    if (edition !== this.edition) return null;
    const index = this.indexes.get(cell);
    const start = index === undefined ? undefined : this.starts[index];
    const end = index === undefined ? undefined : this.ends[index];
    return start === undefined || end === undefined ? null : { start, end };
  }
}

/** Notes where cells come to stand in a file that is being written. */
export class SpanNotes {
  private edition: object | null = null;
  private cells: object[] = [];
  private starts = new Float64Array(64);
  private ends = new Float64Array(64);

  add({ cell, edition }: CellText, { start, end }: Span): void {
    this.edition ??= edition;
    const index = this.cells.push(cell) - 1;
    if (index === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[index] = start;
    this.ends[index] = end;
  }

  /** Null: there were no cells. */
  spans(): CellSpans | null {
    const { edition, cells, starts, ends } = this;
    return edition === null
      ? null
      : new CellSpans(edition, cells, starts.slice(0, cells.length), ends.slice(0, cells.length));
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(values.length * 2);
  more.set(values);
  return more;
}
