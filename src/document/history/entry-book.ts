/**
 * Makes entries of what is done: one author, one cell, no pause of `PAUSE_MS` is one entry, for at most `LONGEST_MS`.
 * Holds entries that may still grow, and those that nobody has taken yet.
 */
import { textChanges } from "../text-diff.ts";
import { authorKey, type HistoryAuthor } from "./author.ts";
import type { CellAct } from "./change-reader.ts";
import {
  type HistoryAct,
  type HistoryEntry,
  type KeptChange,
  LONGEST_MS,
  MAX_DELETED,
  MAX_KEYS,
  MAX_TEXT,
  PAUSE_MS,
} from "./entry.ts";

interface Growing {
  seq: number;
  readonly fromMs: number;
  toMs: number;
  readonly author: HistoryAuthor;
  readonly cellId: string | null;
  readonly acts: Set<HistoryAct>;
  count: number;
  readonly before: string;
  after: string;
  added: number;
  removed: number;
  isShared: boolean;
  readonly keys: Set<string>;
  deleted: HistoryEntry["deleted"];
}

/** Nobody takes them (no disk yet): the oldest are given up. */
const MAX_WAITING = 2_000;

export class EntryBook {
  private readonly growing = new Map<string, Growing>();
  /** The newest entry of each cell, to tell when two authors write in one. */
  private readonly newest = new Map<string | null, Growing>();
  private readonly waiting = new Map<number, Growing>();
  private nextSeq = 1;

  /** Entries before these are there already; those that wait get numbers after them. */
  follow(lastSeq: number): void {
    const all = new Set([...this.growing.values(), ...this.waiting.values()]);
    const first = Math.min(this.nextSeq, ...[...all].map(({ seq }) => seq));
    const shift = lastSeq + 1 - first;
    const waiting = [...this.waiting.values()];
    for (const entry of all) entry.seq += shift;
    this.waiting.clear();
    for (const entry of waiting) this.waiting.set(entry.seq, entry);
    this.nextSeq += shift;
  }

  /** Whether an entry began: from then on it is known who and when, and what follows only adds to it. */
  note(acts: readonly CellAct[], author: HistoryAuthor, nowMs: number): boolean {
    let began = false;
    for (const act of acts) if (this.add(act, author, nowMs)) began = true;
    return began;
  }

  hasWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** What nobody has taken yet, in order. */
  peek(): HistoryEntry[] {
    return [...this.waiting.values()].map(entryOf).sort((a, b) => a.seq - b.seq);
  }

  /** What is new or grew since the last time, in order. An entry that grew comes again under its number. */
  take(nowMs: number): HistoryEntry[] {
    const taken = this.peek();
    this.waiting.clear();
    for (const [key, entry] of this.growing) if (!isOpen(entry, nowMs)) this.close(key, entry);
    return taken;
  }

  private add(act: CellAct, author: HistoryAuthor, nowMs: number): boolean {
    const key = `${authorKey(author)}\n${act.cellId ?? ""}`;
    const known = this.growing.get(key);
    // Each restore is told by itself.
    const goesOn = known !== undefined && isOpen(known, nowMs) && !act.acts.includes("restored");
    const entry = goesOn ? known : this.begin(key, act, author, nowMs);
    const other = this.newest.get(act.cellId);
    // What the other wrote before this one began is no part of it.
    if (goesOn && other !== undefined && other !== entry) entry.isShared = true;
    this.newest.set(act.cellId, entry);
    entry.toMs = nowMs;
    entry.count += 1;
    for (const one of act.acts) entry.acts.add(one);
    for (const name of act.keys) if (entry.keys.size < MAX_KEYS) entry.keys.add(name);
    const { added, removed } = sizes(act.before, act.after);
    entry.added += added;
    entry.removed += removed;
    entry.after = act.after;
    if (act.deleted !== null) entry.deleted = act.deleted;
    this.waiting.set(entry.seq, entry);
    if (this.waiting.size > MAX_WAITING) {
      const [oldest] = this.waiting.keys();
      if (oldest !== undefined) this.waiting.delete(oldest);
    }
    return !goesOn;
  }

  private begin(key: string, act: CellAct, author: HistoryAuthor, nowMs: number): Growing {
    const entry: Growing = {
      seq: this.nextSeq,
      fromMs: nowMs,
      toMs: nowMs,
      author,
      cellId: act.cellId,
      acts: new Set(),
      count: 0,
      before: act.before,
      after: act.after,
      added: 0,
      removed: 0,
      isShared: false,
      keys: new Set(),
      deleted: null,
    };
    this.nextSeq += 1;
    this.growing.set(key, entry);
    return entry;
  }

  private close(key: string, entry: Growing): void {
    this.growing.delete(key);
    if (this.newest.get(entry.cellId) === entry) this.newest.delete(entry.cellId);
  }
}

function isOpen(entry: Growing, nowMs: number): boolean {
  return nowMs - entry.toMs < PAUSE_MS && nowMs - entry.fromMs < LONGEST_MS;
}

function entryOf(entry: Growing): HistoryEntry {
  const { before, after, acts, keys, deleted, ...rest } = entry;
  return {
    ...rest,
    acts: [...acts],
    text: before === after ? (entry.added + entry.removed > 0 ? [] : null) : keptText(before, after),
    keys: [...keys],
    deleted: deleted !== null && JSON.stringify(deleted.cell).length <= MAX_DELETED ? deleted : null,
  };
}

function keptText(before: string, after: string): readonly KeptChange[] | null {
  const changes = textChanges(before, after).map(
    ({ from, deleted, inserted }): KeptChange => ({
      at: from,
      removed: before.slice(from, from + deleted),
      added: inserted,
    }),
  );
  const size = changes.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
  return size <= MAX_TEXT ? changes : null;
}

/** Of one transaction: what lies between the common beginning and the common end. */
function sizes(before: string, after: string): { readonly added: number; readonly removed: number } {
  if (before === after) return { added: 0, removed: 0 };
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end += 1;
  return { added: after.length - start - end, removed: before.length - start - end };
}
