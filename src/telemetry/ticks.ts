/** Where an axis has its marks, and what stands beside them. Pure. */
import { formatDuration, minus } from "./format-value.ts";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** About `count` round numbers between `from` and `to`. */
export function linearTicks(from: number, to: number, count: number): readonly Tick[] {
  const step = roundStep((to - from) / Math.max(1, count));
  return marks(from, to, step).map((at) => ({ at, label: numberLabel(at, step) }));
}

/** `from` and `to` in milliseconds since the beginning. */
export function durationTicks(from: number, to: number, count: number): readonly Tick[] {
  const wanted = (to - from) / Math.max(1, count);
  const step = DURATIONS.find((ms) => ms >= wanted) ?? roundStep(wanted / DAY) * DAY;
  return marks(from, to, wanted < 1_000 ? roundStep(wanted) : step).map((at) => ({
    at,
    label: wanted < 1_000 ? `${numberLabel(at / 1_000, roundStep(wanted) / 1_000)} s` : formatDuration(at),
  }));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DURATIONS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10].map((days) => days * DAY),
];

/** 1, 2 or 5 times a power of ten, at least as much. */
function roundStep(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function marks(from: number, to: number, step: number): readonly number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // A span without an end has no marks.
  if (!(last - first < 1_000)) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function numberLabel(at: number, step: number): string {
  if (Math.abs(at) < step / 2) return "0";
  if (step < 1e-4 || Math.abs(at) >= 1e7) return minus(String(Number(at.toPrecision(6)).toExponential()));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return minus(at.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}
