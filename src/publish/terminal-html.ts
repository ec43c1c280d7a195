/** Terminal text as markup: its colours, and its middle folded when it is long, with every line in it. */

import { foldLines } from "../web/outputs/folded-lines.ts";
import { type AnsiLine, PLAIN, parseAnsi } from "../web/text/ansi.ts";
import { type AnsiCss, cssOf } from "../web/text/ansi-css.ts";
import { escapeAttribute, escapeText } from "./escape.ts";

/** In pieces: a log of a million lines is not held twice. */
export function* terminalHtml(text: string, unfolded: boolean): Generator<string> {
  const lines = parseAnsi(text);
  const { head, hidden, tail } = unfolded
    ? { head: lines.length, hidden: 0, tail: 0 }
    : foldLines(lines.length, 0);
  yield '<div class="text">';
  yield* linesHtml(lines, 0, head);
  if (hidden > 0) {
    yield `<details class="fold"><summary>${hidden.toLocaleString("en")} more lines</summary>`;
    yield* linesHtml(lines, head, head + hidden);
    yield "</details>";
  }
  yield* linesHtml(lines, lines.length - tail, lines.length);
  yield "</div>";
}

const PIECE = 500;

function* linesHtml(lines: readonly AnsiLine[], from: number, to: number): Generator<string> {
  for (let at = from; at < to; at += PIECE)
    yield lines
      .slice(at, Math.min(to, at + PIECE))
      .map(lineHtml)
      .join("");
}

function lineHtml(line: AnsiLine): string {
  const spans = line.map(({ text, style }) => {
    const css = style === PLAIN ? undefined : cssOf(style);
    return css === undefined
      ? escapeText(text)
      : `<span style="${escapeAttribute(styleText(css))}">${escapeText(text)}</span>`;
  });
  return `<div>${spans.join("") || "\u200b"}</div>`;
}

function styleText(css: AnsiCss): string {
  return Object.entries(css)
    .map(([name, value]) => `${name.replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`)}:${value}`)
    .join(";");
}
