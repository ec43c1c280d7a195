/** What replacing makes of sources: which cells change, into what, how many places. Pure. */
import type { NotebookEdit } from "../../../document/edits.ts";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { CellId } from "../../../util/ids.ts";
import { compileQuery, type FindQuery } from "../find-text.ts";

export interface Replacing {
  /** In the notebook's order; one edit a cell. */
  readonly edits: readonly Extract<NotebookEdit, { type: "set-source" }>[];
  readonly places: number;
  /** Places in cells that may not be edited; they stay. */
  readonly protectedPlaces: number;
}

/** Only sources: outputs are what running gave, and are not rewritten. */
export function replaceAll(cells: Iterable<CellSnapshot>, query: FindQuery, replacement: string): Replacing {
  const made = compileQuery(query);
  const edits: Extract<NotebookEdit, { type: "set-source" }>[] = [];
  let places = 0;
  let protectedPlaces = 0;
  if (!made.ok) return { edits, places, protectedPlaces };
  const within = query.within === null ? null : new Set(query.within);
  for (const cell of cells) {
    if (within !== null && !within.has(cell.id)) continue;
    const { source, count } = replaceIn(cell.source, made.pattern, query, replacement, null);
    if (count === 0) continue;
    if (isProtected(cell)) {
      protectedPlaces += count;
      continue;
    }
    places += count;
    if (source !== cell.source) edits.push({ type: "set-source", id: cell.id, source });
  }
  return { edits, places, protectedPlaces };
}

/** The edit of one place; null when it is not there any more, or its cell may not be edited. */
export function replaceOne(
  cell: CellSnapshot | undefined,
  nth: number,
  query: FindQuery,
  replacement: string,
): { readonly type: "set-source"; readonly id: CellId; readonly source: string } | null {
  const made = compileQuery(query);
  if (!made.ok || cell === undefined || isProtected(cell)) return null;
  const { source, count } = replaceIn(cell.source, made.pattern, query, replacement, nth);
  return count === 0 ? null : { type: "set-source", id: cell.id, source };
}

/** nbformat's `editable: false`, as JupyterLab reads it. */
export function isProtected(cell: CellSnapshot): boolean {
  return cell.metadata.editable === false;
}

/** @param only the place that is replaced; null: all. */
function replaceIn(
  text: string,
  pattern: RegExp,
  query: FindQuery,
  replacement: string,
  only: number | null,
): { readonly source: string; readonly count: number } {
  pattern.lastIndex = 0;
  let source = "";
  let from = 0;
  let count = 0;
  let nth = 0;
  for (const match of text.matchAll(pattern)) {
    // What matches nothing is not found, so it is not replaced.
    if (match[0] === "" || (only !== null && nth++ !== only)) continue;
    source += text.slice(from, match.index) + (query.isRegExp ? expand(replacement, match) : replacement);
    from = match.index + match[0].length;
    count++;
  }
  return { source: source + text.slice(from), count };
}

/** `$1`, `$<name>`, `$&`, `$$` as JavaScript has them; `\n`, `\t` and `\\` as one types them. */
function expand(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\$(?:(\$)|(&)|(\d{1,2})|<([^>]*)>)|\\([nt\\])/g, (whole, ...parts) => {
    const [dollar, all, number, name, escaped] = parts as (string | undefined)[];
    if (dollar !== undefined) return "$";
    if (all !== undefined) return match[0];
    if (name !== undefined) return match.groups ? (match.groups[name] ?? "") : whole;
    if (escaped !== undefined) return escaped === "n" ? "\n" : escaped === "t" ? "\t" : "\\";
    const long = Number(number);
    if (long > 0 && long < match.length) return match[long] ?? "";
    // `$12` where there are fewer groups: the first, and a 2.
    const short = Number(number?.[0]);
    if (number?.length === 2 && short > 0 && short < match.length) return `${match[short] ?? ""}${number[1]}`;
    return whole;
  });
}
