import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Cell } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";
import { NotebookWriter, serialiseNotebook } from "./serialise.ts";

const folder = new URL("fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const textOf = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** Lines that are in one text and not in the other, as a diff shows them. */
function changedLines(before: string, after: string): { removed: string[]; added: string[] } {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(old.length, now.length) - head;
  while (tail < shorter && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return { removed: old.slice(head, old.length - tail), added: now.slice(head, now.length - tail) };
}

describe("cells that come, go and move", () => {
  const fresh: Cell = {
    cell_type: "code",
    id: "new",
    metadata: {},
    source: "a\nb",
    execution_count: null,
    outputs: [],
  };
  const rewrite = (name: string, change: (cells: Cell[]) => Cell[]) => {
    const text = textOf(name);
    const { notebook, origin } = parseNotebook(text, name);
    const cells = change(notebook.cells);
    const written = serialiseNotebook({ ...notebook, cells }, origin);
    const { id: _, ...withoutId } = fresh;
    const expected =
      notebook.nbformat_minor < 5 ? cells.map((cell) => (cell === fresh ? withoutId : cell)) : cells;
    expect(parseNotebook(written, name).notebook.cells).toEqual(expected);
    return { ...changedLines(text, written), written, text };
  };

  it("a new cell in the middle takes lines of its own", () => {
    const { written, text } = rewrite("version-4.5.ipynb", (cells) => cells.toSpliced(3, 0, fresh));
    const added = [
      "  {",
      '   "cell_type": "code",',
      '   "execution_count": null,',
      '   "id": "new",',
      '   "metadata": {},',
      '   "outputs": [],',
      '   "source": [',
      '    "a\\n",',
      '    "b"',
      "   ]",
      "  },",
      "",
    ].join("\n");
    const next = '  {\n   "cell_type": "code",\n   "execution_count": 3,';
    expect(written).toBe(text.replace(next, () => added + next));
  });

  it("without an id before 4.5, in the order of the file's own cells", () => {
    const { written, text } = rewrite("colab.ipynb", (cells) => cells.toSpliced(1, 0, fresh));
    const added = [
      "    {",
      '      "cell_type": "code",',
      '      "source": [',
      '        "a\\n",',
      '        "b"',
      "      ],",
      '      "metadata": {},',
      '      "execution_count": null,',
      '      "outputs": []',
      "    },",
      "",
    ].join("\n");
    const next = '    {\n      "cell_type": "code",\n      "source": [\n        "import';
    expect(written).toBe(text.replace(next, () => added + next));
  });

  it("in tabs, as a text, at the end", () => {
    const { written } = rewrite("tabs-string-source.ipynb", (cells) => [...cells, fresh]);
    expect(written).toContain('\t\t\t"source": "a\\nb"\n\t\t}\n\t]\n}');
  });

  it("on one line", () => {
    const { written, text } = rewrite("compact-ascii.ipynb", (cells) => [fresh, ...cells]);
    const added =
      '{"cell_type":"code","execution_count":null,"id":"new","metadata":{},"outputs":[],"source":["a\\n","b"]},';
    expect(written).toBe(text.replace('"cells":[', `"cells":[${added}`));
  });

  it("a deleted one leaves the others as they were", () => {
    for (const name of names.filter((candidate) => candidate !== "version-3.ipynb")) {
      const { notebook } = parseNotebook(textOf(name), name);
      for (const index of notebook.cells.keys()) {
        const { added } = rewrite(name, (cells) => cells.toSpliced(index, 1));
        const isOneLine =
          textOf(name).trimEnd().split("\n").length === 1 || name === "numbers-and-escapes.ipynb";
        if (!isOneLine) expect(added.filter((line) => !/^\s*["{}[\]]/.test(line))).toEqual([]);
      }
    }
  });

  it("moved cells keep their writing, with ids and without", () => {
    for (const name of ["version-4.5.ipynb", "version-4.2.ipynb", "numbers-and-escapes.ipynb"]) {
      const { written, text } = rewrite(name, (cells) => cells.toReversed());
      expect(
        written
          .split("\n")
          .map((line) => line.replace(/,$/, ""))
          .sort(),
      ).toEqual(
        text
          .split("\n")
          .map((line) => line.replace(/,$/, ""))
          .sort(),
      );
    }
  });

  it("without ids an edited cell is found again beside an inserted one", () => {
    const { written, text } = rewrite("version-4.4.ipynb", (cells) => {
      const second = {
        ...structuredClone(cells[1] as Cell),
        source: 'lr = 0.5  # learning rate\nepochs = 3\nname = "ä"',
      };
      return [structuredClone(cells[0] as Cell), fresh, second, ...structuredClone(cells.slice(2))];
    });
    expect(written).toContain(text.slice(text.indexOf('"custom"'), text.indexOf('"ratio"')));
    expect(written).toContain('"ratio": 1.0');
  });

  it("none left, and the first again", () => {
    const { notebook, origin } = parseNotebook(textOf("version-4.5.ipynb"), "x");
    const writer = new NotebookWriter(origin);
    expect(writer.write({ ...notebook, cells: [] })).toMatch(/^\{\n "cells": \[\],\n "metadata"/);
    expect(writer.write(notebook)).toBe(textOf("version-4.5.ipynb"));
    const empty = parseNotebook(
      '{\n  "cells": [],\n  "metadata": {},\n  "nbformat": 4,\n  "nbformat_minor": 5\n}',
      "x",
    );
    expect(serialiseNotebook({ ...empty.notebook, cells: [fresh] }, empty.origin)).toMatch(
      /^\{\n {2}"cells": \[\n {4}\{\n {6}"cell_type": "code",/,
    );
  });
});
