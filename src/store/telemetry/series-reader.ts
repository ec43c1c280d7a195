/**
 * A range of a series for a chart: from points where there are few, from the levels that blocks keep where there are
 * many, from what is known of whole blocks where there are more still. What reaches over an end of the range is looked
 * at point by point, so that nothing from outside of it is shown.
 */
import type { Columns } from "../../telemetry/points.ts";
import { DEFAULT_PLACES, MAX_PLACES, Stretches } from "../../telemetry/series-view.ts";
import { type Summary, summarise } from "../../telemetry/summary.ts";
import type { Axis, ReadSeries, SeriesView } from "../../telemetry/telemetry-store.ts";
import { LEVEL_POINTS, type PointBlock } from "./point-block.ts";
import type { Series } from "./series-set.ts";

/** So many points are read one by one, even where fewer places are wanted: quick enough, and exact. */
const FEW_POINTS = 32_768;
/** Of blocks and levels that are read at a time. */
const BLOCKS_AT_ONCE = 256;

/** One row for each `LEVEL_POINTS` of a block. */
export interface LevelColumns {
  readonly count: Uint8Array;
  readonly stepped: Uint8Array;
  readonly kinds: Uint8Array;
  /** The lowest; NaN: no point has a step. */
  readonly time: Float64Array;
  readonly step: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
}

export interface BlockReader {
  /** Null: only levels are kept of it. In the order of `blocks`. */
  points(blocks: readonly PointBlock[]): Promise<readonly (Columns | null)[]>;
  levels(blocks: readonly PointBlock[]): Promise<readonly LevelColumns[]>;
}

interface Range {
  readonly axis: Axis;
  readonly from: number;
  readonly to: number;
}

export async function readSeries(
  series: Series,
  query: ReadSeries,
  reader: BlockReader,
): Promise<SeriesView> {
  const places = Math.max(1, Math.min(query.points ?? DEFAULT_PLACES, MAX_PLACES));
  const range: Range = {
    axis: query.axis,
    from: query.from ?? Number.NEGATIVE_INFINITY,
    to: query.to ?? Number.POSITIVE_INFINITY,
  };
  // Both are of this moment: while blocks are read, points may move from the one into the other.
  const revision = series.summary.count;
  const blocks = series.blocks.filter((block) => overlaps(block.summary, range));
  const tail = series.tail.columns();
  const tailCopy: Columns = { time: tail.time.slice(), step: tail.step.slice(), value: tail.value.slice() };
  const inside = blocks.filter(({ summary }) => isInside(summary, range));
  const count = blocks.reduce((sum, { summary }) => sum + summary.count, 0) + tailCopy.value.length;
  const stretches = new Stretches();
  if (count <= Math.max(FEW_POINTS, places)) {
    await addPoints(stretches, blocks, range, reader, 1);
    addColumns(stretches, tailCopy, range, 1);
  } else if (inside.length >= places / 2) {
    for (const { summary } of inside) addSummary(stretches, summary, range.axis);
    await addPoints(stretches, without(blocks, inside), range, reader, LEVEL_POINTS);
    addColumns(stretches, tailCopy, range, LEVEL_POINTS);
  } else {
    await addLevels(stretches, inside, range, reader);
    await addPoints(stretches, without(blocks, inside), range, reader, LEVEL_POINTS);
    addColumns(stretches, tailCopy, range, LEVEL_POINTS);
  }
  return stretches.view(query, places, revision);
}

/** All points, a few blocks at a time. */
export async function* allPoints(series: Series, reader: BlockReader): AsyncGenerator<Columns> {
  const blocks = [...series.blocks];
  const tail = series.tail.columns();
  const last: Columns = { time: tail.time.slice(), step: tail.step.slice(), value: tail.value.slice() };
  for (let at = 0; at < blocks.length; at += 16)
    for (const columns of await reader.points(blocks.slice(at, at + 16))) if (columns) yield columns;
  if (last.value.length > 0) yield last;
}

async function addPoints(
  stretches: Stretches,
  blocks: readonly PointBlock[],
  range: Range,
  reader: BlockReader,
  size: number,
): Promise<void> {
  for (let at = 0; at < blocks.length; at += BLOCKS_AT_ONCE) {
    const some = blocks.slice(at, at + BLOCKS_AT_ONCE);
    const lost: PointBlock[] = [];
    for (const [index, columns] of (await reader.points(some)).entries()) {
      const block = some[index];
      if (columns !== null) addColumns(stretches, columns, range, size);
      else if (block) lost.push(block);
    }
    if (lost.length > 0) await addLevels(stretches, lost, range, reader);
  }
}

async function addLevels(
  stretches: Stretches,
  blocks: readonly PointBlock[],
  range: Range,
  reader: BlockReader,
): Promise<void> {
  const { axis } = range;
  // Where some points have a step and others none, levels cannot tell them apart.
  const mixed = blocks.filter(({ summary }) => axis === "step" && summary.stepped < summary.count);
  const plain = without(blocks, mixed);
  for (let at = 0; at < plain.length; at += BLOCKS_AT_ONCE)
    for (const level of await reader.levels(plain.slice(at, at + BLOCKS_AT_ONCE)))
      addLevel(stretches, level, range);
  for (let at = 0; at < mixed.length; at += BLOCKS_AT_ONCE) {
    const some = mixed.slice(at, at + BLOCKS_AT_ONCE);
    for (const [index, columns] of (await reader.points(some)).entries()) {
      const block = some[index];
      if (columns !== null) addColumns(stretches, columns, range, 1);
      else if (block) for (const level of await reader.levels([block])) addLevel(stretches, level, range);
    }
  }
}

function addLevel(stretches: Stretches, level: LevelColumns, { axis, from, to }: Range): void {
  for (let at = 0; at < level.count.length; at++) {
    const x = axis === "step" ? (level.step[at] ?? Number.NaN) : (level.time[at] ?? 0) * 1000;
    if (!(x >= from && x <= to)) continue;
    const count = (axis === "step" ? level.stepped[at] : level.count[at]) ?? 0;
    stretches.push(
      x,
      count,
      level.min[at] ?? 0,
      level.max[at] ?? 0,
      level.last[at] ?? 0,
      level.kinds[at] ?? 0,
    );
  }
}

function addColumns(stretches: Stretches, columns: Columns, { axis, from, to }: Range, size: number): void {
  const { time, step, value } = columns;
  const isIn = (at: number): boolean => {
    const x = axis === "step" ? (step[at] ?? Number.NaN) : (time[at] ?? 0) * 1000;
    return x >= from && x <= to;
  };
  for (let at = 0; at < value.length; ) {
    if (!isIn(at)) {
      at++;
      continue;
    }
    const begin = at;
    while (at < value.length && at < begin + size && isIn(at)) at++;
    if (size === 1) {
      const x = axis === "step" ? (step[begin] ?? 0) : (time[begin] ?? 0) * 1000;
      stretches.point(x, value[begin] ?? 0);
    } else addSummary(stretches, summarise(columns, begin, at), axis);
  }
}

function addSummary(stretches: Stretches, summary: Readonly<Summary>, axis: Axis): void {
  const x = axis === "step" ? summary.minStep : summary.minTime * 1000;
  const count = axis === "step" ? summary.stepped : summary.count;
  const last = Number.isFinite(summary.last) ? summary.last : Number.NaN;
  stretches.push(x, count, summary.min, summary.max, last, summary.kinds);
}

function overlaps(summary: Readonly<Summary>, { axis, from, to }: Range): boolean {
  return axis === "step"
    ? summary.maxStep >= from && summary.minStep <= to
    : summary.maxTime * 1000 >= from && summary.minTime * 1000 <= to;
}

/** Whole, and all of its points count on this axis. */
function isInside(summary: Readonly<Summary>, { axis, from, to }: Range): boolean {
  return axis === "step"
    ? summary.minStep >= from && summary.maxStep <= to && summary.stepped === summary.count
    : summary.minTime * 1000 >= from && summary.maxTime * 1000 <= to;
}

function without(blocks: readonly PointBlock[], others: readonly PointBlock[]): readonly PointBlock[] {
  const gone = new Set(others);
  return blocks.filter((block) => !gone.has(block));
}
