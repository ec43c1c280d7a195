/**
 * A notebook as one HTML file that needs nothing else: the page's look in light and dark, no script, everything sanitised.
 * Given in pieces, a cell at a time.
 */
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import { codeHtml } from "./code-html.ts";
import { escapeAttribute, escapeText } from "./escape.ts";
import { markdownHtml } from "./markdown-html.ts";
import { noteFonts } from "./maths.ts";
import { attachmentsOf, foldedOf, languageOf, titleOf } from "./notebook-facts.ts";
import { outputHtml } from "./output-html.ts";

/** The page's style sheets, found on disk (`look-files.ts`). */
export interface Look {
  readonly css: string;
  readonly katexCss: () => string;
  /** `Main-Regular` → its woff2 file. */
  readonly font: (name: string) => Uint8Array;
}

export interface HtmlOptions {
  /** The file's name, without its ending. */
  readonly name: string;
  readonly look: Look;
  /** False: text and outputs only. */
  readonly withSource: boolean;
  /** Long outputs are not folded, for paper. */
  readonly unfolded?: boolean;
  /** A `data:` address of an image beside the notebook; null: there is none. */
  readonly imageOf?: (address: string) => string | null;
  /** Markup of ours under the title: when it was published, and from what. */
  readonly note?: string;
}

/** Nothing runs, nothing is asked for elsewhere: also where the server's own header does not come along. */
export const PUBLISHED_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'";

export function* notebookHtml(notebook: Notebook, options: HtmlOptions): Generator<string> {
  const title = titleOf(notebook, options.name);
  const language = languageOf(notebook);
  const fonts = new Set<string>();
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(PUBLISHED_POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Loopbook">
<title>${escapeText(title)}</title>
<style>${options.look.css}</style>
</head>
<body>
<header class="about"><span>${escapeText(options.name)}</span>${options.note ?? ""}</header>
<main>
`;
  for (const [index, cell] of notebook.cells.entries()) {
    for (const piece of cellHtml(cell, index, language, options)) {
      noteFonts(piece, fonts);
      yield piece;
    }
  }
  yield "</main>\n";
  // Last, when it is known which formulas there are.
  if (fonts.size > 0) yield `<style>${mathsCss(options.look, fonts)}</style>\n`;
  yield "</body>\n</html>\n";
}

function* cellHtml(cell: Cell, index: number, language: string, options: HtmlOptions): Generator<string> {
  const id = cell.id === undefined ? "" : ` id="cell=${escapeAttribute(cell.id)}"`;
  const imageOf = options.imageOf ?? (() => null);
  if (cell.cell_type === "markdown") {
    const html = markdownHtml(cell.source, { attachments: attachmentsOf(cell), imageOf });
    yield `<section class="cell markdown"${id} aria-label="Text, cell ${index + 1}"><div class="prose">${html}</div></section>\n`;
    return;
  }
  if (cell.cell_type === "raw") {
    if (!options.withSource) return;
    yield `<section class="cell raw"${id} aria-label="Raw text, cell ${index + 1}"><pre class="code wraps">${escapeText(cell.source)}</pre></section>\n`;
    return;
  }
  const folded = foldedOf(cell);
  if (!options.withSource && cell.outputs.length === 0) return;
  yield `<section class="cell"${id} aria-label="Code, cell ${index + 1}">`;
  if (options.withSource) {
    const tags = tagsOf(cell)
      .map((tag) => `<li>${escapeText(tag)}</li>`)
      .join("");
    const count = cell.execution_count === null ? "" : `[${cell.execution_count}]`;
    const code = `<pre class="code">${codeHtml(cell.source, language)}</pre>`;
    yield `<div class="count">${count}</div><div class="source">${tags === "" ? "" : `<ul class="tags">${tags}</ul>`}`;
    yield folded.source ? `<details class="fold"><summary>Code</summary>${code}</details>` : code;
    yield "</div>";
  }
  if (cell.outputs.length > 0) {
    yield '<div class="area">';
    if (folded.outputs) yield '<details class="fold"><summary>Outputs</summary>';
    for (const output of cell.outputs)
      yield* outputHtml(output, { imageOf, unfolded: options.unfolded === true });
    if (folded.outputs) yield "</details>";
    yield "</div>";
  }
  yield "</section>\n";
}

function mathsCss(look: Look, fonts: ReadonlySet<string>): string {
  const rules = look.katexCss().replace(/@font-face\{[^}]*\}/g, (rule) => {
    const name = /fonts\/KaTeX_([\w-]+)\.woff2/.exec(rule)?.[1] ?? "";
    if (!fonts.has(name)) return "";
    const data = Buffer.from(look.font(name)).toString("base64");
    return rule.replace(/src:[^;}]*/, `src:url(data:font/woff2;base64,${data}) format("woff2")`);
  });
  return rules;
}
