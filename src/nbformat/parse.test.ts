import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MAX_NOTEBOOK_BYTES } from "./decode-text.ts";
import { tagsOf } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";
import { serialiseNotebook } from "./serialise.ts";

const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const read = (text: string | Uint8Array) => parseNotebook(text, "model.ipynb");
const notebookWith = (cell: object): string =>
  JSON.stringify(
    {
      cells: [{ cell_type: "code", id: "a", metadata: {}, source: "" }, cell],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  );

describe("broken input gets one line that names the file and the reason", () => {
  const whole = new TextDecoder().decode(fixture("version-4.5.ipynb"));
  const cases: readonly [string, string | Uint8Array, string][] = [
    ["empty", "", "model.ipynb is empty. Was it cut off while being copied?"],
    ["only white space", " \n\n", "model.ipynb is empty. Was it cut off while being copied?"],
    [
      "cut off in a string",
      whole.slice(0, whole.indexOf("größte") + 3),
      "model.ipynb is not valid JSON: it ends in the middle of a string (line 13). Was it cut off while being copied?",
    ],
    [
      "cut off between values",
      whole.slice(0, whole.lastIndexOf("]") - 1),
      "model.ipynb is not valid JSON: it ends before a list is closed (line 135). Was it cut off while being copied?",
    ],
    [
      "cut off in a word",
      '{"a": tr',
      "model.ipynb is not valid JSON: it ends inside a value (line 1). Was it cut off while being copied?",
    ],
    [
      "cut off in an escape",
      '{"a": "\\u00',
      "model.ipynb is not valid JSON: it ends in the middle of a string (line 1). Was it cut off while being copied?",
    ],
    [
      "comma before the end",
      '{\n"a": 1,\n}',
      "model.ipynb is not valid JSON: a comma stands before the end of an object (line 3).",
    ],
    [
      "comma at a list's end",
      "[1,\n]",
      "model.ipynb is not valid JSON: a comma stands before the end of a list (line 2).",
    ],
    [
      "missing comma",
      '{"a": 1\n"b": 2}',
      'model.ipynb is not valid JSON: a comma or } is missing before ""b": 2}" (line 2).',
    ],
    ["missing colon", '{"a" 1}', 'model.ipynb is not valid JSON: a colon is missing before "1}" (line 1).'],
    [
      "line end in a string",
      '{"a": "one\ntwo"}',
      "model.ipynb is not valid JSON: a string is not closed at the end of its line (line 1).",
    ],
    [
      "two documents",
      '{"nbformat": 4}\n{"nbformat": 4}',
      'model.ipynb is not valid JSON: something follows after its end, "{"nbformat": 4}" (line 2).',
    ],
    [
      "single quotes",
      "{'nbformat': 4}",
      "model.ipynb is not valid JSON: a name in double quotes is missing before \"'nbformat': 4}\" (line 1).",
    ],
    [
      "a web page",
      "<!DOCTYPE html>\n<html></html>",
      "model.ipynb is a web page (HTML), not a notebook. Was the page saved instead of the file behind it?",
    ],
    [
      "a Python program",
      "import os\nprint(1)\n",
      "model.ipynb is a Python program, not a notebook. (`jupytext --to notebook` makes one of it.)",
    ],
    ["plain text", "Dear Ana,", "model.ipynb is not a notebook: it is text, not JSON."],
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:1",
      "model.ipynb is a Git LFS pointer, not the notebook itself. Fetch it with `git lfs pull`.",
    ],
    [
      "merge conflict markers",
      '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> theirs\n}',
      "model.ipynb has unresolved merge conflict markers (line 2). Resolve the merge first, for instance with nbdime.",
    ],
    [
      "another JSON",
      '{"name": "x"}',
      'model.ipynb is JSON, but not a notebook: it has no "nbformat" at its top level.',
    ],
    ["a JSON list", "[1, 2]", "model.ipynb is JSON, but not a notebook: it holds a list."],
    [
      "a newer major version",
      '{"nbformat": 5, "nbformat_minor": 1, "cells": []}',
      "model.ipynb is written in nbformat 5.1; this version reads up to 4. Update Loopbook, or save the file as nbformat 4.",
    ],
    [
      "a very old version",
      '{"nbformat": 2}',
      "model.ipynb is written in nbformat 2, from before 2013; 3 and 4 are read. Convert it with `jupyter nbconvert --to notebook`.",
    ],
    [
      "a version of the wrong type",
      '{"nbformat": "4"}',
      "model.ipynb is not a readable notebook: its nbformat is a text, where a number is needed.",
    ],
    [
      "no cells",
      '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
      "model.ipynb is not a readable notebook: it has no list of cells.",
    ],
    [
      "cells of the wrong type",
      '{"nbformat": 4, "cells": {}}',
      "model.ipynb is not a readable notebook: its cells are an object, where a list is needed.",
    ],
    [
      "metadata of the wrong type",
      '{"nbformat": 4, "cells": [], "metadata": []}',
      "model.ipynb is not a readable notebook: its metadata is a list, where an object is needed.",
    ],
    [
      "a cell that is no object",
      notebookWith([]),
      "model.ipynb is not a readable notebook: cell 2 is a list, where an object is needed (line 9).",
    ],
    [
      "a cell of unknown type",
      notebookWith({ cell_type: "chart" }),
      'model.ipynb is not a readable notebook: cell 2 has the type "chart", which nbformat 4 does not know (code, markdown and raw are) (line 9).',
    ],
    [
      "a source that is a number",
      notebookWith({ cell_type: "code", source: 3 }),
      "model.ipynb is not a readable notebook: cell 2 has a number as its source, where a text or a list of lines is needed (line 9).",
    ],
    [
      "a source with a number in it",
      notebookWith({ cell_type: "code", source: ["a", 3] }),
      "model.ipynb is not a readable notebook: cell 2 has a list as its source, where a text or a list of lines is needed (line 9).",
    ],
    [
      "metadata that is null",
      notebookWith({ cell_type: "code", metadata: null }),
      "model.ipynb is not a readable notebook: cell 2 has null as its metadata, where an object is needed (line 9).",
    ],
    [
      "an id that is a number",
      notebookWith({ cell_type: "code", id: 7 }),
      "model.ipynb is not a readable notebook: cell 2 has a number as its id, where a text is needed (line 9).",
    ],
    [
      "outputs that are an object",
      notebookWith({ cell_type: "code", outputs: {} }),
      "model.ipynb is not a readable notebook: cell 2 has an object as its outputs, where a list is needed (line 9).",
    ],
    [
      "a broken output",
      notebookWith({ cell_type: "code", outputs: [{ output_type: "stream", text: 1 }] }),
      "model.ipynb is not a readable notebook: cell 2: output 1 has a number as its text, where a text or a list of lines is needed (line 9).",
    ],
    [
      "UTF-16",
      new Uint8Array([0xff, 0xfe, 0x7b, 0]),
      "model.ipynb is UTF-16 text; a notebook is UTF-8. Save it as UTF-8.",
    ],
    [
      "Latin-1",
      new Uint8Array([...Buffer.from('{\n"a": "'), 0xe9, ...Buffer.from('"}')]),
      "model.ipynb is not valid UTF-8 (line 2). A notebook is UTF-8 text; was it saved in another encoding, or is it binary?",
    ],
    [
      "cut off in a character",
      Buffer.from('{\n"a": "é').subarray(0, -1),
      "model.ipynb ends in the middle of a character (line 2). Was it cut off while being copied?",
    ],
    [
      "gzip",
      new Uint8Array([0x1f, 0x8b, 8, 0]),
      "model.ipynb is compressed (gzip), not a notebook. Unpack it first.",
    ],
    [
      "nested too deep",
      `{"nbformat": 4, "cells": [], "x": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      "model.ipynb has lists and objects inside each other 100001 levels deep; 500 are read.",
    ],
  ];
  for (const [name, input, message] of cases) {
    it(name, () => {
      expect(() => read(input)).toThrow(expect.objectContaining({ code: "notebook-unreadable", message }));
    });
  }

  it("every prefix of a notebook", () => {
    const small = new TextDecoder().decode(fixture("repeated-ids.ipynb")).trimEnd();
    for (let end = 0; end < small.length; end += 1) {
      expect(() => read(small.slice(0, end))).toThrow(
        expect.objectContaining({ code: "notebook-unreadable" }),
      );
    }
  });

  it("200 MB, refused by size before anything is read", () => {
    const big = new Uint8Array(200 * 1024 * 1024);
    expect(() => read(big)).toThrow(
      expect.objectContaining({
        code: "notebook-unreadable",
        message: expect.stringMatching(/^model\.ipynb is 200 MB; Loopbook reads notebooks up to 100 MB\./),
      }),
    );
    expect(MAX_NOTEBOOK_BYTES).toBe(100 * 1024 * 1024);
  });
});

describe("what is read", () => {
  it("joins lines, and keeps what it does not know", () => {
    const { notebook, notices } = read(fixture("version-4.5.ipynb"));
    expect(notices).toEqual([]);
    expect(notebook.cells.map((cell) => cell.id)).toEqual([
      "cell-0",
      "cell-1",
      "cell-2",
      "cell-3",
      "cell-4",
      "cell-5",
    ]);
    const [title, parameters, code, failed] = notebook.cells;
    expect(title?.source).toBe("# Übung: größte Zahl 数\n\nText mit ![pixel](attachment:pixel.png)");
    expect(title?.attachments).toHaveProperty(["pixel.png", "image/png"], expect.stringMatching(/^iVBOR/));
    expect(parameters).toMatchObject({ metadata: { custom: { n: 3, ratio: 1 } } });
    expect(parameters === undefined ? [] : tagsOf(parameters)).toEqual(["parameters"]);
    expect(code).toMatchObject({
      outputs: [
        { output_type: "stream", text: "hello\nworld\n" },
        {
          output_type: "execute_result",
          data: { "text/html": "<b>2</b>\n<i>x</i>", "application/json": { a: [1, 2.5] } },
        },
        { output_type: "display_data", metadata: { "image/png": { width: 10 } } },
      ],
    });
    expect(failed).toMatchObject({
      outputs: [{ ename: "ZeroDivisionError", traceback: ["\u001b[31mline 1\u001b[0m", "line 2"] }],
    });
  });

  it("keeps the minor version, and cells of before 4.5 without ids", () => {
    for (const minor of [0, 1, 2, 3, 4]) {
      const { notebook, notices } = read(fixture(`version-4.${minor}.ipynb`));
      expect(notices).toEqual([]);
      expect(notebook.nbformat_minor).toBe(minor);
      expect(notebook.cells.every((cell) => cell.id === undefined)).toBe(true);
    }
  });

  it("fills in what the file leaves out, with what it means", () => {
    const { notebook } = read(
      '{"nbformat": 4, "nbformat_minor": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type": "execute_result"}]}]}',
    );
    expect(notebook.metadata).toEqual({});
    expect(notebook.cells).toEqual([
      {
        cell_type: "code",
        metadata: {},
        source: "",
        execution_count: null,
        outputs: [{ output_type: "execute_result", metadata: {}, data: {}, execution_count: null }],
      },
    ]);
  });

  it("upgrades nbformat 3", () => {
    const { notebook, notices } = read(fixture("version-3.ipynb"));
    expect(notices).toEqual([expect.stringContaining("nbformat 3")]);
    expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { author: "Ana" } });
    expect(notebook.cells.map(({ id, ...cell }) => cell)).toEqual([
      { cell_type: "markdown", metadata: {}, source: "## A title" },
      { cell_type: "markdown", metadata: {}, source: "some\ntext" },
      {
        cell_type: "code",
        metadata: { collapsed: false },
        source: "x = 1\nx",
        execution_count: 4,
        outputs: [
          { output_type: "stream", name: "stderr", text: "warn\n" },
          {
            output_type: "execute_result",
            execution_count: 4,
            metadata: {},
            data: { "text/plain": "1", "text/html": "<b>1</b>" },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: { "image/png": expect.any(String), "application/json": { a: 1 } },
          },
          { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
        ],
      },
      { cell_type: "raw", metadata: {}, source: "raw" },
    ]);
    expect(new Set(notebook.cells.map((cell) => cell.id)).size).toBe(4);
  });

  it("reads a newer minor version with a notice", () => {
    const { notebook, notices } = read(fixture("minor-6.ipynb"));
    expect(notices).toEqual(["nbformat 4.6 is newer than 4.5; what is new in it is kept, not understood."]);
    expect(notebook).toMatchObject({ theme: "dark", cells: [{ new_field: { x: 1 } }] });
  });

  it("gives a repeated or missing id another, the same at each reading", () => {
    const first = read(fixture("repeated-ids.ipynb"));
    const ids = first.notebook.cells.map((cell) => cell.id);
    expect(first.notices).toEqual([expect.stringContaining("repeats the id")]);
    expect(ids[0]).toBe("same");
    expect(new Set(ids).size).toBe(3);
    expect(read(fixture("repeated-ids.ipynb")).notebook.cells.map((cell) => cell.id)).toEqual(ids);
  });

  it("keeps an output of a type that it does not know, with a notice", () => {
    const { notebook, notices } = read(
      notebookWith({ cell_type: "code", id: "b", outputs: [{ output_type: "hologram", x: 1 }] }),
    );
    expect(notices).toEqual(['An output of the unknown type "hologram" is kept as it is.']);
    expect(notebook.cells[1]).toMatchObject({ outputs: [{ output_type: "hologram", x: 1 }] });
  });

  it("reads a byte order mark and Python's NaN, and gives both back", () => {
    const text =
      '\ufeff{"nbformat": 4, "nbformat_minor": 5, "metadata": {"best": NaN, "worst": [-Infinity, Infinity]}, "cells": []}';
    const { notebook, origin, notices } = read(new TextEncoder().encode(text));
    expect(notices).toHaveLength(2);
    expect(notebook.metadata).toEqual({
      best: Number.NaN,
      worst: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    });
    expect(serialiseNotebook(notebook, origin)).toBe(text);
  });

  it("takes the last of two members of one name, as other readers do", () => {
    const { notebook } = read(fixture("numbers-and-escapes.ipynb"));
    expect(notebook.cells[0]?.metadata).toMatchObject({
      twice: 2,
      café: "naïve",
      big: Number("12345678901234567890"),
    });
  });

  it("is not misled by a member called __proto__", () => {
    const text = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"__proto__": {"x": NaN}}, "cells": []}';
    const { notebook, origin } = read(text);
    expect(Object.keys(notebook.metadata)).toEqual(["__proto__"]);
    expect(serialiseNotebook(notebook, origin)).toBe(text);
  });
});

it("keys that are written with escapes are read as what they are, whatever was read before", () => {
  const parse = (metadata: string) =>
    parseNotebook(
      Buffer.from(`{"cells":[],"metadata":${metadata},"nbformat":4,"nbformat_minor":5}`),
      "keys.ipynb",
    ).notebook.metadata;
  for (let count = 0; count < 5; count++) JSON.parse('[{"a":1,"\\\\":2}]');
  expect(parse('{"x":[{"a":1,"\\u00e9":2}]}')).toEqual({ x: [{ a: 1, é: 2 }] });
  expect(parse('{"x":["a\\n",{"a":1 , "\\n" : ["b\\n"]}]}')).toEqual({ x: ["a\n", { a: 1, "\n": ["b\n"] }] });
});
