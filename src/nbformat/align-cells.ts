/**
 * Which cell of the file a cell in memory was, where neither has an id to tell: by what it holds, then by where it
 * stands. Only the neatness of the diff depends on it; what is written is right either way.
 */

/** What cells are recognised by. */
export interface CellFace {
  readonly cellType: string;
  readonly source: string;
}

/** Beyond this many pairs in one gap cells are compared by place only. */
const MAX_COMPARED_PAIRS = 10_000;

/**
 * @param cells cells in memory, in order; `slot` is what is known already (-1: surely new, undefined: unknown).
 * @param slots the file's cells, by index; undefined where it is no candidate.
 * @returns for each cell the index of its slot, or -1.
 */
export function alignCells(
  cells: readonly (CellFace & { readonly slot: number | undefined })[],
  slots: readonly (CellFace | undefined)[],
): number[] {
  const result = cells.map((cell) => cell.slot);
  const known = new Set(result);
  const free = new Set<number>();
  for (const [index, face] of slots.entries()) if (face !== undefined && !known.has(index)) free.add(index);
  takeEqual(cells, slots, result, free);
  let start = 0;
  while (start < result.length) {
    if (result[start] !== undefined) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < result.length && result[end] === undefined) end += 1;
    fillGap(cells, slots, result, free, start, end);
    start = end;
  }
  return result.map((slot) => slot ?? -1);
}

function takeEqual(
  cells: readonly CellFace[],
  slots: readonly (CellFace | undefined)[],
  result: (number | undefined)[],
  free: Set<number>,
): void {
  const byFace = new Map<string, number[]>();
  for (const index of free) {
    const face = slots[index];
    if (face === undefined) continue;
    const key = `${face.cellType}\n${face.source}`;
    const same = byFace.get(key);
    if (same === undefined) byFace.set(key, [index]);
    else same.push(index);
  }
  for (const queue of byFace.values()) queue.reverse();
  for (const [position, cell] of cells.entries()) {
    if (result[position] !== undefined) continue;
    const slot = byFace.get(`${cell.cellType}\n${cell.source}`)?.pop();
    if (slot === undefined) continue;
    result[position] = slot;
    free.delete(slot);
  }
}

/** Cells `start` to `end` stand between two known ones: pairs them with the free slots between those two. */
function fillGap(
  cells: readonly CellFace[],
  slots: readonly (CellFace | undefined)[],
  result: (number | undefined)[],
  free: Set<number>,
  start: number,
  end: number,
): void {
  const before = result.slice(0, start).findLast((slot) => slot !== undefined && slot >= 0) ?? -1;
  const after = result.slice(end).find((slot) => slot !== undefined && slot >= 0) ?? slots.length;
  const candidates: number[] = [];
  for (let index = before + 1; index < after; index += 1) if (free.has(index)) candidates.push(index);
  const isByPlace =
    candidates.length === end - start || candidates.length * (end - start) > MAX_COMPARED_PAIRS;
  for (let position = start; position < end; position += 1) {
    const cell = cells[position];
    const chosen = isByPlace ? candidates[position - start] : mostAlike(cell, slots, candidates);
    if (chosen === undefined || !free.has(chosen) || slots[chosen]?.cellType !== cell?.cellType) continue;
    result[position] = chosen;
    free.delete(chosen);
    if (!isByPlace) candidates.splice(0, candidates.indexOf(chosen) + 1);
  }
}

/** The candidate that shares most lines with the cell, if any does. */
function mostAlike(
  cell: CellFace | undefined,
  slots: readonly (CellFace | undefined)[],
  candidates: readonly number[],
): number | undefined {
  const lines = new Set(cell?.source.split("\n").filter((line) => line.trim() !== ""));
  let best: number | undefined;
  let bestShared = 0;
  for (const candidate of candidates) {
    const shared = slots[candidate]?.source.split("\n").filter((line) => lines.has(line)).length ?? 0;
    if (shared > bestShared) {
      best = candidate;
      bestShared = shared;
    }
  }
  return best;
}
