/**
 * Where cells stand. Yjs has no move; to make a cell anew elsewhere would lose what somebody types into the old one in
 * the same moment, and would double a cell that two move at once. So a cell stays where it was made, and moving it
 * puts a placement into `cells` and its token into the cell: of several placements the one that the cell names counts,
 * which is the last one written. Without one (or where that one was taken away) a cell stands where it was made.
 */
import * as Y from "yjs";
import { CellId } from "../util/ids.ts";
import type { EditResult } from "./edits.ts";
import { PLACE } from "./fields.ts";
import type { Placement, YCell, YElement } from "./schema.ts";

export interface StandingCell {
  readonly cell: YCell;
  /** Of the element in `cells` that puts it there. */
  readonly index: number;
}

/** All cells in the order in which they stand. */
export function standingCells(cells: Y.Array<YElement>): StandingCell[] {
  const standing: StandingCell[] = [];
  const placements: { readonly placement: Placement; readonly index: number }[] = [];
  for (const [index, element] of cells.toArray().entries()) {
    if (element instanceof Y.Map) standing.push({ cell: element, index });
    else if (isPlacement(element)) placements.push({ placement: element, index });
  }
  if (placements.length === 0) return standing;
  const byId = new Map<string, number>();
  for (const [at, { cell }] of standing.entries()) {
    const id = idOf(cell);
    if (!byId.has(id)) byId.set(id, at);
  }
  for (const { placement, index } of placements) {
    const at = byId.get(placement.cell);
    const cell = at === undefined ? undefined : standing[at]?.cell;
    if (at !== undefined && cell?.get(PLACE) === placement.token) standing[at] = { cell, index };
  }
  return standing.toSorted((a, b) => a.index - b.index);
}

/** Where an element stands right behind this cell; null: there is no such cell. `after: null`: at the beginning. */
export function indexAfter(standing: readonly StandingCell[], after: CellId | null): number | null {
  if (after === null) return 0;
  const neighbour = standing.find(({ cell }) => idOf(cell) === after);
  return neighbour ? neighbour.index + 1 : null;
}

/** The caller holds the transaction. */
export function placeCell(cells: Y.Array<YElement>, cell: YCell, after: CellId | null): EditResult {
  const id = idOf(cell);
  if (after === id) return { ok: true };
  const standing = standingCells(cells);
  if (indexAfter(standing, after) === null) return { ok: false, reason: "no-such-cell" };
  const before = standing[standing.findIndex((one) => one.cell === cell) - 1];
  if ((before ? idOf(before.cell) : null) === after) return { ok: true };
  removePlacements(cells, id);
  const token = CellId.create();
  cells.insert(indexAfter(standingCells(cells), after) ?? 0, [{ cell: id, token }]);
  cell.set(PLACE, token);
  return { ok: true };
}

/** The caller holds the transaction. */
export function removeCell(cells: Y.Array<YElement>, cell: YCell): void {
  removePlacements(cells, idOf(cell));
  cells.delete(cells.toArray().indexOf(cell), 1);
}

function removePlacements(cells: Y.Array<YElement>, id: string): void {
  for (const [index, element] of [...cells.toArray().entries()].toReversed())
    if (isPlacement(element) && element.cell === id) cells.delete(index, 1);
}

/** Anything may lie in an array that others write, too. */
function isPlacement(element: unknown): element is Placement {
  return typeof element === "object" && element !== null && "token" in element && "cell" in element;
}

function idOf(cell: YCell): string {
  return String(cell.get("id") ?? "");
}
