/** What people do to cells. Each action is one step of undo. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellType } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { movesPastFolded, movesPastNeighbour, movesTo, piecesOf, withFolded } from "./cell-moves.ts";
import type { NotebookController } from "./controller.ts";

/** @param after null puts it first. @returns the new cell's id, or null when it could not be made. */
export function insertCell(
  page: NotebookController,
  after: CellId | null,
  cellType: CellType = "code",
  mode: "command" | "edit" = "command",
): CellId | null {
  const id = CellId.create();
  if (!page.apply({ type: "insert-cell", cell: { id, cellType, source: "" }, after })) return null;
  page.select(id, { mode, cursor: "start", reveal: true });
  return id;
}

export function insertAbove(page: NotebookController): void {
  const ids = page.ids();
  const [first] = page.selected();
  const at = first === undefined ? 0 : ids.indexOf(first);
  insertCell(page, ids[at - 1] ?? null);
}

export function insertBelow(page: NotebookController): void {
  insertCell(page, page.selected().at(-1) ?? page.ids().at(-1) ?? null);
}

export function deleteSelected(page: NotebookController): void {
  const ids = page.selected();
  if (ids.length === 0) return;
  deleteCells(page, ids);
}

export function deleteCells(page: NotebookController, ids: readonly CellId[]): void {
  const edits: NotebookEdit[] = ids.map((id) => ({ type: "delete-cell", id }));
  if (ids.length === page.ids().length) {
    // A notebook without cells has no place to type in.
    edits.push({
      type: "insert-cell",
      cell: { id: CellId.create(), cellType: "code", source: "" },
      after: null,
    });
  }
  if (!page.apply(...edits)) return;
  page.tell(ids.length === 1 ? "Cell deleted." : `${ids.length} cells deleted.`, {
    action: { label: "Undo", run: () => page.model.undo.undo() },
  });
}

/** @param page the selected cells, with their outputs, for this page and for others. */
export function copySelected(page: NotebookController): void {
  const clipboard = page.selected().flatMap((id) => page.model.live.toCell(id) ?? []);
  if (clipboard.length === 0) return;
  page.ui.update((ui) => ({ ...ui, clipboard }));
  void loadClipboard().then(({ writeClip }) => writeClip(page, clipboard));
}

export function cutSelected(page: NotebookController): void {
  copySelected(page);
  deleteSelected(page);
}

export function paste(page: NotebookController, where: "below" | "above"): void {
  void loadClipboard().then(({ pasteClip }) => pasteClip(page, where));
}

/** The same cells again below, with their outputs. */
export function duplicateSelected(page: NotebookController): void {
  const cells = page.selected().flatMap((id) => page.model.live.toCell(id) ?? []);
  void loadClipboard().then(({ insertCopies }) =>
    insertCopies(page, { cells, from: page.model.notebookId }, "below"),
  );
}

export const loadClipboard = () => import("./clipboard.ts");

export function setType(page: NotebookController, cellType: CellType): void {
  const ids = page.selectedCells().filter((cell) => cell.cellType !== cellType);
  if (ids.length > 0)
    page.apply(...ids.map(({ id }): NotebookEdit => ({ type: "set-cell-type", id, cellType })));
}

/** Makes the cells Markdown whose first line is a heading of this level. */
export function setHeading(page: NotebookController, level: number): void {
  const edits = page.selectedCells().flatMap((cell): NotebookEdit[] => [
    { type: "set-cell-type", id: cell.id, cellType: "markdown" },
    { type: "set-source", id: cell.id, source: withHeading(cell.source, level) },
  ]);
  if (edits.length > 0) page.apply(...edits);
}

export function withHeading(source: string, level: number): string {
  return `${"#".repeat(level)} ${source.replace(/^\s*#{0,6}[ \t]*/, "")}`;
}

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

/** Asked of the server: outputs belong to whoever executes. */
export async function clearOutputs(page: NotebookController, ids: readonly CellId[]): Promise<void> {
  const cellIds = ids.filter((id) => {
    const cell = page.model.cell(id);
    return cell !== undefined && (cell.outputs.length > 0 || cell.executionCount !== null);
  });
  if (cellIds.length === 0) return;
  const answer = await page.model.requests.clearOutputs(cellIds);
  if (!answer.ok) page.tell(answer.message, { tone: "bad" });
}
