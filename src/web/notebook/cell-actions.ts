/** What people do to cells. Each action is one step of undo. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellType } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
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
