/** A live document over a file: opening and saving changes no byte, an edit changes its cell's lines only. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { setValue } from "../../src/nbformat/named-values.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { NotebookWriter, serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { CellId } from "../../src/util/ids.ts";

const folder = new URL("../../src/nbformat/fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const person = { type: "person", label: "ana" } as const;

function open(name: string) {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { notebook, origin } = parseNotebook(text, name);
  const live = createLiveNotebook(notebook);
  const writer = new NotebookWriter(origin);
  return { text, notebook, live, save: () => writer.write(live.toNotebook()) };
}

describe("a live document over a file", () => {
  for (const name of names) {
    it(`gives ${name} back byte for byte`, () => {
      const { live, text, save } = open(name);
      expect(save()).toBe(text);
      live.destroy();
    });

    it(`changes only what an edit in ${name} changes`, () => {
      if (name === "version-3.ipynb") return;
      const { live, text, notebook, save } = open(name);
      save();
      const id = live.cellIds()[1];
      if (id === undefined) return;
      const old = notebook.cells[1]?.source ?? "";
      live.apply({ type: "set-source", id, source: `${old}\n# changed` }, person);
      const written = save();
      expect(written).not.toBe(text);
      expect(parseNotebook(written, name).notebook.cells[1]?.source).toBe(`${old}\n# changed`);
      live.apply({ type: "set-source", id, source: old }, person);
      expect(save()).toBe(text);
      live.destroy();
    });
  }

  it("takes a value by name as an edit of its own", () => {
    const { live, text, save } = open("version-4.4.ipynb");
    const changed = setValue(live.toNotebook(), "lr", 0.05, { expected: 0.1 });
    if (!changed.ok) throw new Error(changed.message);
    const id = live.cellIds()[changed.place.cellIndex] ?? CellId.of("");
    live.apply({ type: "set-source", id, source: changed.cell.source }, person);
    expect(save()).toBe(text.replace("lr = 0.1 ", "lr = 0.05 "));
    live.destroy();
  });

  it("with cells added, moved and deleted is what is read again", () => {
    for (const name of names) {
      const { live, save } = open(name);
      save();
      const [first, second] = live.cellIds();
      if (first === undefined || second === undefined) continue;
      live.apply(
        {
          type: "insert-cell",
          cell: { id: CellId.of("brand-new"), cellType: "code", source: "a\nb" },
          after: first,
        },
        person,
      );
      live.apply({ type: "move-cell", id: first, after: second }, person);
      const written = save();
      const { nbformat_minor, cells } = parseNotebook(written, name).notebook;
      expect(cells, name).toEqual(live.toNotebook().cells);
      expect(
        cells.some((cell) => cell.id === "brand-new"),
        name,
      ).toBe(nbformat_minor >= 5);
      expect(serialiseNotebook(live.toNotebook(), parseNotebook(written, name).origin)).toBe(written);
      live.destroy();
    }
  });
});
