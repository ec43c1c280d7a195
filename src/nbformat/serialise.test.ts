import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../util/json.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";
import { NotebookWriter, serialiseNotebook } from "./serialise.ts";

const folder = new URL("fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const textOf = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** The notebook with one cell replaced by a new object, as a live document does. */
function withCell(notebook: Notebook, index: number, change: Partial<Cell>): Notebook {
  const cells = notebook.cells.map((cell, at) => (at === index ? ({ ...cell, ...change } as Cell) : cell));
  return { ...notebook, cells };
}

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

describe("an untouched file is given back byte for byte", () => {
  for (const name of names) {
    it(name, () => {
      const text = textOf(name);
      const { notebook, origin } = parseNotebook(text, name);
      expect(serialiseNotebook(notebook, origin)).toBe(text);
      expect(serialiseNotebook(structuredClone(notebook), origin)).toBe(text);
    });
  }

  it("also when a live document gave ids to cells that have none", () => {
    const text = textOf("version-4.4.ipynb");
    const { notebook, origin } = parseNotebook(text, "x");
    const cells = notebook.cells.map((cell, index) => ({ ...structuredClone(cell), id: `live-${index}` }));
    const writer = new NotebookWriter(origin);
    expect(writer.write({ ...notebook, cells })).toBe(text);
    const changed = withCell({ ...notebook, cells }, 1, { source: "lr = 0.2" });
    expect(writer.write(withCell(changed, 1, { source: "lr = 0.3" }))).not.toContain("live-");
  });

  it("when a change was taken back", () => {
    const text = textOf("numbers-and-escapes.ipynb");
    const { notebook, origin } = parseNotebook(text, "x");
    const writer = new NotebookWriter(origin);
    expect(writer.write(withCell(notebook, 0, { source: "other" }))).not.toBe(text);
    expect(writer.write(withCell(notebook, 0, {}))).toBe(text);
  });
});

describe("one change touches its own lines only", () => {
  const edit = (name: string, index: number, change: Partial<Cell>) => {
    const text = textOf(name);
    const { notebook, origin } = parseNotebook(text, name);
    const written = serialiseNotebook(withCell(notebook, index, change), origin);
    expect(parseNotebook(written, name).notebook).toEqual(withCell(notebook, index, change));
    return changedLines(text, written);
  };

  it("one line of a source", () => {
    expect(
      edit("version-4.5.ipynb", 1, { source: 'lr = 0.1  # learning rate\nepochs = 5\nname = "ä"' }),
    ).toEqual({
      removed: ['    "epochs = 3\\n",'],
      added: ['    "epochs = 5\\n",'],
    });
  });

  it("a line added at the end", () => {
    expect(edit("version-4.5.ipynb", 2, { source: "print('hello')\n1 + 1\n2" })).toEqual({
      removed: ['    "1 + 1"'],
      added: ['    "1 + 1\\n",', '    "2"'],
    });
  });

  it("a source that becomes empty, and one that was", () => {
    expect(edit("version-4.5.ipynb", 3, { source: "" })).toEqual({
      removed: ['   "source": [', '    "1/0"', "   ]"],
      added: ['   "source": []'],
    });
    expect(edit("version-4.5.ipynb", 5, { source: "x" })).toEqual({
      removed: ['   "source": []'],
      added: ['   "source": [', '    "x"', "   ]"],
    });
  });

  it("in tabs with sources as texts", () => {
    expect(edit("tabs-string-source.ipynb", 3, { source: "2/0" })).toEqual({
      removed: ['\t\t\t"source": "1/0"'],
      added: ['\t\t\t"source": "2/0"'],
    });
  });

  it("in CRLF", () => {
    expect(edit("crlf.ipynb", 5, { source: "a\nb" })).toEqual({
      removed: ['      "source": []\r'],
      added: ['      "source": [\r', '        "a\\n",\r', '        "b"\r', "      ]\r"],
    });
  });

  it("with non-ASCII as the file writes it", () => {
    expect(edit("four-spaces-no-newline.ipynb", 3, { source: "é 😀" }).added).toEqual([
      '                "\\u00e9 \\ud83d\\ude00"',
    ]);
    expect(edit("version-4.5.ipynb", 3, { source: "é 😀" }).added).toEqual(['    "é 😀"']);
  });

  it("with numbers, escapes and odd spacing around it as they were", () => {
    const { added, removed } = edit("numbers-and-escapes.ipynb", 0, { source: "x = 'é'\nz = 'é'" });
    expect(removed).toEqual(["     \"y = 'é'\""]);
    expect(added).toEqual(["     \"z = 'é'\""]);
    const metadata =
      parseNotebook(textOf("numbers-and-escapes.ipynb"), "x").notebook.cells[0]?.metadata ?? {};
    const changed = edit("numbers-and-escapes.ipynb", 0, { metadata: { ...metadata, exp: 5 } });
    expect(changed.added[0]).toBe(changed.removed[0]?.replace("1e5", "5"));
  });

  it("new metadata at its sorted place", () => {
    expect(edit("version-4.5.ipynb", 2, { metadata: { tags: ["hold"] } })).toEqual({
      removed: ['   "metadata": {},'],
      added: ['   "metadata": {', '    "tags": [', '     "hold"', "    ]", "   },"],
    });
    expect(
      edit("version-4.5.ipynb", 4, { metadata: { format: "text/restructuredtext", a: 1 } }).added,
    ).toEqual(['    "a": 1,']);
  });

  it("outputs, with the source as it was written", () => {
    const { added } = edit("numbers-and-escapes.ipynb", 0, {
      execution_count: 2,
      outputs: [{ output_type: "stream", name: "stdout", text: "1\n2\n" }],
    });
    expect(added.join("\n")).not.toContain("\\u00e9'");
    const text = textOf("version-4.5.ipynb");
    const { notebook } = parseNotebook(text, "x");
    const outputs = notebook.cells[2]?.cell_type === "code" ? notebook.cells[2].outputs : [];
    const more = edit("version-4.5.ipynb", 2, {
      outputs: [...outputs, { output_type: "stream", name: "stderr", text: "w\n" }],
    });
    expect(more.removed).toEqual([]);
    expect(more.added.join("\n")).toContain('"stderr"');
    expect(more.added).toHaveLength(7);
  });

  it("on one line", () => {
    const text = textOf("compact-ascii.ipynb");
    const { notebook, origin } = parseNotebook(text, "x");
    expect(serialiseNotebook(withCell(notebook, 3, { source: "ä", metadata: { tags: ["a"] } }), origin)).toBe(
      text
        .replace('"source":["1/0"]', '"source":["\\u00e4"]')
        .replace('"id":"cell-3","metadata":{}', '"id":"cell-3","metadata":{"tags":["a"]}'),
    );
  });

  it("notebook metadata", () => {
    const text = textOf("version-4.5.ipynb");
    const { notebook, origin } = parseNotebook(text, "x");
    const written = serialiseNotebook(
      { ...notebook, metadata: { ...notebook.metadata, title: "T" } },
      origin,
    );
    expect(changedLines(text, written)).toEqual({ removed: ["  }"], added: ["  },", '  "title": "T"'] });
  });

  it("a repeated id is mended only where its cell changes", () => {
    const { notebook } = parseNotebook(textOf("repeated-ids.ipynb"), "x");
    expect(edit("repeated-ids.ipynb", 0, { source: "changed" })).toEqual({
      removed: ['    "one"'],
      added: ['    "changed"'],
    });
    expect(edit("repeated-ids.ipynb", 1, { source: "changed" }).added).toContain(
      `   "id": "${notebook.cells[1]?.id}",`,
    );
  });
});

describe("another type of cell", () => {
  it("keeps what stays and adds what the type needs", () => {
    const { notebook, origin } = parseNotebook(textOf("version-4.5.ipynb"), "x");
    const raw = notebook.cells[4] as Cell;
    const asCode = { ...raw, cell_type: "code", execution_count: null, outputs: [] } as Cell;
    const written = serialiseNotebook({ ...notebook, cells: notebook.cells.with(4, asCode) }, origin);
    expect(JSON.parse(written).cells[4]).toEqual({
      cell_type: "code",
      execution_count: null,
      id: "cell-4",
      metadata: { format: "text/restructuredtext" },
      outputs: [],
      source: ["raw\n", "text"],
    });
  });
});

describe("an upgraded notebook", () => {
  it("is written as 4.5 in the file's style once it changed", () => {
    const { notebook, origin } = parseNotebook(textOf("version-3.ipynb"), "x");
    const written = serialiseNotebook(withCell(notebook, 1, { source: "changed" }), origin);
    const read = JSON.parse(written) as Record<string, JsonValue>;
    expect(read).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { author: "Ana" } });
    expect(read).not.toHaveProperty("worksheets");
    expect(written).toMatch(/^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "markdown",/);
    expect(written.endsWith("}\n")).toBe(true);
  });
});

describe("a new notebook", () => {
  it("is written as Jupyter writes it", () => {
    const notebook: Notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { b: 1, a: { z: [], y: {} } },
      cells: [
        { cell_type: "markdown", id: "m", metadata: {}, source: "# ä" },
        {
          cell_type: "code",
          metadata: {},
          source: "x",
          execution_count: 1,
          outputs: [
            {
              output_type: "display_data",
              metadata: {},
              data: { "text/plain": "a\nb", "image/png": "aGk=\n", "application/json": { k: 1 } },
            },
          ],
        },
      ],
    };
    expect(serialiseNotebook(notebook)).toMatchInlineSnapshot(`
      "{
       "cells": [
        {
         "cell_type": "markdown",
         "id": "m",
         "metadata": {},
         "source": [
          "# ä"
         ]
        },
        {
         "cell_type": "code",
         "execution_count": 1,
         "id": "ed453b01",
         "metadata": {},
         "outputs": [
          {
           "data": {
            "application/json": {
             "k": 1
            },
            "image/png": "aGk=\\n",
            "text/plain": [
             "a\\n",
             "b"
            ]
           },
           "metadata": {},
           "output_type": "display_data"
          }
         ],
         "source": [
          "x"
         ]
        }
       ],
       "metadata": {
        "a": {
         "y": {},
         "z": []
        },
        "b": 1
       },
       "nbformat": 4,
       "nbformat_minor": 5
      }
      "
    `);
    expect(serialiseNotebook(notebook)).toBe(serialiseNotebook(structuredClone(notebook)));
    expect(serialiseNotebook({ ...notebook, cells: [] })).toMatch(/^\{\n "cells": \[\],\n/);
  });
});

describe("saving again and again", () => {
  it("prints only the cells that changed", () => {
    const cells = Array.from(
      { length: 5000 },
      (_, index): Cell => ({
        cell_type: "code",
        id: `c${index}`,
        metadata: {},
        source: `print(${index})`,
        execution_count: null,
        outputs: [],
      }),
    );
    const text = serialiseNotebook({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
    const { notebook, origin } = parseNotebook(text, "x");
    const writer = new NotebookWriter(origin);
    expect(writer.write(notebook)).toBe(text);
    // A cell that may not be looked into again: its text must come from the first writing.
    const guarded = notebook.cells.map((cell) => cell);
    let looks = 0;
    for (const cell of guarded) {
      Object.defineProperty(cell, "source", {
        get: () => {
          looks += 1;
          return "";
        },
        enumerable: true,
      });
    }
    guarded[2500] = { ...cells[2500], source: "changed" } as Cell;
    const again = writer.write({ ...notebook, cells: guarded });
    expect(looks).toBe(0);
    expect(again).toBe(text.replace('"print(2500)"', '"changed"'));
    expect([...writer.chunks({ ...notebook, cells: guarded })].join("")).toBe(again);
  });
});
