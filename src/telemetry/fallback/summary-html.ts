import type { SummaryFace } from "../faces.ts";
import { formatValue } from "../format-value.ts";
import { escapeMarkup } from "./markup.ts";
import { sparkText } from "./spark-text.ts";
import { artefactWords, levelWords, summaryTitle, troubleSentences } from "./summary-words.ts";

/** The `text/html` form of a summary: plain tags, which code hosts leave as they are; no colour, so any theme. Pure. */
export function summaryHtml(face: SummaryFace): string {
  const number = (text: string): string => `<td align="right">${text}</td>`;
  const rows = face.series.map(
    (series) =>
      `<tr><th align="left">${escapeMarkup(series.name)}</th>${number(formatValue(series.last))}${number(
        series.min === null ? "–" : formatValue(series.min),
      )}${number(series.max === null ? "–" : formatValue(series.max))}${number(
        series.count.toLocaleString("en"),
      )}<td>${sparkText(series.spark)}</td></tr>`,
  );
  const head = ["last", "lowest", "highest", "points"]
    .map((name) => `<th align="right">${name}</th>`)
    .join("");
  const logs = levelWords(face.logs);
  const troubles = troubleSentences(face.troubles);
  return [
    `<p><strong>${escapeMarkup(summaryTitle(face))}</strong></p>`,
    rows.length === 0
      ? ""
      : `<table><thead><tr><th align="left">series</th>${head}<th align="left">course</th></tr></thead><tbody>${rows.join("")}</tbody></table>`,
    logs === "" ? "" : `<p>Logs: ${logs}</p>`,
    face.artefacts.length === 0 ? "" : `<p>Artefacts: ${escapeMarkup(artefactWords(face.artefacts))}</p>`,
    troubles.length === 0 ? "" : `<p><strong>${troubles.join(" ")}</strong></p>`,
  ].join("");
}
