/**
 * What a chart is drawn from: stretches of points in the order of the axis, joined until there are no more than were
 * asked for. Joining keeps the lowest and the highest value, so nothing that stands out is ever left out.
 */
import { notFiniteName } from "./line-records.ts";
import { higher, kindOf, lower, NOT_FINITE } from "./summary.ts";
import type { ReadSeries, SeriesView } from "./telemetry-store.ts";

export const DEFAULT_PLACES = 1_000;
export const MAX_PLACES = 20_000;

/** Stretches of points as columns; a single point is a stretch of one. */
export class Stretches {
  private columns = columnsOf(64);
  length = 0;
  total = 0;
  private isSorted = true;

  /** @param min of finite values; NaN: none. @param kinds which of `NOT_FINITE` are in it. */
  push(x: number, count: number, min: number, max: number, last: number, kinds: number): void {
    const at = this.length;
    if (at === this.columns.x.length) this.grow();
    const { columns } = this;
    if (at > 0 && x < (columns.x[at - 1] ?? 0)) this.isSorted = false;
    columns.x[at] = x;
    columns.count[at] = count;
    columns.min[at] = min;
    columns.max[at] = max;
    columns.last[at] = last;
    columns.kinds[at] = kinds;
    this.length++;
    this.total += count;
  }

  point(x: number, value: number): void {
    const finite = Number.isFinite(value) ? value : Number.NaN;
    this.push(x, 1, finite, finite, finite, kindOf(value));
  }

  /** At most `places` of them, in the order of the axis. */
  view({ name, axis }: Pick<ReadSeries, "name" | "axis">, places: number, revision: number): SeriesView {
    this.sort();
    const joined = this.length <= places ? { ...this.columns, length: this.length } : this.join(places);
    const { length } = joined;
    const notFinite: { x: number; value: "NaN" | "Infinity" | "-Infinity" }[] = [];
    for (let at = 0; at < length; at++) {
      const kinds = joined.kinds[at] ?? 0;
      if (kinds === 0) continue;
      for (const [kind, value] of KINDS)
        if ((kinds & kind) !== 0)
          notFinite.push({ x: joined.x[at] ?? 0, value: notFiniteName(value) ?? "NaN" });
    }
    const cut = (column: Float64Array): Float64Array => column.slice(0, length);
    return {
      name,
      axis,
      revision,
      total: this.total,
      x: cut(joined.x),
      min: cut(joined.min),
      max: cut(joined.max),
      last: cut(joined.last),
      notFinite,
    };
  }

  /** Neighbours become one until each has its share of all points. */
  private join(places: number): StretchColumns & { readonly length: number } {
    const { columns } = this;
    const joined = columnsOf(places);
    let at = -1;
    let share = -1;
    let seen = 0;
    for (let index = 0; index < this.length; index++) {
      // Whole numbers until the division, and fewer seen than there are: no rounding makes a place too many.
      const shareNow = Math.floor((seen * places) / this.total);
      if (shareNow > share) {
        at++;
        share = shareNow;
        joined.x[at] = columns.x[index] ?? 0;
        joined.min[at] = joined.max[at] = joined.last[at] = Number.NaN;
      }
      seen += columns.count[index] ?? 0;
      joined.min[at] = lower(joined.min[at] ?? 0, columns.min[index] ?? 0);
      joined.max[at] = higher(joined.max[at] ?? 0, columns.max[index] ?? 0);
      const last = columns.last[index] ?? 0;
      if (!Number.isNaN(last)) joined.last[at] = last;
      joined.kinds[at] = (joined.kinds[at] ?? 0) | (columns.kinds[index] ?? 0);
    }
    return { ...joined, length: at + 1 };
  }

  private sort(): void {
    if (this.isSorted) return;
    const { columns } = this;
    const order = Uint32Array.from({ length: this.length }, (_, index) => index);
    // By index where x is the same: in the order in which they came.
    order.sort((a, b) => (columns.x[a] ?? 0) - (columns.x[b] ?? 0) || a - b);
    const sorted = columnsOf(this.length);
    order.forEach((from, to) => {
      for (const key of KEYS) sorted[key][to] = columns[key][from] ?? 0;
    });
    this.columns = sorted;
    this.isSorted = true;
  }

  private grow(): void {
    const bigger = columnsOf(this.columns.x.length * 2);
    for (const key of KEYS) bigger[key].set(this.columns[key]);
    this.columns = bigger;
  }
}

const KINDS = [
  [NOT_FINITE.nan, Number.NaN],
  [NOT_FINITE.infinity, Number.POSITIVE_INFINITY],
  [NOT_FINITE.minusInfinity, Number.NEGATIVE_INFINITY],
] as const;

interface StretchColumns {
  readonly x: Float64Array;
  readonly count: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  readonly kinds: Uint8Array;
}

const KEYS = ["x", "count", "min", "max", "last", "kinds"] as const;

function columnsOf(length: number): StretchColumns {
  return {
    x: new Float64Array(length),
    count: new Float64Array(length),
    min: new Float64Array(length),
    max: new Float64Array(length),
    last: new Float64Array(length),
    kinds: new Uint8Array(length),
  };
}
