import type { ChartFace } from "../faces.ts";
import { faceNumber, formatValue } from "../format-value.ts";
import type { SeriesView } from "../telemetry-store.ts";
import { sparkText } from "./spark-text.ts";

/** The `text/plain` form of a chart. Pure. */
export function chartText(face: ChartFace, views: readonly SeriesView[]): string {
  if (views.length === 0) return chartWords(face, views);
  const width = Math.max(...views.map(({ name }) => name.length));
  const lines = views.map((view) => {
    const spark = sparkText([...view.last].map(faceNumber));
    return `${view.name.padEnd(width)}  ${spark}  ${seriesWords(view)}`;
  });
  return [`Chart by ${face.axis}`, ...lines].join("\n");
}

/** A chart as sentences, for those who do not see it. */
export function chartWords(face: ChartFace, views: readonly SeriesView[]): string {
  if (views.length === 0) return `Chart of ${face.series.join(", ")}: no points yet.`;
  const series = views.map((view) => `${view.name}: ${seriesWords(view)}.`);
  return [`Chart by ${face.axis}.`, ...series].join(" ");
}

function seriesWords({ last, min, max, total }: SeriesView): string {
  const low = lowest(min);
  const high = lowest(max, -1);
  const now = last.at(-1);
  return [
    ...(now === undefined ? [] : [`last ${formatValue(faceNumber(now))}`]),
    `${total.toLocaleString("en")} ${total === 1 ? "point" : "points"}`,
    ...(low === null || high === null ? [] : [`from ${formatValue(low)} to ${formatValue(high)}`]),
  ].join(", ");
}

/** Of the finite ones; with `sign` −1 the highest. */
export function lowest(values: Float64Array, sign: 1 | -1 = 1): number | null {
  let found: number | null = null;
  for (const value of values) {
    if (Number.isFinite(value) && (found === null || value * sign < found * sign)) found = value;
  }
  return found;
}
