/** Cells that are moved, merged and cut in pieces, each as one step of undo. In a chunk of its own. */
import type { NotebookEdit } from "../../document/edits.ts";
import { CellId } from "../../util/ids.ts";
import { movesPastFolded, movesPastNeighbour, movesTo, piecesOf, withFolded } from "./cell-moves.ts";
import type { NotebookController } from "./controller.ts";

/** Moves the selected cells past their neighbour; of a selection in pieces, each piece past its own. */
export function moveSelected(page: NotebookController, by: 1 | -1): void {
  const [ids, shown] = [page.ids(), page.shownIds()];
  const edits =
    ids.length === shown.length
      ? movesPastNeighbour(ids, page.selected(), by)
      : movesPastFolded(ids, shown, page.selected(), by);
  if (edits.length > 0) page.apply(...edits);
}

/** Moves the selected cells, in their order and with what is folded away under them, to behind this cell. @param after null: to the beginning. */
export function moveSelectedTo(page: NotebookController, after: CellId | null): void {
  const moved = withFolded(page.ids(), page.shownIds(), page.selected());
  const edits = movesTo(page.ids(), moved, after);
  if (edits.length > 0) page.apply(...edits);
}

/** The selected cells in one, which is the first of them; one alone takes in the one below. */
export function mergeSelected(page: NotebookController): void {
  const selected = page.selected();
  if (selected.length === 1) mergeWith(page, 1);
  else mergeCells(page, selected);
}

export function mergeWith(page: NotebookController, by: 1 | -1): void {
  const ids = page.ids();
  const selected = page.selected();
  const edge = by === 1 ? selected.at(-1) : selected[0];
  const other = edge === undefined ? undefined : ids[ids.indexOf(edge) + by];
  if (other !== undefined) mergeCells(page, by === 1 ? [...selected, other] : [other, ...selected]);
}

function mergeCells(page: NotebookController, ids: readonly CellId[]): void {
  const cells = ids.flatMap((id) => page.model.cell(id) ?? []);
  const [first, ...rest] = cells;
  if (!first || rest.length === 0) return;
  const attachments = Object.assign(
    {},
    ...ids.toReversed().map((id) => page.model.live.toCell(id)?.attachments ?? {}),
  );
  const keeps = first.cellType !== "code" && Object.keys(attachments).length > 0;
  page.apply(
    { type: "set-source", id: first.id, source: cells.map((cell) => cell.source).join("\n\n") },
    ...(keeps
      ? [{ type: "set-cell-field", id: first.id, key: "attachments", value: attachments } as const]
      : []),
    ...rest.map(({ id }): NotebookEdit => ({ type: "delete-cell", id })),
  );
  page.select(first.id, { reveal: true });
}

/** Cuts a cell in pieces at the cursors of its editor; the last piece gets the focus. */
export function splitCell(page: NotebookController, id: CellId, at: readonly number[]): void {
  const cell = page.model.cell(id);
  const [first = "", ...rest] = cell ? piecesOf(cell.source, at) : [];
  if (!cell || rest.length === 0) return;
  let after = id;
  const edits = rest.map((source): NotebookEdit => {
    const piece = { id: CellId.create(), cellType: cell.cellType, source };
    const edit: NotebookEdit = { type: "insert-cell", cell: piece, after };
    after = piece.id;
    return edit;
  });
  if (page.apply({ type: "set-source", id, source: first }, ...edits))
    page.select(after, { mode: "edit", cursor: "start", reveal: true });
}

/** A text cell below whose heading has the level of the one that it stands under. */
export function insertHeading(page: NotebookController): void {
  const ids = page.ids();
  const last = page.selected().at(-1) ?? ids.at(-1) ?? null;
  const above = last === null ? [] : ids.slice(0, ids.indexOf(last) + 1);
  const marks = above
    .flatMap((id) => page.model.cell(id) ?? [])
    .findLast((cell) => cell.cellType === "markdown" && /^ {0,3}#{1,6} /m.test(cell.source))
    ?.source.match(/^ {0,3}(#{1,6}) /m)?.[1];
  const id = CellId.create();
  const cell = { id, cellType: "markdown", source: `${marks ?? "#"} ` } as const;
  if (page.apply({ type: "insert-cell", cell, after: last }))
    page.select(id, { mode: "edit", cursor: "end", reveal: true });
}
