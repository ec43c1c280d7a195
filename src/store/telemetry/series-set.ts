/** The series of one run: what is in blocks on disk, and the points that are in the journal still. */
import { Points } from "../../telemetry/points.ts";
import { addPoint, emptySummary, merge, type Summary } from "../../telemetry/summary.ts";
import type { SeriesInfo } from "../../telemetry/telemetry-store.ts";
import type { PointBlock } from "./point-block.ts";

/** A run that makes a name for each of its steps has made an error; what comes after is counted as rejected. */
export const MAX_SERIES = 20_000;

export interface Series {
  readonly id: number;
  readonly name: string;
  /** Of all points. */
  readonly summary: Summary;
  readonly blocks: PointBlock[];
  /** Behind the blocks. */
  readonly tail: Points;
}

export class SeriesSet {
  readonly all: Series[] = [];
  private readonly byName = new Map<string, Series>();
  /** Points that are in no block yet. */
  waiting = 0;
  /** All points. */
  points = 0;

  get(name: string): Series | undefined {
    return this.byName.get(name);
  }

  /** One that the index knows. */
  know(name: string): Series {
    const series = {
      id: this.all.length,
      name,
      summary: emptySummary(),
      blocks: [],
      tail: new Points(),
    };
    this.all.push(series);
    this.byName.set(name, series);
    return series;
  }

  knowBlock(series: Series, block: PointBlock): void {
    series.blocks.push(block);
    merge(series.summary, block.summary);
    this.points += block.summary.count;
  }

  /** False: there are too many series. */
  add(name: string, time: number, step: number, value: number): boolean {
    const known = this.byName.get(name);
    if (known === undefined && this.all.length >= MAX_SERIES) return false;
    const series = known ?? this.know(name);
    series.tail.push(time, step, value);
    addPoint(series.summary, time, step, value);
    this.waiting++;
    this.points++;
    return true;
  }

  /** The first `count` points of the tail are in these blocks now. */
  settle(series: Series, count: number, blocks: readonly PointBlock[]): void {
    series.tail.drop(count);
    series.blocks.push(...blocks);
    this.waiting -= count;
  }

  outOfOrder(): number {
    return this.all.reduce((sum, { summary }) => sum + summary.outOfOrder, 0);
  }

  infos(): readonly SeriesInfo[] {
    return this.all.filter(({ summary }) => summary.count > 0).map(infoOf);
  }
}

export function infoOf({ name, summary }: Series): SeriesInfo {
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    name,
    count: summary.count,
    notFinite: summary.notFinite,
    firstTimeMs: summary.minTime * 1000,
    lastTimeMs: summary.maxTime * 1000,
    minStep: known(summary.minStep),
    maxStep: known(summary.maxStep),
    last: summary.last,
    min: known(summary.min),
    max: known(summary.max),
    revision: summary.count,
  };
}
