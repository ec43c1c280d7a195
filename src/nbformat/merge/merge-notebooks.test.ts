import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cell, Notebook, Output } from "../notebook.ts";
import { parseNotebook } from "../parse.ts";
import { serialiseNotebook } from "../serialise.ts";
import { type ConflictChoice, conflictsIn } from "./conflict.ts";
import { writeConflictCells } from "./conflict-cells.ts";
import { mergeNotebooks } from "./merge-notebooks.ts";
import { resolveConflicts } from "./resolve-conflicts.ts";

const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const code = (id: string, source: string, more: Partial<Cell> = {}): Cell =>
  ({ id, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [], ...more }) as Cell;
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const sources = ({ cells }: Notebook): string[] => cells.map(({ source }) => source);
const base = notebook(code("a", "a = 1"), code("b", "b = 1\nc = 2"), code("c", "print(a)"));
const changed = (id: string, more: Partial<Cell>): Notebook =>
  notebook(...base.cells.map((cell) => (cell.id === id ? ({ ...cell, ...more } as Cell) : cell)));

describe("merging notebooks", () => {
  test("edits of different cells, insertions and moves of both sides are all there", () => {
    const mine = notebook(
      code("a", "a = 10"),
      code("m", "mine"),
      code("b", "b = 1\nc = 2"),
      code("c", "print(a)"),
    );
    const theirs = notebook(
      code("c", "print(a)"),
      code("a", "a = 1"),
      code("t", "theirs"),
      code("b", "b = 1\nc = 3"),
    );
    const merged = mergeNotebooks(base, mine, theirs);
    expect(sources(merged.notebook)).toEqual(["print(a)", "a = 10", "mine", "theirs", "b = 1\nc = 3"]);
    expect(merged.conflicts).toEqual([]);
  });

  test("a conflict keeps mine and tells the rest; other edits of theirs in the cell are merged", () => {
    const merged = mergeNotebooks(
      base,
      changed("b", { source: "b = 5\nc = 2" }),
      changed("b", { source: "b = 7\nc = 2\nd = 4" }),
    );
    expect(sources(merged.notebook)[1]).toBe("b = 5\nc = 2\nd = 4");
    expect(merged.conflicts).toEqual([
      {
        cellId: "b",
        what: "source",
        base: "b = 1\nc = 2",
        mine: "b = 5\nc = 2\nd = 4",
        theirs: "b = 7\nc = 2\nd = 4",
      },
    ]);
  });

  test("deleted here and edited there: the cell stays, as a conflict; executed there: it goes", () => {
    const without = notebook(...base.cells.filter(({ id }) => id !== "b"));
    const edited = changed("b", { source: "b = 2" });
    expect(mergeNotebooks(base, edited, without)).toMatchObject({
      notebook: edited,
      conflicts: [{ cellId: "b", what: "deleted", by: "theirs" }],
    });
    expect(mergeNotebooks(base, without, edited)).toMatchObject({
      notebook: edited,
      conflicts: [{ cellId: "b", what: "deleted", by: "mine" }],
    });
    const executed = changed("b", { outputs: [printed("1")] } as Partial<Cell>);
    expect(mergeNotebooks(base, executed, without).notebook).toEqual(without);
    const running = mergeNotebooks(base, executed, without, { isRunning: (key) => key === "b" });
    expect(running.notebook).toEqual(executed);
  });

  test("metadata are merged key by key, tags as a set", () => {
    const mine = changed("a", { metadata: { tags: ["x", "mine"], name: "lr", deep: { a: 1 } } });
    const theirs = changed("a", { metadata: { tags: ["theirs"], name: "rate", deep: { b: 2 } } });
    const start = changed("a", { metadata: { tags: ["x"] } });
    const merged = mergeNotebooks(start, mine, theirs);
    expect(merged.notebook.cells[0]?.metadata).toEqual({
      tags: ["mine", "theirs"],
      name: "lr",
      deep: { a: 1, b: 2 },
    });
    expect(merged.conflicts).toEqual([
      { cellId: "a", what: "metadata", key: "name", base: undefined, mine: "lr", theirs: "rate" },
    ]);
  });

  describe("outputs and count", () => {
    const ran = (source: string, text: string): Notebook =>
      changed("a", { source, outputs: [printed(text)], execution_count: 1 } as Partial<Cell>);
    const outputs = (mine: Notebook, theirs: Notebook, isRunning = false): unknown =>
      mergeNotebooks(base, mine, theirs, { isRunning: () => isRunning }).notebook.cells[0]?.outputs;

    test("are of the side that ran", () => {
      expect(outputs(base, ran("a = 1", "t"))).toEqual([printed("t")]);
      expect(outputs(ran("a = 1", "m"), base)).toEqual([printed("m")]);
    });

    test("are mine when both ran, unless theirs alone are of the source as it is now", () => {
      expect(outputs(ran("a = 1", "m"), ran("a = 1", "t"))).toEqual([printed("m")]);
      expect(outputs(ran("a = 1", "m"), ran("a = 2", "t"))).toEqual([printed("t")]);
      expect(outputs(ran("a = 2", "m"), ran("a = 1", "t"))).toEqual([printed("m")]);
    });

    test("of a cell that runs here stay", () => {
      expect(outputs(ran("a = 1", "m"), ran("a = 2", "t"), true)).toEqual([printed("m")]);
    });
  });

  test("files without ids are matched by content and place", () => {
    const plain = (...texts: string[]): Notebook => ({
      cells: texts.map((text) => {
        const { id: _, ...cell } = code("", text);
        return cell as Cell;
      }),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 4,
    });
    const merged = mergeNotebooks(
      plain("one", "two\nlong", "three"),
      plain("one", "two\nlonger", "three"),
      plain("zero", "one", "2\nlong", "three"),
    );
    expect(merged.notebook).toEqual(plain("zero", "one", "2\nlonger", "three"));
    expect(merged.conflicts).toEqual([]);
  });

  test("a program that gave every cell a new id changed nothing else", () => {
    const renamed = notebook(...base.cells.map((cell) => ({ ...cell, id: `new-${cell.id}` })));
    const mine = changed("a", { source: "a = 9" });
    const merged = mergeNotebooks(base, mine, renamed);
    expect(sources(merged.notebook)).toEqual(["a = 9", "b = 1\nc = 2", "print(a)"]);
    expect(mergeNotebooks(base, mine, renamed, { keepsIds: true }).notebook).toEqual(mine);
  });
});

describe("a conflict that is undecided while both go on", () => {
  const cell = (source: string, theirs?: string): Notebook =>
    changed("a", {
      source,
      metadata: theirs === undefined ? {} : { loopbook: { conflict: { source: { base: "a = 1", theirs } } } },
    });

  test("is replaced by what theirs became, until they have seen it", () => {
    const merged = mergeNotebooks(cell("a = 7"), cell("a = 5", "a = 7"), cell("a = 7\nmore"));
    expect(merged.conflicts).toMatchObject([{ cellId: "a", theirs: "a = 7\nmore" }]);
    expect(sources(merged.notebook)).toHaveLength(3);
  });

  test("stays when theirs, who have seen it, add to mine", () => {
    const merged = mergeNotebooks(
      cell("a = 5", "a = 7"),
      cell("a = 5", "a = 7"),
      cell("a = 5\nmore", "a = 7"),
    );
    expect(merged).toMatchObject({ notebook: cell("a = 5\nmore", "a = 7"), conflicts: [] });
  });

  test("gets a cell of its own when there is a new one", () => {
    const merged = mergeNotebooks(cell("a = 5", "a = 7"), cell("a = 6", "a = 7"), cell("a = 8", "a = 7"));
    expect(sources(merged.notebook).slice(0, 2)).toEqual(["a = 6", "a = 7"]);
    expect(merged.conflicts).toMatchObject([{ cellId: "a", mine: "a = 6", theirs: "a = 8" }]);
  });

  test("is over when theirs decide it", () => {
    const merged = mergeNotebooks(cell("a = 5", "a = 7"), cell("a = 5", "a = 7"), cell("a = 7"));
    expect(merged).toMatchObject({ notebook: cell("a = 7"), conflicts: [] });
  });
});

describe("a conflict in a file", () => {
  const merged = mergeNotebooks(
    base,
    changed("a", { source: "a = 5" }),
    changed("a", { source: "a = 7", outputs: [] }),
  );
  const file = writeConflictCells(merged, { mine: "HEAD", theirs: "topic" });

  test("is a note and two cells side by side, in a file that any program reads", () => {
    expect(sources(file)).toEqual([
      expect.stringContaining("**Merge conflict.**"),
      "a = 5",
      "a = 7",
      "b = 1\nc = 2",
      "print(a)",
    ]);
    const read = parseNotebook(serialiseNotebook(file), "merged.ipynb");
    expect(read.notices).toEqual([]);
    expect(read.notebook).toEqual(file);
    expect(conflictsIn(file)).toEqual(merged.conflicts);
  });

  test.each<[ConflictChoice, string[]]>([
    ["mine", ["a = 5"]],
    ["theirs", ["a = 7"]],
    ["both", ["a = 5", "a = 7"]],
  ])("is decided as %s", (choice, expected) => {
    const decided = resolveConflicts(file, choice);
    expect(sources(decided)).toEqual([...expected, "b = 1\nc = 2", "print(a)"]);
    expect(decided.cells[0]?.id).toBe("a");
    expect(JSON.stringify(decided)).not.toContain("conflict");
  });

  test("is left alone when another cell's is decided", () => {
    expect(resolveConflicts(file, "mine", "b")).toBe(file);
  });
});

const cellIds = ["a", "b", "c", "d", "e", "f"];
const anyCell = fc
  .record({
    id: fc.constantFrom(...cellIds),
    source: fc
      .array(fc.constantFrom("x = 1\n", "y = 2\n", "print(x)", "", "z"), { maxLength: 4 })
      .map((parts) => parts.join("")),
    type: fc.constantFrom("code", "markdown"),
    metadata: fc.dictionary(fc.constantFrom("tags", "name", "k"), fc.constantFrom(1, "v", ["t"]), {
      maxKeys: 2,
    }),
    text: fc.constantFrom("", "out"),
  })
  .map(({ id, source, type, metadata, text }) =>
    type === "markdown"
      ? ({ id, cell_type: "markdown", metadata, source } as Cell)
      : code(id, source, { metadata, outputs: text === "" ? [] : [printed(text)] } as Partial<Cell>),
  );
const anyNotebook = fc
  .record({
    cells: fc.uniqueArray(anyCell, { selector: ({ id }) => id, maxLength: 6 }),
    metadata: fc.dictionary(fc.constantFrom("authors", "title"), fc.constantFrom("v", 1), { maxKeys: 2 }),
    hasIds: fc.boolean(),
  })
  .map(
    ({ cells, metadata, hasIds }): Notebook => ({
      cells: hasIds ? cells : cells.map(({ id: _, ...cell }) => cell as Cell),
      metadata,
      nbformat: 4,
      nbformat_minor: hasIds ? 5 : 4,
    }),
  );

describe("for all notebooks", () => {
  test("who changed nothing has no say; the same change twice is one", () => {
    fc.assert(
      fc.property(anyNotebook, anyNotebook, (start, x) => {
        expect(mergeNotebooks(start, start, x)).toMatchObject({ notebook: x, conflicts: [] });
        expect(mergeNotebooks(start, x, start)).toMatchObject({ notebook: x, conflicts: [] });
        expect(mergeNotebooks(start, x, x)).toMatchObject({ notebook: x, conflicts: [] });
        expect(mergeNotebooks(start, start, x).notebook).toEqual(x);
      }),
      { numRuns: 200 },
    );
  });

  test("without a conflict, both ways round give the same cells; their order may differ", () => {
    fc.assert(
      fc.property(anyNotebook, anyNotebook, anyNotebook, (start, mine, theirs) => {
        const one = mergeNotebooks(start, mine, theirs);
        const other = mergeNotebooks(start, theirs, mine);
        if (start.nbformat_minor < 5 || one.conflicts.length > 0 || other.conflicts.length > 0) return;
        const facts = ({ cells }: Notebook): string[] =>
          cells.map(({ id, source }) => JSON.stringify([id, source])).sort();
        if (mine.nbformat_minor === 5 && theirs.nbformat_minor === 5)
          expect(facts(other.notebook)).toEqual(facts(one.notebook));
      }),
    );
  });

  test("the result is a valid notebook, with its conflicts written out and decided, too", () => {
    fc.assert(
      fc.property(anyNotebook, anyNotebook, anyNotebook, (start, mine, theirs) => {
        const merged = mergeNotebooks(start, mine, theirs);
        const file = writeConflictCells(merged);
        const choices: ConflictChoice[] = ["mine", "theirs", "both"];
        const decided = choices.map((choice) => resolveConflicts(file, choice));
        for (const result of [merged.notebook, file, ...decided]) {
          const read = parseNotebook(serialiseNotebook(result), "x.ipynb");
          expect(read.notices).toEqual([]);
          expect(read.notebook).toEqual(result);
        }
        for (const result of decided) expect(conflictsIn(result)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
