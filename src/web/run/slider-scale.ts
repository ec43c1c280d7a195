/** A range as a slider: places 0 to 1000, spread by powers where the range spans many. Pure. */

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const PLACES = 1_000;
/** From here on a power counts as much as the next one: 0.0001 … 1 has room for 0.0003. */
const SPAN_OF_POWERS = 1_000;

export function isByPowers({ min, max }: Range): boolean {
  return min > 0 && max / min >= SPAN_OF_POWERS;
}

/** Where a value stands; outside of the range, at its end. */
export function placeOf(value: number, range: Range): number {
  const { min, max } = range;
  if (!Number.isFinite(value)) return 0;
  const inside = Math.min(max, Math.max(min, value));
  const part = isByPowers(range)
    ? Math.log(inside / min) / Math.log(max / min)
    : (inside - min) / (max - min);
  return Math.round(part * PLACES);
}

/** The value at a place, as short as the place is coarse; the ends are exact. */
export function valueAt(place: number, range: Range, whole: boolean): number {
  const { min, max } = range;
  if (place <= 0) return min;
  if (place >= PLACES) return max;
  const part = place / PLACES;
  const exact = isByPowers(range) ? min * (max / min) ** part : min + part * (max - min);
  if (whole) return Math.min(max, Math.max(min, Math.round(exact)));
  const digits = isByPowers(range)
    ? 2
    : Math.max(1, Math.ceil(Math.log10(Math.abs(exact) / ((max - min) / PLACES)) + 0.3));
  const short = Number(exact.toPrecision(Math.min(15, Math.max(1, Number.isFinite(digits) ? digits : 1))));
  return Math.min(max, Math.max(min, short));
}
