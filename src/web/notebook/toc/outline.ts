/** The table of contents of a notebook. Pure. */
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { CellId } from "../../../util/ids.ts";
import { headingsOf, sectionLevel } from "./headings.ts";

export interface OutlineEntry {
  readonly cellId: CellId;
  /** Place of the cell in the notebook, from 0. */
  readonly index: number;
  /** Which heading of its cell, from 0. */
  readonly nth: number;
  readonly level: number;
  readonly text: string;
  /** `2.1`: counted from the highest level that the notebook has. */
  readonly number: string;
  /** From 0: how deep it stands among the headings over it, whatever levels were left out. */
  readonly depth: number;
  /** Index behind the last cell of its section. */
  readonly end: number;
  /** It folds its section: of several headings in a cell, the first of the highest. */
  readonly folds: boolean;
}

export function outlineOf(
  ids: readonly CellId[],
  cellOf: (id: CellId) => CellSnapshot | undefined,
): readonly OutlineEntry[] {
  const found: Omit<OutlineEntry, "number" | "depth" | "end">[] = [];
  for (const [index, cellId] of ids.entries()) {
    const cell = cellOf(cellId);
    const headings = headingsOf(cell);
    if (headings.length === 0) continue;
    const folding = headings.findIndex(({ level }) => level === sectionLevel(cell));
    for (const [nth, heading] of headings.entries())
      found.push({ cellId, index, nth, ...heading, folds: nth === folding });
  }
  const highest = Math.min(...found.map(({ level }) => level));
  const counts = [0, 0, 0, 0, 0, 0];
  const over: number[] = [];
  return found.map((entry, at) => {
    while ((over.at(-1) ?? 0) >= entry.level) over.pop();
    const depth = over.length;
    over.push(entry.level);
    const place = entry.level - highest;
    counts[place] = (counts[place] ?? 0) + 1;
    counts.fill(0, place + 1);
    let next = at + 1;
    while ((found[next]?.level ?? 0) > entry.level) next++;
    // A level that was left out counts as its first.
    const number = counts
      .slice(0, place + 1)
      .map((count) => Math.max(1, count))
      .join(".");
    return { ...entry, depth, number, end: Math.max(entry.index + 1, found[next]?.index ?? ids.length) };
  });
}

/** How a section's cells stand, the most urgent first. */
export type SectionState = "failed" | "waits" | "running" | "queued" | "done";

const URGENCY: readonly SectionState[] = ["failed", "waits", "running", "queued", "done"];

/** `null`: nothing of it ran. */
export function sectionState(states: Iterable<SectionState | null>): SectionState | null {
  let best = URGENCY.length;
  for (const state of states) if (state !== null) best = Math.min(best, URGENCY.indexOf(state));
  return URGENCY[best] ?? null;
}

/** The entry that one is in: the last that begins at or before this heading of this cell; null: before the first. */
export function entryAt(outline: readonly OutlineEntry[], index: number, nth: number): OutlineEntry | null {
  return (
    outline.findLast((entry) => entry.index < index || (entry.index === index && entry.nth <= nth)) ?? null
  );
}
