import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "../../nbformat/notebook.ts";
import { clipFromHtml, clipFromJson, clipFromText, clipHtml, clipJson, clipText } from "./clip-format.ts";

const code = (source: string): Cell => ({
  id: "one",
  cell_type: "code",
  metadata: { tags: ["parameters"] },
  source,
  execution_count: 3,
  outputs: [{ output_type: "stream", name: "stdout", text: "<b>&quot;out</b>\n" }],
});
const picture: Cell = {
  id: "two",
  cell_type: "markdown",
  metadata: {},
  source: "![](attachment:a.png)",
  attachments: { "a.png": { "image/png": "aGk=" } },
};

test("cells come back as they were, also out of HTML", () => {
  fc.assert(
    fc.property(fc.string(), (source) => {
      const clip = { cells: [code(source), picture], from: "nb_1" };
      expect(clipFromJson(clipJson(clip))).toEqual(clip);
      expect(clipFromHtml(`<meta charset="utf-8">${clipHtml(clip)}`)).toEqual(clip);
    }),
  );
});

test("other programs get the sources", () => {
  expect(clipText({ cells: [code("a"), picture], from: null })).toBe("a\n\n![](attachment:a.png)");
  expect(clipHtml({ cells: [code("a < b")], from: null })).toContain("<pre>a &lt; b</pre>");
});

test("text is a cell, a notebook as text is its cells, nothing is nothing", () => {
  expect(clipFromText("\nx = 1\r\ny = 2\n")?.cells.map(({ source }) => source)).toEqual(["x = 1\ny = 2"]);
  expect(clipFromText(clipJson({ cells: [picture], from: null }))?.cells).toEqual([picture]);
  expect(clipFromText(" \n")).toBeNull();
  expect(clipFromText('{"nbformat": 4}')?.cells[0]?.source).toBe('{"nbformat": 4}');
});

test("cells of the classic notebook are read", () => {
  const cells = JSON.stringify([{ cell_type: "markdown", metadata: {}, source: ["a\n", "<b>"] }]);
  const html = `<pre class="jupyter-nb-cells-json">${cells.replaceAll("<", "&lt;")}</pre>`;
  expect(clipFromHtml(html)?.cells[0]?.source).toBe("a\n<b>");
  expect(clipFromHtml("<p>nothing of ours</p>")).toBeNull();
});
