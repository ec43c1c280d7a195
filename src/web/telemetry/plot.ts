/**
 * The drawn part of a chart: uPlot with our colours, bands of lowest and highest values, marks of what is no number, and
 * zoom. It knows nothing of React nor of where points come from.
 */
import uPlot from "uplot";
import { formatValue } from "../../telemetry/format-value.ts";
import { durationTicks, linearTicks } from "../../telemetry/ticks.ts";
import type { ChartAxis, ChartColumns, ChartLine } from "./chart-lines.ts";
import { drawNotFinite } from "./draw-not-finite.ts";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What needs a new plot when it changes. */
export interface PlotShape {
  readonly axis: ChartAxis;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  readonly isSmooth: boolean;
  readonly isDark: boolean;
  readonly tokens: Readonly<Record<string, string>>;
  readonly lines: readonly Pick<ChartLine, "key" | "label" | "style" | "isFaint">[];
}

export interface PlotEvents {
  /** Null: all of it. */
  readonly onZoom: (range: Range | null) => void;
  /** The crosshair stands at this place; null: nowhere. */
  readonly onCursor: (place: number | null) => void;
}

/** min, max, last, smooth: in this order for each line. */
const COLUMNS_A_LINE = 4;

export class Plot {
  readonly uplot: uPlot;
  private columns: ChartColumns = { x: [], lines: [], leftOut: 0 };
  private range: Range | null = null;
  private readonly shape: PlotShape;

  constructor(
    place: HTMLElement,
    size: { width: number; height: number },
    shape: PlotShape,
    events: PlotEvents,
  ) {
    this.shape = shape;
    this.uplot = new uPlot(
      { ...size, ...optionsOf(shape, events, () => this.range), hooks: this.hooks(events) },
      [[]],
      place,
    );
  }

  setData(columns: ChartColumns, range: Range | null): void {
    this.columns = columns;
    this.range = range;
    const series = columns.lines.flatMap(({ min, max, last, smooth }) => [min, max, last, smooth]);
    this.uplot.setData([columns.x, ...series] as uPlot.AlignedData, true);
  }

  setSize(width: number, height: number): void {
    if (width !== this.uplot.width || height !== this.uplot.height) this.uplot.setSize({ width, height });
  }

  /** Hidden lines take no part in the vertical axis either. */
  setHidden(hidden: ReadonlySet<string>): void {
    this.uplot.batch(() => {
      this.shape.lines.forEach(({ key }, index) => {
        for (let column = 0; column < COLUMNS_A_LINE; column++) {
          const at = 1 + index * COLUMNS_A_LINE + column;
          const show = !hidden.has(key);
          if (this.uplot.series[at]?.show !== show) this.uplot.setSeries(at, { show });
        }
      });
    });
  }

  /** The crosshair at a place on the axis, as a pointer would put it; null: nowhere. */
  pointAt(place: number | null): void {
    const left = place === null ? -10 : this.uplot.valToPos(this.columns.x[place] ?? 0, "x");
    // Its third argument, which its types leave out, tells the charts that point at the same place.
    const setCursor: (at: { left: number; top: number }, fires: boolean, tells: boolean) => void =
      this.uplot.setCursor;
    setCursor({ left, top: place === null ? -10 : 10 }, true, true);
  }

  /** What is seen of the axis now. */
  seen(): Range | null {
    const { min, max } = this.uplot.scales.x ?? {};
    return min === undefined || max === undefined || min === null || max === null
      ? null
      : { from: min, to: max };
  }

  destroy(): void {
    this.uplot.destroy();
  }

  private hooks(events: PlotEvents): uPlot.Hooks.Arrays {
    return {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const range = { from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") };
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.onZoom(range);
        },
      ],
      setCursor: [(plot) => events.onCursor(plot.cursor.idx ?? null)],
      draw: [
        (plot) => {
          this.columns.lines.forEach(({ notFinite }, index) => {
            const line = this.shape.lines[index];
            if (!line || plot.series[1 + index * COLUMNS_A_LINE]?.show === false) return;
            drawNotFinite(plot, notFinite, colourOf(line.style, this.shape.isDark));
          });
        },
      ],
    };
  }
}

export const colourOf = (style: ChartLine["style"], isDark: boolean): string =>
  isDark ? style.dark : style.light;

function optionsOf(
  shape: PlotShape,
  events: PlotEvents,
  rangeNow: () => Range | null,
): Omit<uPlot.Options, "width" | "height"> {
  const { axis, isLogX, isLogY, isDark, tokens } = shape;
  const common: uPlot.Axis = {
    stroke: tokens["ink-2"] ?? "#555",
    font: `12px ${tokens.sans ?? "sans-serif"}`,
    ticks: { show: false },
    grid: { stroke: tokens.line ?? "#ddd", width: 1 },
  };
  const x: uPlot.Axis = {
    ...common,
    grid: { show: false },
    ticks: { stroke: tokens["line-strong"] ?? "#888", width: 1, size: 5 },
    gap: 4,
    // The day stands below the time.
    size: axis === "time" ? 46 : 32,
  };
  return {
    pxAlign: 1,
    ms: 1,
    legend: { show: false },
    padding: [10, 12, 0, 0],
    cursor: {
      // Charts of the page with the same axis point at the same place.
      sync: { key: `telemetry ${axis}`, scales: ["x", null], setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          events.onZoom(null);
          return null;
        },
      },
    },
    scales: {
      x: {
        time: axis === "time",
        distr: isLogX ? 3 : 1,
        range: (_, min, max) => {
          const range = rangeNow();
          if (range) return [range.from, range.to];
          if (min === null || max === null) return isLogX ? [1, 10] : [0, 1];
          return min === max ? (isLogX ? [min / 2, min * 2] : [min - 0.5, max + 0.5]) : [min, max];
        },
      },
      y: isLogY
        ? { distr: 3 }
        : { range: (_, min, max) => (min === null || max === null ? [0, 1] : paddedRange(min, max)) },
    },
    axes: [
      axis === "time"
        ? x
        : {
            ...x,
            ...(isLogX
              ? { values: (_, splits) => splits.map((at) => (at === null ? "" : markText(at, axis))) }
              : {
                  splits: (plot, _, min, max) => xTicks(axis, min, max, plot.width).map(({ at }) => at),
                  values: (plot, splits) => {
                    const [min = 0, max = 1] = [plot.scales.x?.min, plot.scales.x?.max].map(
                      (end) => end ?? 0,
                    );
                    const labels = new Map(
                      xTicks(axis, min, max, plot.width).map(({ at, label }) => [at, label]),
                    );
                    return splits.map((at) => labels.get(at) ?? "");
                  },
                }),
          },
      {
        ...common,
        size: 56,
        gap: 6,
        ...(isLogY
          ? {
              values: (_, splits) =>
                splits.map((at) => (at === null ? "" : String(Number(at.toPrecision(3))))),
            }
          : {
              splits: (plot, _, min, max) => linearTicks(min, max, plot.height / 60).map(({ at }) => at),
              values: (plot, splits) => {
                const [min = 0, max = 1] = [plot.scales.y?.min, plot.scales.y?.max].map((end) => end ?? 0);
                const labels = new Map(
                  linearTicks(min, max, plot.height / 60).map(({ at, label }) => [at, label]),
                );
                return splits.map((at) => labels.get(at) ?? "");
              },
            }),
      },
    ],
    series: [{}, ...shape.lines.flatMap((line) => seriesOf(line, shape, isDark))],
    bands: shape.lines.map(({ style }, index) => ({
      series: [2 + index * COLUMNS_A_LINE, 1 + index * COLUMNS_A_LINE],
      fill: withAlpha(colourOf(style, isDark), 0.16),
    })),
  };
}

function seriesOf(line: PlotShape["lines"][number], shape: PlotShape, isDark: boolean): uPlot.Series[] {
  const colour = colourOf(line.style, isDark);
  const faint = line.isFaint ? 0.5 : 1;
  const dash = line.style.dash.length === 0 ? {} : { dash: [...line.style.dash] };
  const edge: uPlot.Series = { stroke: withAlpha(colour, 0.5 * faint), width: 0.75, points: { show: false } };
  const last: uPlot.Series = {
    label: line.label,
    stroke: withAlpha(colour, shape.isSmooth ? 0.3 * faint : faint),
    width: shape.isSmooth ? 1 : 1.75,
    ...dash,
    // A point alone has no line: it is drawn as a point.
    points: { show: (plot, at) => isSparse(plot.data[at]), size: 5, fill: colour },
  };
  const smooth: uPlot.Series = {
    stroke: withAlpha(colour, faint),
    width: 2,
    ...dash,
    points: { show: false },
  };
  return [edge, { ...edge }, last, smooth];
}

function isSparse(column: ArrayLike<number | null | undefined> | undefined): boolean {
  let count = 0;
  for (let at = 0; column && at < column.length; at++) {
    if (column[at] !== null && column[at] !== undefined && ++count > 2) return false;
  }
  return count > 0;
}

function xTicks(axis: ChartAxis, min: number, max: number, width: number) {
  const count = Math.max(2, width / 100);
  if (axis === "relative") return durationTicks(min, max, count);
  return linearTicks(min, max, count).filter(({ at }) => Number.isInteger(at));
}

export function markText(at: number, axis: ChartAxis): string {
  if (axis === "step") return at.toLocaleString("en");
  if (axis === "relative") return durationTicks(at, at + 1e-9, 1)[0]?.label ?? `${at / 1_000} s`;
  return new Date(at).toLocaleString("en-GB", { hour12: false });
}

function paddedRange(min: number, max: number): [number, number] {
  const margin = min === max ? Math.abs(min) * 0.1 || 0.5 : (max - min) * 0.05;
  return [min - margin, max + margin];
}

function withAlpha(colour: string, alpha: number): string {
  if (alpha >= 1) return colour;
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0")}`;
}

/** At a place of the axis, for a legend. */
export function valueText(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : formatValue(value);
}
