import type { LogsFace } from "../faces.ts";
import { type LogExcerpt, lineText, logsTitle } from "./logs-text.ts";
import { escapeMarkup } from "./markup.ts";

/** The `text/html` form of a log: plain tags, no colour. Pure. */
export function logsHtml(face: LogsFace, { tail, templates = [] }: LogExcerpt): string {
  if (face.total === 0) return "<p>No line was logged yet.</p>";
  const rows = templates.map(
    ({ count, level, pattern }) =>
      `<tr><td align="right">${count.toLocaleString("en")}</td><td align="left">${level}</td><td align="left"><code>${escapeMarkup(pattern.slice(0, 500))}</code></td></tr>`,
  );
  const left = face.total - tail.length;
  return [
    `<p><strong>${escapeMarkup(logsTitle(face))}</strong></p>`,
    rows.length === 0
      ? ""
      : `<table><thead><tr><th align="right">lines</th><th align="left">level</th><th align="left">new and rare first</th></tr></thead><tbody>${rows.join("")}</tbody></table>`,
    left > 0 ? `<p>The last ${tail.length.toLocaleString("en")} lines:</p>` : "",
    `<pre>${tail.map((line) => escapeMarkup(lineText(line))).join("\n")}</pre>`,
  ].join("");
}
