/** Headings of Markdown cells, as they are read: their level and their text without signs. Pure. */
import type { CellSnapshot } from "../../../document/live-notebook.ts";

export interface Heading {
  /** From 1 to 6. */
  readonly level: number;
  readonly text: string;
}

const NONE: readonly Heading[] = [];
/** A snapshot never changes, so neither do its headings. */
const known = new WeakMap<CellSnapshot, readonly Heading[]>();

export function headingsOf(cell: CellSnapshot | undefined): readonly Heading[] {
  if (cell?.cellType !== "markdown") return NONE;
  const before = known.get(cell);
  if (before) return before;
  const found = readHeadings(cell.source);
  known.set(cell, found);
  return found;
}

/** The level of the highest heading of a cell, which begins a section; null: it begins none. */
export function sectionLevel(cell: CellSnapshot | undefined): number | null {
  const levels = headingsOf(cell).map(({ level }) => level);
  return levels.length === 0 ? null : Math.min(...levels);
}

/** `# …`, underlined with `===` or `---`, and `<h2>…</h2>`; not what stands in a block of code. */
export function readHeadings(source: string): readonly Heading[] {
  if (!/^ {0,3}#|^ {0,3}(?:=+|-+)[ \t]*$|<h[1-6]/im.test(source)) return NONE;
  const found: Heading[] = [];
  let fence: string | null = null;
  let above = "";
  for (const line of source.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      above = "";
      continue;
    }
    const [, signs, text] = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
    const [, tag, inside] = /^\s*<h([1-6])[^>]*>(.*?)<\/h\1>/i.exec(line) ?? [];
    const under = /^ {0,3}(?:(=+)|-+)[ \t]*$/.exec(line);
    if (signs !== undefined) add(found, signs.length, text ?? "");
    else if (tag !== undefined) add(found, Number(tag), inside ?? "");
    else if (under && above !== "") add(found, under[1] === undefined ? 2 : 1, above);
    // What can be underlined is a line of a paragraph.
    const isText =
      signs === undefined && tag === undefined && !under && !/^ {0,3}(?:[-*+>|]|\d+[.)])/.test(line);
    above = isText ? line.trim() : "";
  }
  return found;
}

function add(found: Heading[], level: number, source: string): void {
  const text = plainText(source);
  if (text !== "") found.push({ level, text });
}

/** Without links, emphasis, code signs and tags. */
function plainText(source: string): string {
  return source
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<[^>]+>/g, "")
    .replace(/(\*\*|__|~~|`+)(.+?)\1/g, "$2")
    .replace(/(^|[^\w*])\*([^*]+)\*/g, "$1$2")
    .replace(/(^|\W)_([^_]+)_(?!\w)/g, "$1$2")
    .replace(/\\([\\`*_{}[\]()#+\-.!$])/g, "$1")
    .trim();
}

/** A heading's anchor as Jupyter makes them: spaces become hyphens. Compared without capitals. */
export function anchorOf(text: string): string {
  return text.trim().replace(/\s+/g, "-");
}
