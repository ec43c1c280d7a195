/**
 * Moving a cell and changing its kind as Jupyter's clients do: it is deleted and made anew. They keep a model per kind
 * and know no other move. The caller holds the transaction.
 */
import type * as Y from "yjs";
import type { CellType } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import type { EditResult } from "../edits.ts";
import { extrasOf } from "../fields.ts";
import { type CellSeed, makeCell, readCellType, readMap, type YCell, yMetadata, yText } from "../schema.ts";

export interface CellArray {
  readonly cells: Y.Array<YCell>;
  find(id: CellId): YCell | undefined;
  indexOf(cell: YCell): number;
}

export function moveByRemaking(target: CellArray, cell: YCell, after: CellId | null): EditResult {
  if (after === cell.get("id")) return { ok: true };
  const neighbour = after === null ? null : target.find(after);
  if (neighbour === undefined) return { ok: false, reason: "no-such-cell" };
  const from = target.indexOf(cell);
  const to = neighbour === null ? 0 : target.indexOf(neighbour) + 1;
  if (to === from || to === from + 1) return { ok: true };
  const seed = seedOf(cell);
  target.cells.delete(from, 1);
  target.cells.insert(to > from ? to - 1 : to, [makeCell(seed)]);
  return { ok: true };
}

export function retypeByRemaking(target: CellArray, cell: YCell, cellType: CellType): void {
  const index = target.indexOf(cell);
  const seed = seedOf(cell);
  target.cells.delete(index, 1);
  target.cells.insert(index, [makeCell({ ...seed, cellType })]);
}

function seedOf(cell: YCell): CellSeed {
  return {
    id: String(cell.get("id")),
    cellType: readCellType(cell),
    source: yText(cell).toString(),
    metadata: readMap(yMetadata(cell)),
    extras: extrasOf(Object.fromEntries(cell.entries()), "cell"),
  };
}
