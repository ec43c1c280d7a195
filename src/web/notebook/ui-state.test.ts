import { expect, test } from "vitest";
import { CellId } from "../../util/ids.ts";
import { INITIAL_UI, repairSelection, selectedIds } from "./ui-state.ts";

const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => CellId.of(id)) as [CellId, CellId, CellId, CellId];

test("a selection runs between its two ends, whichever comes first", () => {
  expect(selectedIds({ active: c, anchor: a }, [a, b, c, d])).toEqual([a, b, c]);
  expect(selectedIds({ active: a, anchor: c }, [a, b, c, d])).toEqual([a, b, c]);
  expect(selectedIds({ active: b, anchor: b }, [a, b, c])).toEqual([b]);
  expect(selectedIds({ active: null, anchor: null }, [a])).toEqual([]);
  expect(selectedIds({ active: b, anchor: d }, [a, b, c])).toEqual([b]);
});

test("when the active cell goes away, the one that took its place is selected", () => {
  const ui = { ...INITIAL_UI, active: b, anchor: b, mode: "edit" as const };
  expect(repairSelection(ui, [a, b, c], [a, c])).toEqual({ active: c, anchor: c, mode: "command" });
  expect(repairSelection(ui, [a, b], [a])).toEqual({ active: a, anchor: a, mode: "command" });
  expect(repairSelection(ui, [a, b, c], [b, a, c])).toEqual({ active: b, anchor: b, mode: "edit" });
  expect(repairSelection(INITIAL_UI, [], [a, b])).toEqual({ active: a, anchor: a, mode: "command" });
  expect(repairSelection(ui, [a, b], [])).toEqual({ active: null, anchor: null, mode: "command" });
});
