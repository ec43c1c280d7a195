import { expect, test } from "vitest";
import type { Cell, Notebook } from "../notebook.ts";
import { diffNotebooks, isSame, withoutOutputs } from "./diff-notebooks.ts";

const code = (id: string, source: string, more: object = {}): Cell =>
  ({ id, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [], ...more }) as Cell;
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

test("added, removed, moved and changed cells are told in their order, with what changed in them", () => {
  const before = notebook(code("a", "1"), code("b", "x\ny\nz"), code("c", "3"), code("d", "4"));
  const after = notebook(
    code("d", "4"),
    code("b", "x\nY\nz", { metadata: { tags: ["t"] }, execution_count: 2 }),
    code("n", "new"),
    code("c", "3"),
  );
  const diff = diffNotebooks(before, after);
  expect(diff.cells.map(({ type, id, index }) => [type, id, index])).toEqual([
    ["changed", "d", 0],
    ["removed", "a", 0],
    ["changed", "b", 1],
    ["added", "n", 2],
  ]);
  expect(diff.cells[0]).toMatchObject({ isMoved: true, indexBefore: 3, source: [], outputs: null });
  expect(diff.cells[2]).toMatchObject({
    isMoved: false,
    source: [{ beforeLine: 2, before: "y\n", afterLine: 2, after: "Y\n" }],
    metadata: [{ key: "tags", after: ["t"] }],
    executionCount: { before: null, after: 2 },
  });
});

test("the same notebook has no difference; where all ids are new, only those have changed", () => {
  const one = notebook(code("a", "1"), code("b", "2"));
  expect(isSame(diffNotebooks(one, structuredClone(one)))).toBe(true);
  expect(isSame(diffNotebooks(one, notebook(code("x", "1"), code("y", "2"))))).toBe(false);
  expect(diffNotebooks(one, notebook(code("x", "1"), code("y", "2"))).cells).toMatchObject([
    { type: "changed", source: [] },
    { type: "changed", source: [] },
  ]);
});

test("a cell that only ran is written as before", () => {
  const before = notebook(code("a", "x", { metadata: { tags: ["t"] } }));
  const times = { "iopub.status.busy": "2026-01-01T00:00:00Z" };
  const after = notebook(code("a", "x", { metadata: { tags: ["t"], execution: times }, execution_count: 3 }));
  expect(isSame(diffNotebooks(before, after))).toBe(false);
  expect(isSame(diffNotebooks(withoutOutputs(before), withoutOutputs(after)))).toBe(true);
});
