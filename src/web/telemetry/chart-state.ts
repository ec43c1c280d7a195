/** What all charts of the page have in common: the part of the axis that is looked at, by kind of axis. */
import { createStore } from "../session/store.ts";
import type { ChartAxis } from "./chart-lines.ts";
import type { Range } from "./plot.ts";

export const zooms = createStore<Readonly<Record<ChartAxis, Range | null>>>({
  step: null,
  time: null,
  relative: null,
});

export function zoomTo(axis: ChartAxis, range: Range | null): void {
  zooms.update((all) => ({ ...all, [axis]: range }));
}

/** Another part of the same length (`by` of it further), or a longer or shorter one around the same middle. */
export function moved({ from, to }: Range, by: number, factor = 1): Range {
  const middle = (from + to) / 2 + (to - from) * by;
  const half = ((to - from) / 2) * factor;
  return { from: middle - half, to: middle + half };
}
