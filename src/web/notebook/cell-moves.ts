/** Which cells move where, and where a text is cut. Pure. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellId } from "../../util/ids.ts";

/** Pieces of a selection that lie side by side, as ranges of places; the last place is in it. */
function piecesIn(
  order: readonly CellId[],
  selected: readonly CellId[],
): readonly (readonly [number, number])[] {
  const chosen = new Set(selected);
  const pieces: [number, number][] = [];
  for (const [index, id] of order.entries()) {
    if (!chosen.has(id)) continue;
    const last = pieces.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else pieces.push([index, index]);
  }
  return pieces;
}

/** Each piece of the selection past the cell beside it. Instead of the piece, that cell moves to its other side. */
export function movesPastNeighbour(
  order: readonly CellId[],
  selected: readonly CellId[],
  by: 1 | -1,
): readonly NotebookEdit[] {
  const pieces = piecesIn(order, selected);
  // From the end that they move to, so that the places of those that are left stay true.
  return (by === 1 ? pieces.toReversed() : pieces).flatMap(([first, last]): NotebookEdit[] => {
    const neighbour = by === 1 ? order[last + 1] : order[first - 1];
    if (neighbour === undefined) return [];
    const after = by === 1 ? (order[first - 1] ?? null) : (order[last] ?? null);
    return [{ type: "move-cell", id: neighbour, after }];
  });
}

/** All of the selection, in its order, to behind a cell (null: to the beginning). None where they stand there already. */
export function movesTo(
  order: readonly CellId[],
  selected: readonly CellId[],
  after: CellId | null,
): readonly NotebookEdit[] {
  const chosen = new Set(selected);
  const moved = order.filter((id) => chosen.has(id));
  const place = after === null ? 0 : order.indexOf(after) + 1;
  const anchor = order.slice(0, place).findLast((id) => !chosen.has(id)) ?? null;
  const from = anchor === null ? 0 : order.indexOf(anchor) + 1;
  if (moved.every((id, index) => order[from + index] === id)) return [];
  let behind = anchor;
  return moved.map((id): NotebookEdit => {
    const edit: NotebookEdit = { type: "move-cell", id, after: behind };
    behind = id;
    return edit;
  });
}

/** The last of the cells that are folded away under this one; itself where there is none. */
export function lastFolded(order: readonly CellId[], shown: readonly CellId[], id: CellId): CellId {
  const next = shown[shown.indexOf(id) + 1];
  const end = next === undefined ? order.length : order.indexOf(next);
  return order[end - 1] ?? id;
}

/** The selection with what is folded away under its cells. */
export function withFolded(
  order: readonly CellId[],
  shown: readonly CellId[],
  selected: readonly CellId[],
): readonly CellId[] {
  if (order.length === shown.length) return selected;
  return selected.flatMap((id) =>
    order.slice(order.indexOf(id), order.indexOf(lastFolded(order, shown, id)) + 1),
  );
}

/** The selection past the cell beside it, where sections are folded: with all of its own, past all of the other's. */
export function movesPastFolded(
  order: readonly CellId[],
  shown: readonly CellId[],
  selected: readonly CellId[],
  by: 1 | -1,
): readonly NotebookEdit[] {
  const places = selected.map((id) => shown.indexOf(id)).filter((place) => place !== -1);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const neighbour = by === 1 ? shown[last + 1] : shown[first - 1];
  if (neighbour === undefined) return [];
  const behind = by === 1 ? neighbour : shown[first - 2];
  const after = behind === undefined ? null : lastFolded(order, shown, behind);
  return movesTo(order, withFolded(order, shown, selected), after);
}

/** A source cut at these places, without the line ends around the cuts. */
export function piecesOf(source: string, at: readonly number[]): readonly string[] {
  const cuts = [...new Set(at)].sort((a, b) => a - b);
  const edges = [0, ...cuts, source.length];
  return edges.slice(1).map((to, index) => {
    const piece = source.slice(edges[index], to);
    const head = index === 0 ? piece : piece.replace(/^\n+/, "");
    return index === cuts.length ? head : head.replace(/\n+$/, "");
  });
}
