import { expect, test } from "vitest";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { compileQuery, EMPTY_QUERY, type FindQuery, findAll, MAX_FOUND } from "./find-text.ts";

function aCell(id: string, source: string, ...outputs: Output[]): CellSnapshot {
  return {
    id: CellId.of(id),
    cellType: "code",
    source,
    metadata: {},
    outputs,
    executionCount: null,
    executionState: "idle",
  };
}
const stream = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const shown = (data: Record<string, string>): Output => ({ output_type: "display_data", data, metadata: {} });
const asking = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({
  ...EMPTY_QUERY,
  text,
  ...more,
});
const places = (cells: readonly CellSnapshot[], text: string, more: Partial<FindQuery> = {}): string[] =>
  findAll(cells, asking(text, more)).found.map(({ cellId, where, nth }) => `${cellId} ${where} ${nth}`);

test("source and outputs are searched, in the order in which they are read", () => {
  const cells = [
    aCell("a", "loss = loss + 1", stream("no\nLoss 0.5 \u001b[31mlo\u001b[0mss")),
    aCell("b", "x", shown({ "text/plain": "a loss" }), stream("loss")),
  ];
  expect(places(cells, "loss")).toEqual([
    "a source 0",
    "a source 1",
    "a outputs 0",
    "a outputs 1",
    "b outputs 0",
    "b outputs 1",
  ]);
  expect(places(cells, "Loss", { matchCase: true })).toEqual(["a outputs 0"]);
  expect(places(cells, "loss", { inOutputs: false })).toEqual(["a source 0", "a source 1"]);
  expect(places(cells, "loss", { inSource: false, within: [CellId.of("b")] })).toEqual([
    "b outputs 0",
    "b outputs 1",
  ]);
});

test("signs are themselves, and what is not seen is not found", () => {
  const cells = [aCell("a", "a.b(c) axbxcx", shown({ "image/png": "abc", "text/plain": "<Figure abc>" }))];
  expect(places(cells, "a.b(")).toEqual(["a source 0"]);
  expect(places(cells, "abc")).toEqual([]);
  expect(places(cells, "")).toEqual([]);
});

test("whole words, also of other alphabets and at the ends", () => {
  const cells = [aCell("a", "lr lr_max xlr lr2 lr"), aCell("b", "größe größer"), aCell("c", "f(x) f(x)y")];
  expect(places(cells, "lr", { wholeWord: true })).toEqual(["a source 0", "a source 1"]);
  expect(places(cells, "größe", { wholeWord: true })).toEqual(["b source 0"]);
});

test("expressions, by lines; one that matches nothing is found nowhere", () => {
  const cells = [aCell("a", "import os\nx = 1\nimport re🙂")];
  expect(places(cells, "^import (\\w+)", { isRegExp: true })).toHaveLength(2);
  expect(places(cells, "z*", { isRegExp: true })).toEqual([]);
  expect(places(cells, "🙂|z*", { isRegExp: true })).toHaveLength(1);
  expect(compileQuery(asking("(", { isRegExp: true }))).toMatchObject({
    ok: false,
    problem: expect.stringContaining("no regular expression"),
  });
});

test("what is everywhere is cut, and what takes long ends", () => {
  const { found, isCut } = findAll([aCell("a", "e".repeat(MAX_FOUND + 5))], asking("e"));
  expect([found.length, isCut]).toEqual([MAX_FOUND, true]);
  let clock = 0;
  const slow = Array.from({ length: 9 }, (_, index) => aCell(`c${index}`, "x"));
  const stopped = findAll(slow, asking("x", { isRegExp: true }), () => {
    clock += 300;
    return clock;
  });
  expect(stopped.isCut).toBe(true);
  expect(stopped.found.length).toBeLessThan(9);
});
