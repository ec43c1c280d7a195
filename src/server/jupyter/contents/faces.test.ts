import { describe, expect, test } from "vitest";
import { keyed } from "../../../nbformat/merge/cell-keys.ts";
import type { Notebook, Output } from "../../../nbformat/notebook.ts";
import { withFaces, withWholes } from "./faces.ts";
import { withOutputsOf } from "./without-outputs.ts";

const text = (of: string): Output => ({ output_type: "stream", name: "stdout", text: of });

function notebook(cells: Record<string, readonly Output[]>): Notebook {
  return {
    ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
    cells: Object.entries(cells).map(([id, outputs]) => ({
      ...{ id, cell_type: "code", metadata: {}, source: id },
      ...{ outputs: [...outputs], execution_count: 1 },
    })),
  };
}
const outputsOf = (version: Notebook): unknown => version.cells.map(({ outputs }) => outputs);

const live = keyed(notebook({ a: [text("face"), text("small")], b: [text("b")] }));
const wholes = new Map([["a", [text("the whole"), text("small")]]]);

describe("outputs that a document has faces of", () => {
  test("are read whole, and are faces again when they come back as they were", () => {
    const served = withWholes(live, wholes);
    expect(outputsOf(served)).toEqual([[text("the whole"), text("small")], [text("b")]]);
    expect(withFaces(keyed(served), live, wholes).notebook).toEqual(live.notebook);
  });

  test("are what they became, where they were changed", () => {
    const sent = keyed(
      notebook({ a: [text("other"), text("small"), text("new")], b: [], c: [text("the whole")] }),
    );
    expect(outputsOf(withFaces(sent, live, wholes).notebook)).toEqual([
      [text("other"), text("small"), text("new")],
      [],
      [text("the whole")],
    ]);
  });
});

test("who may not execute writes no outputs: those of before stay, and new cells have none", () => {
  const sent = keyed(notebook({ a: [text("forged")], c: [text("forged")] }));
  const allowed = withOutputsOf(live, sent);
  expect(outputsOf(allowed.notebook)).toEqual([[text("face"), text("small")], []]);
  expect(allowed.notebook.cells[1]).toMatchObject({ id: "c", execution_count: null, source: "c" });
});
