import { expect, test } from "vitest";
import type { HistoryEntry } from "./entry.ts";
import { entryRecord, readHistory, recordsOf, versionRecord } from "./records.ts";
import { thinEntries } from "./thin-entries.ts";
import { MAX_AUTOMATIC, versionsToDrop } from "./thin-versions.ts";
import { findVersion, type Version, versionName } from "./version.ts";

const author = { kind: "person", who: "ana", using: "browser", displayName: "Ana" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const entry = (seq: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{ seq, fromMs: seq * 1000, toMs: seq * 1000 + 5, author, cellId: `c${seq % 3}`, acts: ["source"] },
  ...{ count: 1, text: [{ at: 0, removed: "", added: "x".repeat(100) }], added: 100, removed: 0 },
  ...{ isShared: false, keys: [], deleted: null },
  ...more,
});
const version = (id: number, atMs: number, name: string | null = null): Version => ({
  ...{ id, atMs, author, reason: "time", note: null, name, cells: 1, manifest: `m${id}` },
});
const sizeOf = (one: HistoryEntry): number => JSON.stringify(one).length;
const total = (entries: readonly HistoryEntry[]): number =>
  entries.reduce((sum, one) => sum + sizeOf(one), 0);

test("first the oldest lose their text, and nobody their name and time", () => {
  const entries = Array.from({ length: 100 }, (_, index) => entry(index + 1));
  const thinned = thinEntries(entries, total(entries) - 1_000, sizeOf);
  expect(total(thinned)).toBeLessThanOrEqual(total(entries) - 1_000);
  expect(thinned.map(({ seq, fromMs, toMs }) => [seq, fromMs, toMs])).toEqual(
    entries.map(({ seq, fromMs, toMs }) => [seq, fromMs, toMs]),
  );
  expect(thinned.slice(-50)).toEqual(entries.slice(-50));
  expect(thinned[0]?.text).toBeNull();
});

test("then those of one author in one cell become one, a day at a time; who and since when is never lost", () => {
  const entries = Array.from({ length: 4_000 }, (_, index) =>
    entry(index + 1, { toMs: (index * DAY_MS) / 100, fromMs: (index * DAY_MS) / 100 }),
  );
  const thinned = thinEntries(entries, 120_000, sizeOf);
  expect(total(thinned)).toBeLessThanOrEqual(120_000);
  expect(thinned.reduce((sum, { count }) => sum + count, 0)).toBe(4_000);
  for (const cellId of ["c0", "c1", "c2"]) {
    const own = (list: readonly HistoryEntry[]) => list.filter((one) => one.cellId === cellId);
    expect(Math.min(...own(thinned).map(({ fromMs }) => fromMs))).toBe(
      Math.min(...own(entries).map(({ fromMs }) => fromMs)),
    );
    expect(Math.max(...own(thinned).map(({ toMs }) => toMs))).toBe(
      Math.max(...own(entries).map(({ toMs }) => toMs)),
    );
  }
  expect(new Set(thinned.map(({ seq }) => seq)).size).toBe(thinned.length);
});

test("automatic versions: all of a day, one an hour, one a day, one a week; named ones stay", () => {
  const now = 400 * DAY_MS;
  const every = 10 * 60_000;
  const versions = Array.from({ length: 400 * 24 * 6 }, (_, index) =>
    version(index + 1, index * every, index % 10_000 === 0 ? `v${index}` : null),
  );
  const drop = versionsToDrop(versions, now);
  const kept = versions.filter(({ id }) => !drop.has(id));
  expect(kept.filter(({ name }) => name !== null)).toHaveLength(6);
  expect(kept.filter(({ name }) => name === null).length).toBeLessThanOrEqual(MAX_AUTOMATIC);
  const lastDay = versions.filter(({ atMs }) => now - atMs < DAY_MS);
  expect(lastDay.every(({ id }) => !drop.has(id))).toBe(true);
});

test("records: the newest of a number counts, numbers of dropped versions are not given again, others' records pass", () => {
  const records = [
    entryRecord(entry(1)),
    { type: "of a later program", id: 9 },
    entryRecord(entry(1, { count: 7 })),
    versionRecord(version(1, 5)),
    versionRecord(version(2, 6)),
    { type: "dropped", id: 2 },
    "not a record",
    { ...(entryRecord(entry(3)) as object), acts: ["unheard of"] },
  ];
  const read = readHistory(records);
  expect(read).toEqual({
    entries: [entry(1, { count: 7 })],
    versions: [version(1, 5)],
    lastSeq: 1,
    lastVersion: 2,
  });
  expect(readHistory(recordsOf(read))).toEqual(read);
});

test("names and numbers of versions", () => {
  const versions = [version(1, 1, "v1"), version(2, 2, "v1"), version(3, 3)];
  expect(findVersion(versions, "v1")).toEqual({ type: "version", version: versions[1] });
  expect(findVersion(versions, "#3")).toEqual({ type: "version", version: versions[2] });
  expect(findVersion(versions, "1")).toEqual({ type: "version", version: versions[0] });
  expect(findVersion(versions, "now")).toEqual({ type: "now" });
  expect(findVersion(versions, "v9")).toBeNull();
  for (const bad of ["", " ", "12", "#3", "now", "a\nb", "x".repeat(121)])
    expect(() => versionName(bad)).toThrow();
  expect(versionName(" v1 submitted ")).toBe("v1 submitted");
});
