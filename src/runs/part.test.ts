import { describe, expect, test } from "vitest";
import type { CellSnapshot } from "../document/live-notebook.ts";
import { CellId } from "../util/ids.ts";
import { PartOfNotebook } from "./part.ts";
import type { RunPart } from "./run.ts";

/** A document whose order can be changed; a capital letter is a cell tagged `parameters`. */
function aDocument(text: string) {
  let order = [...text].map(CellId.of);
  const cell = (id: CellId): CellSnapshot => ({
    id,
    cellType: "code",
    source: id,
    metadata: id === id.toUpperCase() ? { tags: ["parameters"] } : {},
    outputs: [],
    executionCount: null,
    executionState: "idle",
  });
  return {
    cellIds: () => order,
    cell: (id: CellId) => (order.includes(id) ? cell(id) : undefined),
    become(next: string) {
      order = [...next].map(CellId.of);
    },
    cells: () => order.map(cell),
  };
}

function part(ends: { readonly from?: string; readonly to?: string; readonly only?: string }): RunPart {
  return {
    from: ends.from === undefined ? null : CellId.of(ends.from),
    to: ends.to === undefined ? null : CellId.of(ends.to),
    only: [...(ends.only ?? "")].map(CellId.of),
  };
}

/** The cells of the part, in each of the orders that the document takes. */
function through(ends: Parameters<typeof part>[0] | null, first: string, ...later: string[]): string[] {
  const document = aDocument(first);
  const follower = new PartOfNotebook(ends === null ? null : part(ends), document);
  return [first, ...later].map((order, at) => {
    if (at > 0) document.become(order);
    return document
      .cells()
      .filter((cell) => follower.has(cell))
      .map(({ id }) => id)
      .join("");
  });
}

describe("a part of a notebook", () => {
  test("is all of it where none is named", () => expect(through(null, "Pabc")).toEqual(["Pabc"]));
  test("has its ends in it, and always the parameters", () => {
    expect(through({ from: "b" }, "Pabcd")).toEqual(["Pbcd"]);
    expect(through({ to: "b" }, "PabcdQ")).toEqual(["PabQ"]);
    expect(through({ from: "b", to: "c" }, "Pabcd")).toEqual(["Pbc"]);
    expect(through({ only: "ac" }, "Pabcd")).toEqual(["Pac"]);
    expect(through({ from: "b", only: "ac" }, "Pabcd")).toEqual(["Pc"]);
  });
  test("takes cells in that people insert between its ends", () => {
    expect(through({ from: "b", to: "c" }, "abcd", "abncdm")).toEqual(["bc", "bnc"]);
    expect(through({ only: "b" }, "abc", "abnc")).toEqual(["b", "b"]);
  });
  test("keeps to its place when an end is deleted", () => {
    expect(through({ from: "b" }, "abcd", "acd", "ad")).toEqual(["bcd", "cd", "d"]);
    expect(through({ to: "c" }, "abcd", "abd", "abnd")).toEqual(["abc", "ab", "ab"]);
  });
  test("is empty when nothing of it is left, never the whole", () => {
    expect(through({ to: "a" }, "abc", "bc")).toEqual(["a", ""]);
    expect(through({ only: "a" }, "abc", "bc")).toEqual(["a", ""]);
  });
});
