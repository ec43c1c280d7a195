/** The cell that a person names: by number, id, beginning of an id, name, tag. Pure. */
import { type JsonObject, tagsOf } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";

export interface NameableCell {
  readonly id: CellId;
  readonly cellType: string;
  readonly metadata: JsonObject;
}

export type FoundCell =
  | { readonly ok: true; readonly id: CellId; readonly index: number }
  | { readonly ok: false; readonly message: string };

/** Numbers count all cells from 1, as the page and error messages do. */
export function findCell(cells: readonly NameableCell[], wanted: string): FoundCell {
  if (/^\d+$/.test(wanted) && !cells.some(({ id }) => id === wanted)) {
    const index = Number(wanted) - 1;
    const cell = cells[index];
    return cell === undefined
      ? { ok: false, message: `There is no cell ${wanted}: the notebook has ${cells.length}.` }
      : { ok: true, id: cell.id, index };
  }
  const ways: readonly ((cell: NameableCell) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ metadata }) => metadata.name === wanted,
    (cell) => tagsOf(cell).includes(wanted),
    ({ id }) => id.startsWith(wanted),
  ];
  for (const isMeant of ways) {
    const index = cells.findIndex(isMeant);
    const cell = cells[index];
    if (cell !== undefined) return { ok: true, id: cell.id, index };
  }
  return { ok: false, message: `No cell has the number, id, name or tag ${wanted}.` };
}
