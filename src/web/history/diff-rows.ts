/** Two texts as rows of a comparison, with some unchanged lines around what changed. Pure. */
import { textHunks } from "../../nbformat/merge/diff-notebooks.ts";
import { linesOf } from "../../nbformat/merge/merge-text.ts";

export interface DiffLine {
  /** From 1, in its own text. */
  readonly number: number;
  readonly text: string;
  /** What of it differs from the line that it became. */
  readonly mark: { readonly from: number; readonly to: number } | null;
}

export type DiffRow =
  | { readonly type: "same"; readonly before: DiffLine; readonly after: DiffLine }
  /** At least one of the two is there. */
  | { readonly type: "changed"; readonly before: DiffLine | null; readonly after: DiffLine | null }
  /** Unchanged lines that are left out. */
  | { readonly type: "gap"; readonly lines: number };

const CONTEXT = 2;

export function diffRows(before: string, after: string): readonly DiffRow[] {
  return rowsOf(ended(before), ended(after));
}

/** A last line is the same line when others follow it. */
function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function rowsOf(before: string, after: string): readonly DiffRow[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const rows: DiffRow[] = [];
  let [atA, atB] = [0, 0];
  const same = (until: number): void => {
    for (; atA < until; atA += 1, atB += 1)
      rows.push({ type: "same", before: line(a, atA, null), after: line(b, atB, null) });
  };
  for (const hunk of textHunks(before, after)) {
    same(hunk.beforeLine - 1);
    const [removed, added] = [linesOf(hunk.before).length, linesOf(hunk.after).length];
    for (let index = 0; index < Math.max(removed, added); index += 1) {
      const isPair = index < removed && index < added;
      const [old = "", now = ""] = [a[atA + index], b[atB + index]];
      rows.push({
        type: "changed",
        before: index < removed ? line(a, atA + index, isPair ? mark(old, now) : null) : null,
        after: index < added ? line(b, atB + index, isPair ? mark(now, old) : null) : null,
      });
    }
    atA += removed;
    atB += added;
  }
  same(a.length);
  return folded(rows);
}

function folded(rows: readonly DiffRow[]): readonly DiffRow[] {
  const isNear = rows.map((_, index) =>
    rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ type }) => type === "changed"),
  );
  const kept: DiffRow[] = [];
  for (const [index, row] of rows.entries()) {
    const last = kept.at(-1);
    if (isNear[index]) kept.push(row);
    else if (last?.type === "gap") kept[kept.length - 1] = { type: "gap", lines: last.lines + 1 };
    else kept.push({ type: "gap", lines: 1 });
  }
  return kept;
}

function line(lines: readonly string[], index: number, marked: DiffLine["mark"]): DiffLine {
  return { number: index + 1, text: (lines[index] ?? "").replace(/\n$/, ""), mark: marked };
}

/** Between what both begin and end with. */
function mark(text: string, other: string): DiffLine["mark"] {
  const most = Math.min(text.length, other.length);
  let from = 0;
  while (from < most && text[from] === other[from]) from += 1;
  let end = 0;
  while (end < most - from && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const to = text.length - end;
  // Nothing in common: the whole line says as much.
  return to <= from || (from === 0 && end <= 1) ? null : { from, to };
}
