/** From series as they are read to columns as uPlot draws them. Pure. */
import type { LineStyle } from "../../telemetry/series-colours.ts";
import type { SeriesView } from "../../telemetry/telemetry-store.ts";
import { smooth } from "./smooth.ts";

/** `relative`: milliseconds since each run's first point. */
export type ChartAxis = "step" | "time" | "relative";

/** One series of one run. */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly style: LineStyle;
  /** Of another run than the chart's own. */
  readonly isFaint: boolean;
  readonly view: SeriesView;
  /** Where its run began on the axis of time, for `relative`. */
  readonly startMs: number;
}

export interface ColumnOptions {
  readonly axis: ChartAxis;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** Of the moving average, in [0, 1). */
  readonly smoothing: number;
}

/** Null: a gap. Undefined: this line has no point here, and goes on. */
export type Column = (number | null | undefined)[];

export interface LineColumns {
  readonly min: Column;
  readonly max: Column;
  readonly last: Column;
  readonly smooth: Column;
  /** Places on the axis. */
  readonly notFinite: SeriesView["notFinite"];
}

export interface ChartColumns {
  readonly x: number[];
  readonly lines: readonly LineColumns[];
  /** Places that a logarithmic axis cannot show. */
  readonly leftOut: number;
}

export function chartColumns(lines: readonly ChartLine[], options: ColumnOptions): ChartColumns {
  const { isLogX, isLogY, smoothing, axis } = options;
  const shifts = lines.map(({ startMs }) => (axis === "relative" ? startMs : 0));
  const places = new Set<number>();
  lines.forEach(({ view }, index) => {
    for (const at of view.x) places.add(at - (shifts[index] ?? 0));
  });
  let leftOut = 0;
  const x = [...places].filter((at) => !isLogX || at > 0).sort((a, b) => a - b);
  leftOut += places.size - x.length;
  const index = new Map(x.map((at, place) => [at, place]));
  const shown = (value: number | undefined): number | null => {
    if (value === undefined || !Number.isFinite(value)) return null;
    if (!isLogY || value > 0) return value;
    leftOut++;
    return null;
  };
  return {
    x,
    lines: lines.map(({ view }, number) => {
      const column = (): Column => new Array<number | null | undefined>(x.length);
      const columns = { min: column(), max: column(), last: column(), smooth: column() };
      const smoothed = smoothing > 0 ? smooth(view.last, smoothing) : view.last;
      const shift = shifts[number] ?? 0;
      const isGathered = view.min.some((value, at) => value !== view.max[at] && !Number.isNaN(value));
      for (let at = 0; at < view.x.length; at++) {
        const place = index.get((view.x[at] ?? 0) - shift);
        if (place === undefined) continue;
        columns.last[place] = shown(view.last[at]);
        if (smoothing > 0) columns.smooth[place] = shown(smoothed[at]);
        if (!isGathered) continue;
        columns.min[place] = shown(view.min[at]);
        columns.max[place] = shown(view.max[at]);
      }
      return { ...columns, notFinite: view.notFinite.map((one) => ({ ...one, x: one.x - shift })) };
    }),
    leftOut,
  };
}
