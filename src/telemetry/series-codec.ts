/**
 * Views of series as bytes, for a chart: a `u32` with the length of a JSON text, the text (a list of what each view is,
 * with the number of its places), zero bytes up to a multiple of 8, then for each view its columns `x`, `min`, `max`
 * and `last` as `f64`, little-endian.
 */
import { viewOf } from "./log-codec.ts";
import type { SeriesView } from "./telemetry-store.ts";

type Head = Omit<SeriesView, "x" | "min" | "max" | "last"> & { readonly places: number };

const COLUMNS = ["x", "min", "max", "last"] as const;

export function encodeSeries(views: readonly SeriesView[]): Uint8Array<ArrayBuffer> {
  const heads: readonly Head[] = views.map(({ x, min: _, max: __, last: ___, ...head }) => ({
    ...head,
    places: x.length,
  }));
  const text = new TextEncoder().encode(JSON.stringify(heads));
  const begin = aligned(4 + text.byteLength);
  const places = views.reduce((sum, { x }) => sum + x.length, 0);
  const bytes = new Uint8Array(begin + places * 8 * COLUMNS.length);
  viewOf(bytes).setUint32(0, text.byteLength, true);
  bytes.set(text, 4);
  const numbers = new Float64Array(bytes.buffer, begin);
  let at = 0;
  for (const view of views)
    for (const column of COLUMNS) {
      numbers.set(view[column], at);
      at += view[column].length;
    }
  return bytes;
}

export function decodeSeries(bytes: Uint8Array): readonly SeriesView[] {
  const length = viewOf(bytes).getUint32(0, true);
  const heads = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as readonly Head[];
  // Columns are views of memory that begins at a multiple of 8.
  const numbers = new Float64Array(bytes.slice(aligned(4 + length)).buffer);
  let at = 0;
  return heads.map(({ places, ...head }) => {
    const column = (): Float64Array => {
      at += places;
      return numbers.subarray(at - places, at);
    };
    return { ...head, x: column(), min: column(), max: column(), last: column() };
  });
}

const aligned = (length: number): number => Math.ceil(length / 8) * 8;
