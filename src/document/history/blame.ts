/** Who wrote which cell, from a notebook's entries. Pure. */
import { authorKey, type HistoryAuthor } from "./author.ts";
import type { HistoryAct, HistoryEntry } from "./entry.ts";

export interface CellBlame {
  readonly cellId: string;
  readonly last: {
    readonly seq: number;
    readonly author: HistoryAuthor;
    readonly atMs: number;
    readonly acts: readonly HistoryAct[];
  };
  /** Entries before the last one. */
  readonly earlier: number;
  /** Everybody who changed it, the last one first. */
  readonly authors: readonly HistoryAuthor[];
}

/** A page names so many authors of a cell; entries tell of all. */
const MAX_AUTHORS = 16;

/** Of every cell that somebody changed, also of those that are deleted. */
export function blame(entries: readonly HistoryEntry[]): ReadonlyMap<string, CellBlame> {
  const byCell = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    if (entry.cellId === null) continue;
    const known = byCell.get(entry.cellId);
    if (known === undefined) byCell.set(entry.cellId, [entry]);
    else known.push(entry);
  }
  return new Map([...byCell].map(([cellId, own]) => [cellId, blameOf(cellId, own)]));
}

function blameOf(cellId: string, entries: readonly HistoryEntry[]): CellBlame {
  const newestFirst = entries.toSorted((a, b) => b.toMs - a.toMs || b.seq - a.seq);
  const authors = new Map<string, HistoryAuthor>();
  for (const { author } of newestFirst) {
    if (authors.size < MAX_AUTHORS && !authors.has(authorKey(author))) authors.set(authorKey(author), author);
  }
  const [last] = newestFirst;
  if (last === undefined) throw new Error("no entry");
  return {
    cellId,
    last: { seq: last.seq, author: last.author, atMs: last.toMs, acts: last.acts },
    earlier: entries.length - 1,
    authors: [...authors.values()],
  };
}
