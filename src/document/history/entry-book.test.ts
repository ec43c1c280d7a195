import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CellId } from "../../util/ids.ts";
import type { EditOrigin } from "../live-notebook.ts";
import { createPlainNotebook } from "../plain-notebook.ts";
import { createLiveNotebook } from "../yjs-notebook.ts";
import { authorKey, authorOf, type HistoryAuthor } from "./author.ts";
import { blame } from "./blame.ts";
import { ChangeReader } from "./change-reader.ts";
import { type HistoryEntry, LONGEST_MS, PAUSE_MS } from "./entry.ts";
import { EntryBook } from "./entry-book.ts";

const ana: EditOrigin = { type: "remote", label: "ana/browser", displayName: "Ana", kind: "person" };
const bo: EditOrigin = { type: "person", label: "bo/cli", displayName: "Bo", kind: "person" };
const run: EditOrigin = { type: "run", label: "run_1/train" };
const file: EditOrigin = { type: "file", label: "file" };

function aNotebook(make: typeof createPlainNotebook, ...sources: readonly string[]) {
  const live = make({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source, index) => ({
      ...{ id: `c${index}`, cell_type: "code", metadata: {}, source, execution_count: null },
      outputs: [],
    })),
  });
  const reader = new ChangeReader(live);
  const book = new EntryBook();
  let nowMs = 1_000;
  live.onChange((change) => {
    const author = authorOf(change.origin);
    if (author !== null) book.note(reader.read(change, author.kind === "pipeline"), author, nowMs);
  });
  const wait = (ms: number): void => {
    nowMs += ms;
  };
  return { live, book, wait, now: () => nowMs };
}

const id = (index: number) => CellId.of(`c${index}`);
const facts = (entries: readonly HistoryEntry[]) =>
  entries.map(({ author, cellId, acts, count }) => [author.displayName, cellId, acts.join(" "), count]);

describe.each([
  ["plain", createPlainNotebook],
  ["shared", createLiveNotebook],
] as const)("a %s notebook", (_, make) => {
  test("what one author does to one cell without a pause is one entry, with the text that became of it", () => {
    const { live, book, wait, now } = aNotebook(make, "lr = 1\nn = 2\n");
    for (const text of ["lr = 10\nn = 2\n", "lr = 100\nn = 2\n", "lr = 100\nn = 20\n"]) {
      live.apply({ type: "set-source", id: id(0), source: text }, ana);
      wait(PAUSE_MS - 1);
    }
    const entries = book.take(now());
    expect(facts(entries)).toEqual([["Ana", "c0", "source", 3]]);
    expect(entries[0]?.text).toEqual([
      { at: 12, removed: "", added: "0" },
      { at: 6, removed: "", added: "00" },
    ]);
    expect([entries[0]?.fromMs, entries[0]?.toMs]).toEqual([1_000, 1_000 + 2 * (PAUSE_MS - 1)]);
    wait(PAUSE_MS);
    live.apply({ type: "set-source", id: id(0), source: "" }, ana);
    expect(book.take(now()).map(({ seq }) => seq)).toEqual([2]);
  });

  test("inserted, moved, retyped, deleted; metadata and fields by name; results and starts of kernels are no edits", () => {
    const { live, book, now } = aNotebook(make, "a", "b", "c");
    live.apply(
      { type: "insert-cell", cell: { id: id(9), cellType: "code", source: "new" }, after: id(0) },
      bo,
    );
    live.apply({ type: "move-cell", id: id(2), after: null }, bo);
    live.apply({ type: "set-cell-type", id: id(1), cellType: "markdown" }, ana);
    live.apply({ type: "set-cell-metadata", id: id(0), key: "tags", value: ["parameters"] }, ana);
    live.apply({ type: "set-source", id: id(0), source: "lr = 2" }, run);
    live.apply({ type: "delete-cell", id: id(1) }, file);
    live.write([{ type: "begin-execution", id: id(0) }], run);
    live.apply({ type: "set-cell-metadata", id: id(0), key: "execution", value: {} }, run);
    live.apply({ type: "set-notebook-metadata", key: "kernelspec", value: { name: "python3" } }, run);
    live.apply({ type: "set-notebook-metadata", key: "title", value: "T" }, ana);
    const entries = book.take(now());
    expect(facts(entries)).toEqual([
      ["Bo", "c9", "inserted", 1],
      ["Bo", "c2", "moved", 1],
      ["Ana", "c1", "type", 1],
      ["Ana", "c0", "metadata", 1],
      ["train", "c0", "parameters", 1],
      ["Another program", "c1", "deleted", 1],
      ["Ana", null, "metadata", 1],
    ]);
    expect(entries[5]?.deleted).toEqual({
      cell: { cell_type: "markdown", id: "c1", metadata: {}, source: "b" },
      after: "c9",
    });
    expect(entries[3]?.keys).toEqual(["tags"]);
  });

  test("any edits of several authors: the entries are those of a naive count, and so is the blame", () => {
    const edit = fc.record({
      who: fc.constantFrom(ana, bo, run, file),
      cell: fc.nat(3),
      what: fc.constantFrom("source", "delete", "insert", "move", "type"),
      pauseMs: fc.constantFrom(0, 10, PAUSE_MS - 1, PAUSE_MS, LONGEST_MS),
      takes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 60 }), (edits) => {
        const { live, book, wait, now } = aNotebook(make, "a", "b");
        const naive: Naive[] = [];
        const taken = new Map<number, HistoryEntry>();
        for (const [index, { who, cell, what, pauseMs, takes }] of edits.entries()) {
          wait(pauseMs);
          if (perform(live, what, cell, index, who)) note(naive, who, `c${cell}`, now());
          if (takes) for (const entry of book.take(now())) taken.set(entry.seq, entry);
        }
        for (const entry of book.take(now())) taken.set(entry.seq, entry);
        const entries = [...taken.values()].sort((a, b) => a.seq - b.seq);
        expect(entries.map((e) => [e.seq, authorKey(e.author), e.cellId, e.fromMs, e.toMs, e.count])).toEqual(
          naive.map((n, i) => [i + 1, authorKey(n.author), n.cellId, n.fromMs, n.toMs, n.count]),
        );
        const blamed = blame(entries);
        for (const cellId of new Set(naive.map((n) => n.cellId))) {
          const own = naive.filter((n) => n.cellId === cellId);
          const last = own.reduce((a, b) => (b.toMs >= a.toMs ? b : a));
          expect(blamed.get(cellId)?.last.author).toEqual(last.author);
          expect(blamed.get(cellId)?.last.atMs).toBe(last.toMs);
          expect(blamed.get(cellId)?.earlier).toBe(own.length - 1);
        }
        live.destroy();
      }),
      { numRuns: 150 },
    );
  });
});

interface Naive {
  readonly author: HistoryAuthor;
  readonly cellId: string;
  readonly fromMs: number;
  toMs: number;
  count: number;
}

function note(naive: Naive[], who: EditOrigin, cellId: string, nowMs: number): void {
  const author = authorOf(who);
  if (author === null) throw new Error("nobody");
  const last = naive.findLast((n) => n.cellId === cellId && authorKey(n.author) === authorKey(author));
  if (last && nowMs - last.toMs < PAUSE_MS && nowMs - last.fromMs < LONGEST_MS) {
    last.toMs = nowMs;
    last.count += 1;
  } else naive.push({ author, cellId, fromMs: nowMs, toMs: nowMs, count: 1 });
}

/** Whether it changed something, and nothing of another cell. */
function perform(
  live: ReturnType<typeof createPlainNotebook>,
  what: string,
  cell: number,
  index: number,
  who: EditOrigin,
): boolean {
  const known = live.cell(id(cell));
  if (what === "insert") {
    const fresh = { id: id(cell), cellType: "code", source: `n${index}` } as const;
    return live.apply({ type: "insert-cell", cell: fresh, after: live.cellIds().at(-1) ?? null }, who).ok;
  }
  if (known === undefined) return false;
  if (what === "source")
    return live.apply({ type: "set-source", id: id(cell), source: `${known.source}${index}` }, who).ok;
  if (what === "delete") return live.apply({ type: "delete-cell", id: id(cell) }, who).ok;
  if (what === "type") {
    const cellType = known.cellType === "code" ? "markdown" : "code";
    return live.apply({ type: "set-cell-type", id: id(cell), cellType }, who).ok;
  }
  // To the front from behind at least two: one cell moved, and no other reading of it.
  if (live.cellIds().indexOf(id(cell)) < 2) return false;
  return live.apply({ type: "move-cell", id: id(cell), after: null }, who).ok;
}

test("two who write in one cell have an entry each, marked as shared", () => {
  const { live, book, now } = aNotebook(createPlainNotebook, "");
  live.apply({ type: "set-source", id: id(0), source: "a" }, ana);
  live.apply({ type: "set-source", id: id(0), source: "ab" }, bo);
  live.apply({ type: "set-source", id: id(0), source: "abc" }, ana);
  const entries = book.take(now());
  expect(entries.map((e) => [e.author.who, e.count, e.isShared, e.added])).toEqual([
    ["ana", 2, true, 2],
    ["bo", 1, false, 1],
  ]);
});

test("entries that were made before the journal was read follow those in it", () => {
  const { live, book, wait, now } = aNotebook(createPlainNotebook, "", "");
  live.apply({ type: "set-source", id: id(0), source: "a" }, ana);
  book.follow(41);
  live.apply({ type: "set-source", id: id(1), source: "b" }, ana);
  expect(book.take(now()).map(({ seq }) => seq)).toEqual([42, 43]);
  wait(1);
  live.apply({ type: "set-source", id: id(0), source: "ab" }, ana);
  expect(book.take(now()).map(({ seq, count }) => [seq, count])).toEqual([[42, 2]]);
});
