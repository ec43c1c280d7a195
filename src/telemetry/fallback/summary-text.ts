import type { SummaryFace } from "../faces.ts";
import { formatValue } from "../format-value.ts";
import { sparkText } from "./spark-text.ts";
import { artefactWords, levelWords, summaryTitle, troubleSentences } from "./summary-words.ts";

/** The `text/plain` form of a summary: an aligned table, then a line for each of the rest. Pure. */
export function summaryText(face: SummaryFace): string {
  const head = ["", "last", "lowest", "highest", "points", ""];
  const rows = face.series.map((series) => [
    series.name,
    formatValue(series.last),
    series.min === null ? "–" : formatValue(series.min),
    series.max === null ? "–" : formatValue(series.max),
    series.count.toLocaleString("en"),
    sparkText(series.spark),
  ]);
  const table = rows.length === 0 ? [] : [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => {
        const isText = column === 0 || column === head.length - 1;
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join("  ")
      .trimEnd(),
  );
  const logs = levelWords(face.logs);
  return [
    summaryTitle(face),
    ...lines,
    ...(logs === "" ? [] : [`Logs: ${logs}`]),
    ...(face.artefacts.length === 0 ? [] : [`Artefacts: ${artefactWords(face.artefacts)}`]),
    ...troubleSentences(face.troubles),
  ].join("\n");
}
