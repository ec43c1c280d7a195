import { describe, expect, it } from "vitest";
import { getValue, setValue } from "./named-values.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";
import { serialiseNotebook } from "./serialise.ts";
import { getTable, MAX_TABLE_VALUES, putTable, type Table, tablePreview } from "./tables.ts";

const empty: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
const scores: Table = {
  columns: ["model", "f1"],
  data: [
    ["svm", 0.97],
    ["k|nn", null],
  ],
};
const put = (notebook: Notebook, table: Table, name = "scores"): Notebook => {
  const changed = putTable(notebook, name, table);
  if (!changed.ok) throw new Error(changed.message);
  return changed.notebook;
};

describe("a table", () => {
  it("is data in a named Markdown cell that shows its first rows", () => {
    const notebook = put(empty, scores);
    expect(notebook.cells).toEqual([
      {
        cell_type: "markdown",
        id: expect.any(String),
        metadata: {
          name: "scores",
          loopbook: {
            table: {
              columns: ["model", "f1"],
              data: [
                ["svm", 0.97],
                ["k|nn", null],
              ],
            },
          },
        },
        source: "**scores**\n\n| model | f1 |\n| --- | --- |\n| svm | 0.97 |\n| k\\|nn |  |",
      },
    ]);
    expect(getTable(notebook, "scores")).toEqual(scores);
    expect(getValue(notebook, "scores")).toMatchObject({ ok: true, value: scores });
  });

  it("survives its file", () => {
    const notebook = put(empty, scores);
    const again = parseNotebook(serialiseNotebook(notebook), "x").notebook;
    expect(again).toEqual(notebook);
    expect(getTable(again, "scores")).toEqual(scores);
  });

  it("is replaced with the words around it kept", () => {
    const first = put(empty, scores);
    const [cell] = first.cells;
    const edited = {
      ...first,
      cells: [
        {
          ...cell,
          source: `# Results\n\n${cell?.source}\n\nThe SVM wins.`,
          metadata: { ...cell?.metadata, tags: ["x"] },
        } as Cell,
      ],
    };
    const more: Table = {
      columns: ["model", "f1"],
      data: Array.from({ length: 12 }, (_, index) => [`m${index}`, index]),
    };
    const [now] = put(edited, more).cells;
    expect(now?.source).toBe(`# Results\n\n**scores**\n\n${tablePreview(more)}\n\nThe SVM wins.`);
    expect(now?.source).toContain("*The first 10 of 12 rows.*");
    expect(now?.metadata).toMatchObject({ name: "scores", tags: ["x"] });
    expect(now?.id).toBe(cell?.id);
  });

  it("is refused when it is too large or ragged, or the name is another thing's", () => {
    const rows = Array.from({ length: MAX_TABLE_VALUES + 1 }, () => [0]);
    expect(putTable(empty, "big", { columns: ["x"], data: rows })).toMatchObject({
      ok: false,
      reason: "too-large",
    });
    expect(putTable(empty, "ragged", { columns: ["x"], data: [[1, 2]] })).toMatchObject({
      ok: false,
      reason: "wrong-width",
    });
    const value = setValue(empty, "lr", 0.1, { create: true });
    if (!value.ok) throw new Error(value.message);
    expect(putTable(value.notebook, "lr", scores)).toMatchObject({ ok: false, reason: "not-a-table" });
    expect(setValue(put(empty, scores), "scores", 1)).toMatchObject({
      ok: false,
      reason: "no-literal-for-value",
    });
  });
});

describe("a table that nbtransom wrote", () => {
  const source = "df = pd.DataFrame.from_records([('a', 1), ('b', 2.5)], columns=['name', 'n'])\ndf";
  const notebook: Notebook = {
    ...empty,
    cells: [
      {
        cell_type: "code",
        id: "d",
        metadata: { name: "df", tags: ["t"] },
        source,
        execution_count: 1,
        outputs: [{ output_type: "stream", name: "stdout", text: "x" }],
      },
    ],
  };

  it("is read", () => {
    expect(getTable(notebook, "df")).toEqual({
      columns: ["name", "n"],
      data: [
        ["a", 1],
        ["b", 2.5],
      ],
    });
  });

  it("is written in place, for the cells that use its variable", () => {
    const [cell] = put(notebook, { columns: ["name", "n"], data: [["c", 3]] }, "df").cells;
    expect(cell).toEqual({
      ...notebook.cells[0],
      source: 'df = pd.DataFrame.from_records([("c", 3)], columns=["name", "n"])\ndf',
    });
  });

  it("is read with rows as dictionaries", () => {
    const records = "df = pd.DataFrame.from_records([{'n': 1, 'name': 'a'}], columns=['name', 'n'])\ndf";
    const other = { ...notebook, cells: [{ ...notebook.cells[0], source: records } as Cell] };
    expect(getTable(other, "df")).toEqual({ columns: ["name", "n"], data: [["a", 1]] });
  });
});
