/**
 * What is known of a stretch of points without looking at each: of a block, of a part of one, of a whole series. Two
 * that follow each other make one, so a series is summed up from its blocks.
 */
import type { Columns } from "./points.ts";

export const NOT_FINITE = { nan: 1, infinity: 2, minusInfinity: 4 } as const;

export interface Summary {
  count: number;
  /** Points that have a step. */
  stepped: number;
  notFinite: number;
  /** Which kinds of `NOT_FINITE` are among them. */
  kinds: number;
  /** Points whose time or step lies before the one that came before them. */
  outOfOrder: number;
  minTime: number;
  maxTime: number;
  /** NaN: no point has a step. */
  minStep: number;
  maxStep: number;
  /** Of finite values; NaN: there are none. */
  min: number;
  max: number;
  /** Value, time and step of the point that came last. */
  last: number;
  endTime: number;
  endStep: number;
}

export function emptySummary(): Summary {
  return {
    count: 0,
    stepped: 0,
    notFinite: 0,
    kinds: 0,
    outOfOrder: 0,
    minTime: Number.NaN,
    maxTime: Number.NaN,
    minStep: Number.NaN,
    maxStep: Number.NaN,
    min: Number.NaN,
    max: Number.NaN,
    last: Number.NaN,
    endTime: Number.NaN,
    endStep: Number.NaN,
  };
}

/** Takes one more point in. @returns whether it is out of order. */
export function addPoint(to: Summary, time: number, step: number, value: number): boolean {
  // Comparisons with NaN are false: where there is nothing before, nothing is out of order.
  const isLate = time < to.endTime || step < to.endStep;
  if (isLate) to.outOfOrder++;
  to.count++;
  if (!(time >= to.minTime)) to.minTime = time;
  if (!(time <= to.maxTime)) to.maxTime = time;
  if (!Number.isNaN(step)) {
    to.stepped++;
    if (!(step >= to.minStep)) to.minStep = step;
    if (!(step <= to.maxStep)) to.maxStep = step;
    to.endStep = step;
  }
  if (Number.isFinite(value)) {
    if (!(value >= to.min)) to.min = value;
    if (!(value <= to.max)) to.max = value;
  } else {
    to.notFinite++;
    to.kinds |= kindOf(value);
  }
  to.last = value;
  to.endTime = time;
  return isLate;
}

/** @param before where the points go on: tells which are out of order. */
export function summarise(
  { time, step, value }: Columns,
  from: number,
  to: number,
  before?: Pick<Summary, "endTime" | "endStep">,
): Summary {
  const summary = emptySummary();
  if (before) {
    summary.endTime = before.endTime;
    summary.endStep = before.endStep;
  }
  for (let at = from; at < to; at++)
    addPoint(summary, time[at] ?? Number.NaN, step[at] ?? Number.NaN, value[at] ?? Number.NaN);
  return summary;
}

/** What came later is `other`. */
export function merge(into: Summary, other: Readonly<Summary>): void {
  if (other.count === 0) return;
  into.count += other.count;
  into.stepped += other.stepped;
  into.notFinite += other.notFinite;
  into.kinds |= other.kinds;
  into.outOfOrder += other.outOfOrder;
  into.minTime = lower(into.minTime, other.minTime);
  into.maxTime = higher(into.maxTime, other.maxTime);
  into.minStep = lower(into.minStep, other.minStep);
  into.maxStep = higher(into.maxStep, other.maxStep);
  into.min = lower(into.min, other.min);
  into.max = higher(into.max, other.max);
  into.last = other.last;
  into.endTime = other.endTime;
  if (!Number.isNaN(other.endStep)) into.endStep = other.endStep;
}

export const lower = (a: number, b: number): number => (a <= b || Number.isNaN(b) ? a : b);
export const higher = (a: number, b: number): number => (a >= b || Number.isNaN(b) ? a : b);

export function kindOf(value: number): number {
  if (Number.isFinite(value)) return 0;
  if (Number.isNaN(value)) return NOT_FINITE.nan;
  return value > 0 ? NOT_FINITE.infinity : NOT_FINITE.minusInfinity;
}
