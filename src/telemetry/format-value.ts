/** Numbers of telemetry as people read them, the same on the page, in images and in text. Pure. */
import type { FaceNumber } from "./faces.ts";

/** `0.3120`, `12.35`, `1,234.6`, `1.23e-5`, `1,000`; `NaN`, `∞`, `−∞`. Four significant digits, all of a whole number. */
export function formatValue(value: FaceNumber): string {
  const number = Number(value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const size = Math.abs(number);
  if (size === 0) return "0";
  if (size >= 1e7 || size < 1e-4) return minus(number.toExponential(2));
  if (Number.isInteger(number)) return minus(number.toLocaleString("en"));
  if (size >= 1_000) return minus(number.toLocaleString("en", { maximumFractionDigits: 1 }));
  return minus(number.toPrecision(4));
}

/** As JSON carries it. */
export function faceNumber(value: number): FaceNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** A sign as wide as a digit. */
export const minus = (text: string): string => text.replace(/^-/, "−");

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(seconds / 3_600);
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}
