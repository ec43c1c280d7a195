import fc from "fast-check";
import { expect, test } from "vitest";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { JsonObject } from "../../../nbformat/notebook.ts";
import { CellId } from "../../../util/ids.ts";
import { EMPTY_QUERY, type FindQuery, findAll } from "../find-text.ts";
import { replaceAll, replaceOne } from "./replace-text.ts";

function aCell(id: string, source: string, metadata: JsonObject = {}): CellSnapshot {
  return {
    id: CellId.of(id),
    cellType: "code",
    source,
    metadata,
    outputs: [{ output_type: "stream", name: "stdout", text: source }],
    executionCount: null,
    executionState: "idle",
  };
}
const asking = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({
  ...EMPTY_QUERY,
  text,
  ...more,
});
const sources = (cells: readonly CellSnapshot[], query: FindQuery, replacement: string): string[] =>
  replaceAll(cells, query, replacement).edits.map(({ id, source }) => `${id} ${source}`);

test("sources are replaced and counted, outputs are not, protected cells stay", () => {
  const cells = [aCell("a", "lr = lr"), aCell("b", "x"), aCell("c", "lr", { editable: false })];
  expect(replaceAll(cells, asking("lr"), "rate")).toEqual({
    edits: [{ type: "set-source", id: "a", source: "rate = rate" }],
    places: 2,
    protectedPlaces: 1,
  });
  expect(replaceOne(cells[2], 0, asking("lr"), "rate")).toBeNull();
});

test("one place is replaced, the others stay", () => {
  const cell = aCell("a", "lr + lr + lr");
  expect(replaceOne(cell, 1, asking("lr"), "x")?.source).toBe("lr + x + lr");
  expect(replaceOne(cell, 3, asking("lr"), "x")).toBeNull();
});

test("without an expression, signs of a replacement are themselves", () => {
  expect(sources([aCell("a", "f(x)")], asking("f(x)"), "$1 $& \\n")).toEqual(["a $1 $& \\n"]);
});

test("groups, names and line ends in the replacement of an expression", () => {
  const query = asking("(?<key>\\w+)=(\\d)", { isRegExp: true });
  expect(sources([aCell("a", "lr=1, n=2")], query, "$<key>: $2")).toEqual(["a lr: 1, n: 2"]);
  expect(sources([aCell("a", "lr=1")], query, "$$ $& $12 $3\\n\\t\\\\")).toEqual(["a $ lr=1 lr2 $3\n\t\\"]);
});

test("selected cells, capitals and whole words only", () => {
  const cells = [aCell("a", "Loss loss losses"), aCell("b", "loss")];
  expect(sources(cells, asking("loss", { within: [CellId.of("b")] }), "x")).toEqual(["b x"]);
  expect(sources(cells, asking("loss", { matchCase: true, wholeWord: true }), "x")).toEqual([
    "a Loss x losses",
    "b x",
  ]);
});

test("for any text: what is found in sources is what is replaced, and with itself nothing changes", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "B", "b", " ", "\n", ".", "ü", "🙂"), maxLength: 30 });
  fc.assert(
    fc.property(text, text, fc.boolean(), fc.boolean(), (source, wanted, matchCase, wholeWord) => {
      const cells = [aCell("a", source)];
      const query = asking(wanted, { matchCase, wholeWord, inOutputs: false });
      const { found } = findAll(cells, query);
      expect(replaceAll(cells, query, "X").places).toBe(found.length);
      let one = cells[0];
      for (const { nth } of [...found].reverse()) {
        const edit = replaceOne(one, nth, query, "X");
        if (edit && one) one = { ...one, source: edit.source };
      }
      expect(one?.source).toBe(replaceAll(cells, query, "X").edits[0]?.source ?? source);
      if (matchCase) expect(replaceAll(cells, query, wanted).edits).toEqual([]);
    }),
  );
});
