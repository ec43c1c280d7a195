/** Which cells somebody may mean who types a number, a name, a heading, a tag or a text. Pure. */
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import { tagsOf } from "../../../nbformat/notebook.ts";
import type { CellId } from "../../../util/ids.ts";
import { headingsOf } from "./headings.ts";

export interface JumpTarget {
  readonly cellId: CellId;
  /** Which heading of the cell; null: the cell itself. */
  readonly nth: number | null;
  /** What it is found by, in words: `Heading`, `Tag parameters`, `Run 12`. */
  readonly by: string;
  /** What one sees of the cell. */
  readonly text: string;
  /** Place in the notebook, from 1. */
  readonly position: number;
}

const MAX_TARGETS = 60;

/** Best first. Nothing typed: the headings. */
export function jumpTargets(cells: readonly CellSnapshot[], query: string): readonly JumpTarget[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter((word) => word !== "");
  const found: { readonly target: JumpTarget; readonly rank: number }[] = [];
  for (const [index, cell] of cells.entries()) {
    const at = { cellId: cell.id, position: index + 1 };
    const add = (rank: number, by: string, text: string, nth: number | null = null): void => {
      found.push({ target: { ...at, nth, by, text }, rank });
    };
    let isFound = false;
    for (const [nth, { text }] of headingsOf(cell).entries()) {
      if (!holds(text, words)) continue;
      isFound = true;
      add(text.toLowerCase().startsWith(wanted) ? 2 : 3, "Heading", text, nth);
    }
    if (words.length === 0 || isFound) continue;
    const [rank, by] = rankOf(cell, index + 1, wanted, words) ?? [];
    if (rank !== undefined && by !== undefined) add(rank, by, lineWith(cell.source, words));
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_TARGETS)
    .map(({ target }) => target);
}

function rankOf(
  cell: CellSnapshot,
  position: number,
  wanted: string,
  words: readonly string[],
): readonly [number, string] | null {
  if (wanted === String(position)) return [0, `Cell ${position}`];
  if (
    cell.executionCount !== null &&
    (wanted === String(cell.executionCount) || wanted === `[${cell.executionCount}]`)
  )
    return [1, `Run as [${cell.executionCount}]`];
  const { name } = cell.metadata;
  if (typeof name === "string" && holds(name, words)) return [2, `Named ${name}`];
  const tag = tagsOf(cell).find((candidate) => holds(candidate, words));
  if (tag !== undefined) return [3, `Tag ${tag}`];
  if (cell.id.toLowerCase() === wanted) return [2, "Its id"];
  return holds(cell.source, words) ? [4, cell.cellType === "code" ? "Code" : "Text"] : null;
}

function holds(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** The first line with the words, else the first that is not empty. */
function lineWith(source: string, words: readonly string[]): string {
  const lines = source.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => holds(line, words)) ?? lines[0] ?? "Empty").trim().slice(0, 160);
}
