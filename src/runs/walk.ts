/**
 * Which cell comes next. A run keeps no plan: it keeps its *place*, a gap between two cells, and reads what stands
 * behind that gap when it gets there. Cells inserted, moved, changed or deleted ahead are therefore simply taken as
 * they are. Pure; costs the same at every step, and one pass over the cells only when their order changed.
 *
 * When the order changed, the place is where it disagrees least with what was behind it and what was ahead of it
 * (`bestPlace`). So moving the cell that runs, or one that is done, does not carry the run away with it; a deleted
 * cell leaves the gap between its former neighbours; and where two places are equally good, the earlier is taken,
 * because running a cell late is better than silently not running it.
 */
import type { CellSnapshot } from "../document/live-notebook.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";

export interface Walk {
  /** The order of cells that `place` speaks of. */
  readonly order: readonly CellId[];
  /** Cells `order[place]` and on are ahead. */
  readonly place: number;
}

/** What the walk reads of the document. */
export interface CellsView {
  cellIds(): readonly CellId[];
  cell(id: CellId): CellSnapshot | undefined;
}

export interface WalkRules {
  readonly skipTags: readonly string[];
  /** Cells that this pass has run or skipped: never run twice, wherever they are moved. */
  isDone(id: CellId): boolean;
  /** Whether the run is about this cell; default: about every one. */
  isInPart?(cell: CellSnapshot): boolean;
}

/** Before the first cell, or before the given one when it is there. */
export function startWalk(order: readonly CellId[], from: CellId | null): Walk {
  const place = from === null ? 0 : Math.max(0, order.indexOf(from));
  return { order, place };
}

/** The walk, its place set before a cell; unchanged when there is no such cell. */
export function placeBefore(walk: Walk, order: readonly CellId[], id: CellId): Walk {
  const place = order.indexOf(id);
  return place === -1 ? walk : { order, place };
}

/** The walk with its place expressed in another order. */
export function follow(walk: Walk, order: readonly CellId[]): Walk {
  return walk.order === order ? walk : { order, place: bestPlace(walk, order) };
}

/** The walk after a cell is over. */
export function pass(walk: Walk, order: readonly CellId[], id: CellId): Walk {
  // In the order in which it began, so that cells inserted before it meanwhile are behind.
  const was = walk.order.indexOf(id, walk.place);
  if (was === -1) return follow(walk, order);
  return follow({ order: walk.order, place: was + 1 }, order);
}

/**
 * The next cell to run and its position, or null at the end. The place stays where it is: only `pass` moves it, so
 * that a cell put before a held or failed one is still ahead.
 */
export function nextCell(
  walk: Walk,
  view: CellsView,
  rules: WalkRules,
): { readonly cell: CellSnapshot; readonly index: number } | null {
  const here = follow(walk, view.cellIds());
  for (let index = here.place; index < here.order.length; index++) {
    const id = here.order[index];
    const cell = id === undefined ? undefined : view.cell(id);
    if (cell === undefined || !isRunnable(cell, rules.skipTags) || rules.isDone(cell.id)) continue;
    if (rules.isInPart?.(cell) ?? true) return { cell, index };
  }
  return null;
}

/** Whether a run executes this cell: code, not blank, no tag that leaves it out. */
export function isRunnable(cell: CellSnapshot, skipTags: readonly string[]): boolean {
  if (cell.cellType !== "code" || cell.source.trim() === "") return false;
  const tags = tagsOf(cell);
  return !tags.some((tag) => skipTags.includes(tag));
}

/** The gap in `order` with the fewest cells on its wrong side, the first of equals. */
export function bestPlace(walk: Walk, order: readonly CellId[]): number {
  const before = new Map(walk.order.map((id, index) => [id, index]));
  const wasBehind = (id: CellId): boolean | null => {
    const index = before.get(id);
    return index === undefined ? null : index < walk.place;
  };
  // At gap 0 every cell that was behind stands ahead of it.
  let wrong = 0;
  for (const id of order) if (wasBehind(id) === true) wrong++;
  let best = { place: 0, wrong };
  order.forEach((id, index) => {
    const behind = wasBehind(id);
    if (behind === true) wrong--;
    else if (behind === false) wrong++;
    if (wrong < best.wrong) best = { place: index + 1, wrong };
  });
  return best.place;
}
