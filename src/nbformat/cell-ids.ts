import { sourceHash } from "../util/source-hash.ts";

/**
 * An id for a cell whose file has none: the same for the same `seed`, so that reading a file twice gives the same
 * notebook. Eight characters as Jupyter's own.
 */
export function derivedCellId(seed: string, isTaken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = sourceHash(`${attempt}\n${seed}`).slice(0, 8);
    if (!isTaken(id)) return id;
  }
}

/**
 * The ids of cells as they are in memory: the file's own where it has one and no earlier cell has the same, else a
 * derived one. Depends on nothing but the cells.
 */
export function assignCellIds(
  cells: readonly { readonly id?: string | undefined; readonly source: string }[],
): string[] {
  const own = new Set(cells.map((cell) => cell.id));
  const taken = new Set<string>();
  return cells.map((cell) => {
    const isFree = cell.id !== undefined && !taken.has(cell.id);
    const seed = cell.id === undefined ? `missing\n${cell.source}` : `repeated\n${cell.id}`;
    const id =
      isFree && cell.id !== undefined
        ? cell.id
        : derivedCellId(seed, (candidate) => taken.has(candidate) || own.has(candidate));
    taken.add(id);
    return id;
  });
}
