/**
 * How copied cells are written for other windows and programs: as a notebook of just these cells (nbformat), in a
 * form of its own, inside of HTML (the only one that a paste brings without a question to the reader), and as the
 * plain text of their sources. Pure.
 */
import type { Cell } from "../../nbformat/notebook.ts";
import { parseNotebook } from "../../nbformat/parse.ts";

export interface Clip {
  readonly cells: readonly Cell[];
  /** The notebook of this server that they are of; null: it is not known. */
  readonly from: string | null;
}

/** The web's custom format; `application/x-ipynb+json` is what Jupyter calls a notebook. */
export const CLIP_MIME = "web application/x-ipynb+json";
const FROM = "loopbook_notebook";
const ATTRIBUTE = "data-notebook-cells";
/** Longer clips are not put into HTML as well. */
const MAX_IN_HTML = 2_000_000;

export function clipJson({ cells, from }: Clip): string {
  const metadata = from === null ? {} : { [FROM]: from };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

export function clipText({ cells }: Clip): string {
  return cells.map((cell) => cell.source).join("\n\n");
}

/** Code as it reads in other programs, with the cells themselves in an attribute. */
export function clipHtml(clip: Clip): string {
  const json = clipJson(clip);
  const inside = json.length > MAX_IN_HTML ? "" : ` ${ATTRIBUTE}="${escaped(json)}"`;
  const shown = clip.cells.map((cell) => `<pre>${escaped(cell.source)}</pre>`).join("");
  return `<div${inside}>${shown}</div>`;
}

/** Null: it is something else. */
export function clipFromJson(json: string): Clip | null {
  if (!/^\s*\{/.test(json) || !json.includes('"nbformat"')) return null;
  try {
    const { notebook } = parseNotebook(json, "What was copied");
    const from = notebook.metadata[FROM];
    return notebook.cells.length === 0
      ? null
      : { cells: notebook.cells, from: typeof from === "string" ? from : null };
  } catch {
    return null;
  }
}

/** Also as Jupyter's classic notebook writes it. */
export function clipFromHtml(html: string): Clip | null {
  const own = new RegExp(`${ATTRIBUTE}="([^"]*)"`).exec(html)?.[1];
  if (own !== undefined) return clipFromJson(unescaped(own));
  const classic = /<pre class="jupyter-nb-cells-json">([\s\S]*?)<\/pre>/.exec(html)?.[1];
  if (classic === undefined) return null;
  return clipFromJson(`{"cells":${unescaped(classic)},"metadata":{},"nbformat":4,"nbformat_minor":4}`);
}

/** Text of any program is one cell of code; a notebook as text is its cells. */
export function clipFromText(text: string): Clip | null {
  if (text.trim() === "") return null;
  const source = text.replace(/\r\n?/g, "\n").replace(/^\n+|\s+$/g, "");
  const cell: Cell = { cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] };
  return clipFromJson(text) ?? { cells: [cell], from: null };
}

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);
}

function unescaped(text: string): string {
  return text
    .replace(/&(?:quot|#34);/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&nbsp;/g, "\u00a0")
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}
