import type { ChartFace } from "../faces.ts";
import { faceNumber, formatValue } from "../format-value.ts";
import { gatherView } from "../gather-view.ts";
import { lineStyle } from "../series-colours.ts";
import type { SeriesView } from "../telemetry-store.ts";
import { durationTicks, linearTicks, type Tick } from "../ticks.ts";
import { chartWords, lowest } from "./chart-text.ts";
import { escapeMarkup } from "./markup.ts";

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

const PLACES = 240;
const LEGEND_ROW = 20;
const LEFT = 64;
const RIGHT = 16;
const BOTTOM = 44;

/**
 * The `image/svg+xml` form of a chart: axes, a legend with last values, a band where points were gathered, and at the
 * edge what is no number. It has a ground of its own, so it is readable in a dark program too. Pure.
 */
export function chartSvg(
  face: ChartFace,
  views: readonly SeriesView[],
  { width, height }: ChartSize = { width: 720, height: 340 },
): string {
  const drawn = views.map((view) => gatherView(view, PLACES));
  const legend = legendOf(views, width);
  const top = 16 + legend.rows * LEGEND_ROW;
  const plot = { left: LEFT, right: width - RIGHT, top, bottom: height - BOTTOM };
  const x = spanOf(drawn.flatMap(({ x: places }) => [places[0] ?? Number.NaN, places.at(-1) ?? Number.NaN]));
  const y = padded(
    spanOf(drawn.flatMap(({ min, max }) => [lowest(min) ?? Number.NaN, lowest(max, -1) ?? Number.NaN])),
  );
  const scale: Scale = {
    x: (value) => plot.left + ((value - x.from) / (x.to - x.from)) * (plot.right - plot.left),
    y: (value) => plot.bottom - ((value - y.from) / (y.to - y.from)) * (plot.bottom - plot.top),
    top: plot.top,
    bottom: plot.bottom,
  };
  const xTicks =
    face.axis === "time"
      ? durationTicks(0, x.to - x.from, 6).map((tick) => ({ ...tick, at: tick.at + x.from }))
      : linearTicks(x.from, x.to, 7).filter(({ at }) => Number.isInteger(at));
  const title =
    face.axis === "time"
      ? `time since ${new Date(x.from).toISOString().slice(0, 19).replace("T", " ")} UTC`
      : "step";
  const hasPoints = drawn.some(({ x: places }) => places.length > 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12">`,
    `<title>${escapeMarkup(chartWords(face, drawn))}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#fbfaf8"/>`,
    legend.markup,
    ...(hasPoints
      ? [
          yAxis(linearTicks(y.from, y.to, 5), scale, plot),
          xAxis(xTicks, scale, plot),
          ...drawn.map((view, index) => seriesMarkup(view, index, scale)),
          text((plot.left + plot.right) / 2, height - 8, hasPoints ? title : "", "middle", "#626972"),
        ]
      : [text(width / 2, height / 2, "No points yet", "middle", "#535a63")]),
    "</svg>",
  ].join("");
}

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly top: number;
  readonly bottom: number;
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(values: readonly number[]): Span {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { from: 0, to: 1 };
  const from = Math.min(...finite);
  const to = Math.max(...finite);
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to };
}

function padded({ from, to }: Span): Span {
  const margin = (to - from) * 0.05;
  return { from: from - margin, to: to + margin };
}

function legendOf(views: readonly SeriesView[], width: number): { markup: string; rows: number } {
  let left = LEFT;
  let row = 0;
  const parts = views.map((view, index) => {
    const name = view.name.length > 40 ? `${view.name.slice(0, 39)}…` : view.name;
    const last = view.last.at(-1);
    const value = last === undefined ? "" : formatValue(faceNumber(last));
    // Letters of a proportional face are about this wide; there is nothing here to measure them with.
    const needed = 44 + (name.length + value.length) * 6.8;
    if (left > LEFT && left + needed > width - RIGHT) {
      left = LEFT;
      row++;
    }
    const y = 22 + row * LEGEND_ROW;
    const { light, dash } = lineStyle(index);
    const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
    const markup = `<path d="M${round(left)} ${y - 4}h16" stroke="${light}" stroke-width="2.5"${dashes}/>`;
    const label = `<text x="${round(left + 22)}" y="${y}" fill="#1d2126">${escapeMarkup(name)} <tspan font-weight="600">${value}</tspan></text>`;
    left += needed;
    return markup + label;
  });
  return { markup: parts.join(""), rows: row + 1 };
}

function yAxis(ticks: readonly Tick[], scale: Scale, plot: Plot): string {
  const lines = ticks.map(({ at }) => `M${plot.left} ${round(scale.y(at))}H${plot.right}`).join("");
  const labels = ticks.map(({ at, label }) => text(plot.left - 8, scale.y(at) + 4, label, "end", "#535a63"));
  return `<path d="${lines}" stroke="#e4e0d9" fill="none"/>${labels.join("")}`;
}

function xAxis(ticks: readonly Tick[], scale: Scale, plot: Plot): string {
  const lines = ticks.map(({ at }) => `M${round(scale.x(at))} ${plot.bottom}v5`).join("");
  const labels = ticks.map(({ at, label }) =>
    text(scale.x(at), plot.bottom + 18, label, "middle", "#535a63"),
  );
  return `<path d="M${plot.left} ${plot.bottom}H${plot.right}${lines}" stroke="#8d8a84" fill="none"/>${labels.join("")}`;
}

function seriesMarkup(view: SeriesView, index: number, scale: Scale): string {
  const { light, dash } = lineStyle(index);
  const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  const isGathered = view.x.some((_, at) => view.min[at] !== view.max[at]);
  // Its own thin edge, so that a spike narrower than a pixel is seen.
  const band = isGathered
    ? `<path d="${bandPath(view, scale)}" fill="${light}" fill-opacity="0.2" stroke="${light}" stroke-opacity="0.55" stroke-width="0.75"/>`
    : "";
  const line = linePath(view, scale);
  // A single point has no line.
  const cap = view.x.length === 1 ? ' stroke-linecap="round"' : "";
  const width = view.x.length === 1 ? 6 : 1.75;
  return `${band}<path d="${line}" fill="none" stroke="${light}" stroke-width="${width}" stroke-linejoin="round"${cap}${dashes}/>${edgeMarks(view, light, scale)}`;
}

function linePath({ x, last }: SeriesView, scale: Scale): string {
  let path = "";
  let isDown = false;
  for (let at = 0; at < x.length; at++) {
    const value = last[at] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      isDown = false;
      continue;
    }
    path += `${isDown ? "L" : "M"}${round(scale.x(x[at] ?? 0))} ${round(scale.y(value))}`;
    if (!isDown && x.length === 1) path += "h0";
    isDown = true;
  }
  return path;
}

/** Around each stretch of numbers: along the highest there, back along the lowest. */
function bandPath({ x, min, max }: SeriesView, scale: Scale): string {
  let path = "";
  for (let from = 0; from < x.length; ) {
    let to = from;
    while (to < x.length && Number.isFinite(min[to]) && Number.isFinite(max[to])) to++;
    const places = Array.from({ length: to - from }, (_, index) => from + index);
    const there = places.map((at) => `${round(scale.x(x[at] ?? 0))} ${round(scale.y(max[at] ?? 0))}`);
    const back = places
      .reverse()
      .map((at) => `${round(scale.x(x[at] ?? 0))} ${round(scale.y(min[at] ?? 0))}`);
    if (there.length > 0) path += `M${[...there, ...back].join("L")}Z`;
    from = to + 1;
  }
  return path;
}

/** `×` below: not a number; triangles: above and below everything. As many as have room. */
function edgeMarks({ notFinite }: SeriesView, colour: string, scale: Scale): string {
  const seen = new Set<string>();
  let path = "";
  for (const { x, value } of notFinite) {
    const at = Math.round(scale.x(x) / 8) * 8;
    if (seen.has(`${at} ${value}`)) continue;
    seen.add(`${at} ${value}`);
    if (value === "NaN") path += `M${at - 3} ${scale.bottom - 8}l6 6m0 -6l-6 6`;
    else if (value === "Infinity") path += `M${at - 4} ${scale.top + 8}h8l-4 -7z`;
    else path += `M${at - 4} ${scale.bottom - 8}h8l-4 7z`;
  }
  return path === "" ? "" : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function text(
  x: number,
  y: number,
  label: string,
  anchor: "start" | "middle" | "end",
  colour: string,
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escapeMarkup(label)}</text>`;
}

const round = (value: number): string => String(Number(value.toFixed(1)));
