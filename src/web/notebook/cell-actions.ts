/** What people do to cells. Each action is one step of undo. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { CellType, JsonObject } from "../../nbformat/notebook.ts";
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

export function copySelected(page: NotebookController): void {
  const clipboard = page.selectedCells();
  if (clipboard.length > 0) page.ui.update((ui) => ({ ...ui, clipboard }));
}

export function cutSelected(page: NotebookController): void {
  copySelected(page);
  deleteSelected(page);
}

export function paste(page: NotebookController, where: "below" | "above"): void {
  const { clipboard } = page.ui.get();
  const ids = page.ids();
  const selected = page.selected();
  const firstAt = selected[0] === undefined ? 0 : ids.indexOf(selected[0]);
  let after = where === "below" ? (selected.at(-1) ?? ids.at(-1) ?? null) : (ids[firstAt - 1] ?? null);
  const edits = clipboard.map((cell): NotebookEdit => {
    const id = CellId.create();
    const edit: NotebookEdit = { type: "insert-cell", cell: copyOf(cell, id), after };
    after = id;
    return edit;
  });
  if (edits.length > 0 && page.apply(...edits) && after !== null) page.select(after, { reveal: true });
}

function copyOf(
  cell: CellSnapshot,
  id: CellId,
): { id: CellId; cellType: CellType; source: string; metadata: JsonObject } {
  return { id, cellType: cell.cellType, source: cell.source, metadata: cell.metadata };
}

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

/** Moves the selected cells past their neighbour. */
export function moveSelected(page: NotebookController, by: 1 | -1): void {
  const ids = page.ids();
  const selected = page.selected();
  const first = selected[0] === undefined ? -1 : ids.indexOf(selected[0]);
  const last = first + selected.length - 1;
  if (first === -1) return;
  // Instead of the block, its neighbour moves to the block's other side.
  const neighbour = by === -1 ? ids[first - 1] : ids[last + 1];
  if (neighbour === undefined) return;
  const after = by === -1 ? (ids[last] ?? null) : (ids[first - 1] ?? null);
  page.apply({ type: "move-cell", id: neighbour, after });
}

export function mergeSelected(page: NotebookController): void {
  const cells = page.selectedCells();
  const ids = page.ids();
  const below = ids[ids.indexOf(cells[0]?.id ?? CellId.of("")) + 1];
  const more = cells.length === 1 && below !== undefined ? page.model.cell(below) : undefined;
  const merged = more ? [...cells, more] : cells;
  const [first, ...rest] = merged;
  if (!first || rest.length === 0) return;
  page.apply(
    { type: "set-source", id: first.id, source: merged.map((cell) => cell.source).join("\n\n") },
    ...rest.map(({ id }): NotebookEdit => ({ type: "delete-cell", id })),
  );
  page.select(first.id, { reveal: true });
}

/** Cuts a cell in two at the cursor of its editor. */
export function splitCell(page: NotebookController, id: CellId, at: number): void {
  const cell = page.model.cell(id);
  if (!cell) return;
  const second = CellId.create();
  const source = cell.source.slice(at).replace(/^\n+/, "");
  const done = page.apply(
    { type: "set-source", id, source: cell.source.slice(0, at).replace(/\n+$/, "") },
    { type: "insert-cell", cell: { id: second, cellType: cell.cellType, source }, after: id },
  );
  if (done) page.select(second, { mode: "edit", cursor: "start", reveal: true });
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
