/** Sections of a notebook: a cell with a heading and what follows, up to a heading as high or higher. Pure. */
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { CellId } from "../../../util/ids.ts";
import { sectionLevel } from "../toc/headings.ts";

export type CellOf = (id: CellId) => CellSnapshot | undefined;

export interface FoldedCells {
  readonly hidden: ReadonlySet<CellId>;
  /** How many cells each folded heading hides, those of inner sections too; only where it is seen itself. */
  readonly counts: ReadonlyMap<CellId, number>;
}

export const NOTHING_FOLDED: FoldedCells = { hidden: new Set(), counts: new Map() };

/** @param isFolded whether a cell says so; without a heading it means nothing. */
export function foldedCells(
  ids: readonly CellId[],
  cellOf: CellOf,
  isFolded: (cell: CellSnapshot) => boolean,
): FoldedCells {
  const hidden = new Set<CellId>();
  const counts = new Map<CellId, number>();
  let head: { readonly id: CellId; readonly level: number } | null = null;
  for (const id of ids) {
    const cell = cellOf(id);
    if (cell?.cellType === "markdown" && (head !== null || isFolded(cell))) {
      const level = sectionLevel(cell);
      if (level !== null && (head === null || level <= head.level)) {
        head = isFolded(cell) ? { id, level } : null;
        if (head) counts.set(id, 0);
        continue;
      }
    }
    if (head === null) continue;
    hidden.add(id);
    counts.set(head.id, (counts.get(head.id) ?? 0) + 1);
  }
  return counts.size === 0 ? NOTHING_FOLDED : { hidden, counts };
}

/** The headings of the sections that a cell is in, the innermost first; not its own. */
export function headsOver(ids: readonly CellId[], cellOf: CellOf, id: CellId): readonly CellId[] {
  const heads: CellId[] = [];
  let below = sectionLevel(cellOf(id)) ?? 7;
  for (let at = ids.indexOf(id) - 1; at >= 0 && below > 1; at--) {
    const above = ids[at];
    const level = above === undefined ? null : sectionLevel(cellOf(above));
    if (above === undefined || level === null || level >= below) continue;
    heads.push(above);
    below = level;
  }
  return heads;
}

/** The cells with headings. */
export function headsOf(ids: readonly CellId[], cellOf: CellOf): readonly CellId[] {
  return ids.filter((id) => sectionLevel(cellOf(id)) !== null);
}
