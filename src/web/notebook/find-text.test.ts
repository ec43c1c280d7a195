import { expect, test } from "vitest";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { findAll, MAX_FOUND } from "./find-text.ts";

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
const places = (cells: readonly CellSnapshot[], query: string): string[] =>
  findAll(cells, query).found.map(({ cellId, where, nth }) => `${cellId} ${where} ${nth}`);

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
  // A capital means itself.
  expect(places(cells, "Loss")).toEqual(["a outputs 0"]);
});

test("signs are themselves, and what is not seen is not found", () => {
  const cells = [aCell("a", "a.b(c) axbxcx", shown({ "image/png": "abc", "text/plain": "<Figure abc>" }))];
  expect(places(cells, "a.b(")).toEqual(["a source 0"]);
  expect(places(cells, "abc")).toEqual([]);
  expect(places(cells, "")).toEqual([]);
});

test("what is everywhere is cut", () => {
  const { found, isCut } = findAll([aCell("a", "e".repeat(MAX_FOUND + 5))], "e");
  expect([found.length, isCut]).toEqual([MAX_FOUND, true]);
});
