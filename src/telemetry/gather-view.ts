import type { SeriesView } from "./telemetry-store.ts";

/**
 * The same series with at most `places` places on its axis: of each the lowest, the highest and the last value are kept,
 * so that no spike is lost. Pure.
 */
export function gatherView(view: SeriesView, places: number): SeriesView {
  const { length } = view.x;
  if (length <= places) return view;
  const columns = {
    x: new Float64Array(places),
    min: new Float64Array(places),
    max: new Float64Array(places),
    last: new Float64Array(places),
  };
  for (let place = 0; place < places; place++) {
    const from = Math.floor((place * length) / places);
    const to = Math.floor(((place + 1) * length) / places);
    let min = Number.NaN;
    let max = Number.NaN;
    let last = Number.NaN;
    for (let at = from; at < to; at++) {
      const low = view.min[at] ?? Number.NaN;
      const high = view.max[at] ?? Number.NaN;
      const value = view.last[at] ?? Number.NaN;
      if (Number.isFinite(low) && !(min <= low)) min = low;
      if (Number.isFinite(high) && !(max >= high)) max = high;
      if (Number.isFinite(value)) last = value;
    }
    // Where the last value is; the first place begins where the series does.
    columns.x[place] = view.x[place === 0 ? from : to - 1] ?? Number.NaN;
    columns.min[place] = min;
    columns.max[place] = max;
    columns.last[place] = last;
  }
  return { ...view, ...columns };
}
