import { expect, test } from "vitest";
import { CellId } from "../../util/ids.ts";
import { INITIAL_UI, repairSelection, selectedIds, toggled } from "./ui-state.ts";

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
  expect(repairSelection(ui, [a, b, c], [a, c])).toEqual({
    active: c,
    anchor: c,
    picked: [],
    mode: "command",
  });
  expect(repairSelection(ui, [a, b], [a])).toEqual({ active: a, anchor: a, picked: [], mode: "command" });
  expect(repairSelection(ui, [a, b, c], [b, a, c])).toEqual({
    active: b,
    anchor: b,
    picked: [],
    mode: "edit",
  });
  expect(repairSelection(INITIAL_UI, [], [a, b])).toEqual({
    active: a,
    anchor: a,
    picked: [],
    mode: "command",
  });
  expect(repairSelection(ui, [a, b], [])).toEqual({
    active: null,
    anchor: null,
    picked: [],
    mode: "command",
  });
});

test("a click with Ctrl takes a cell in and out, and the last one stays", () => {
  const order = [a, b, c, d];
  const two = toggled({ active: a, anchor: a, picked: [] }, order, c);
  expect(selectedIds(two, order)).toEqual([a, c]);
  expect(two.active).toBe(c);
  const three = toggled(two, order, d);
  expect(selectedIds(three, order)).toEqual([a, c, d]);
  expect(selectedIds(toggled(three, order, c), order)).toEqual([a, d]);
  const one = toggled(toggled(three, order, c), order, a);
  expect(selectedIds(one, order)).toEqual([d]);
  expect(toggled(one, order, d)).toBe(one);
});

test("of a selection in pieces, what goes away is no longer in it", () => {
  const ui = { ...INITIAL_UI, active: d, anchor: d, picked: [a, b] };
  expect(repairSelection(ui, [a, b, c, d], [b, c, d]).picked).toEqual([b]);
});
