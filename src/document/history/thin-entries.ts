/**
 * Keeps a history's entries within a size. First the oldest lose what was written, then several of one author in one
 * cell become one: for a day, then for good. That somebody changed a cell, and from when to when, is never lost.
 */
import { authorKey } from "./author.ts";
import type { HistoryAct, HistoryEntry } from "./entry.ts";
import { MAX_KEYS } from "./entry.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The newest entries are joined with none. */
const ALWAYS_APART = 200;

/** @param entries in the order of their numbers. */
export function thinEntries(
  entries: readonly HistoryEntry[],
  limitBytes: number,
  sizeOf: (entry: HistoryEntry) => number,
): readonly HistoryEntry[] {
  const bare = stripOldest(entries, limitBytes, sizeOf);
  if (sizeOfAll(bare, sizeOf) <= limitBytes) return bare;
  const daily = join(bare, (entry) => String(Math.floor(entry.toMs / DAY_MS)));
  if (sizeOfAll(daily, sizeOf) <= limitBytes) return daily;
  return join(daily, () => "");
}

function stripOldest(
  entries: readonly HistoryEntry[],
  limitBytes: number,
  sizeOf: (entry: HistoryEntry) => number,
): HistoryEntry[] {
  let over = sizeOfAll(entries, sizeOf) - limitBytes;
  return entries.map((entry) => {
    if (over <= 0 || (entry.text === null && entry.deleted === null)) return entry;
    const stripped = { ...entry, text: null, deleted: null };
    over -= sizeOf(entry) - sizeOf(stripped);
    return stripped;
  });
}

function join(entries: readonly HistoryEntry[], periodOf: (entry: HistoryEntry) => string): HistoryEntry[] {
  const old = entries.slice(0, -ALWAYS_APART);
  const joined = new Map<string, HistoryEntry>();
  for (const entry of old) {
    const key = `${authorKey(entry.author)}\n${entry.cellId ?? ""}\n${periodOf(entry)}`;
    const known = joined.get(key);
    joined.set(key, known === undefined ? entry : both(known, entry));
  }
  return [...joined.values(), ...entries.slice(-ALWAYS_APART)].sort((a, b) => a.seq - b.seq);
}

function both(a: HistoryEntry, b: HistoryEntry): HistoryEntry {
  return {
    seq: Math.max(a.seq, b.seq),
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    author: a.author,
    cellId: a.cellId,
    acts: [...new Set<HistoryAct>([...a.acts, ...b.acts])],
    count: a.count + b.count,
    text: null,
    added: a.added + b.added,
    removed: a.removed + b.removed,
    isShared: a.isShared || b.isShared,
    keys: [...new Set([...a.keys, ...b.keys])].slice(0, MAX_KEYS),
    deleted: null,
  };
}

function sizeOfAll(entries: readonly HistoryEntry[], sizeOf: (entry: HistoryEntry) => number): number {
  return entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
}
