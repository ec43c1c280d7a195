import fc from "fast-check";
import { expect, test } from "vitest";
import type { NotebookEdit } from "../../document/edits.ts";
import { CellId } from "../../util/ids.ts";
import { movesPastFolded, movesPastNeighbour, movesTo, piecesOf, withFolded } from "./cell-moves.ts";

const order = [..."abcdef"].map((id) => CellId.of(id));
const some = (text: string) => [...text].map((id) => CellId.of(id));

function after(moves: readonly NotebookEdit[]): string {
  const ids: CellId[] = [...order];
  for (const move of moves) {
    if (move.type !== "move-cell") throw new Error(move.type);
    ids.splice(ids.indexOf(move.id), 1);
    ids.splice(move.after === null ? 0 : ids.indexOf(move.after) + 1, 0, move.id);
  }
  return ids.join("");
}

test("a block goes past its neighbour, and pieces each past their own", () => {
  expect(after(movesPastNeighbour(order, some("bc"), -1))).toBe("bcadef");
  expect(after(movesPastNeighbour(order, some("bc"), 1))).toBe("adbcef");
  expect(after(movesPastNeighbour(order, some("bd"), 1))).toBe("acbedf");
  expect(after(movesPastNeighbour(order, some("bd"), -1))).toBe("badcef");
  expect(movesPastNeighbour(order, some("ab"), -1)).toEqual([]);
});

test("a selection dropped somewhere stands there in its order, the others in theirs", () => {
  expect(after(movesTo(order, some("bd"), CellId.of("e")))).toBe("acebdf");
  expect(after(movesTo(order, some("bd"), null))).toBe("bdacef");
  expect(movesTo(order, some("bc"), CellId.of("a"))).toEqual([]);
  expect(movesTo(order, some("bc"), CellId.of("b"))).toEqual([]);
  const subset = fc.subarray([...order], { minLength: 1 });
  fc.assert(
    fc.property(subset, fc.constantFrom(null, ...order), (selected, place) => {
      const result = after(movesTo(order, selected, place));
      expect(result).toContain(selected.join(""));
      const rest = (text: string) => [...text].filter((id) => !selected.includes(CellId.of(id))).join("");
      expect(rest(result)).toBe(rest(order.join("")));
      const before = place === null ? [] : order.slice(0, order.indexOf(place) + 1);
      const outside = before.filter((id) => !selected.includes(id));
      expect(result.startsWith(outside.join("") + selected.join(""))).toBe(true);
    }),
  );
});

test("folded sections go as one, and are passed as one", () => {
  const shown = some("abef");
  expect(withFolded(order, shown, some("b"))).toEqual(some("bcd"));
  expect(after(movesPastFolded(order, shown, some("b"), 1))).toBe("aebcdf");
  expect(after(movesPastFolded(order, shown, some("b"), -1))).toBe("bcdaef");
  expect(after(movesPastFolded(order, shown, some("e"), -1))).toBe("aebcdf");
  expect(after(movesPastFolded(order, shown, some("a"), 1))).toBe("bcdaef");
  expect(movesPastFolded(order, shown, some("f"), 1)).toEqual([]);
});

test("a text is cut at its cursors, and the line ends there go", () => {
  expect(piecesOf("a\n\nb\nc", [2, 5])).toEqual(["a", "b", "c"]);
  expect(piecesOf("ab", [1, 1])).toEqual(["a", "b"]);
  expect(piecesOf("ab", [])).toEqual(["ab"]);
  expect(piecesOf("\na\n", [3])).toEqual(["\na", ""]);
});
