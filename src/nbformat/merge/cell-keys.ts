/**
 * Which cell of one version is which cell of another: by id; where there is none, by what it holds and where it
 * stands; and a cell that got a new id with nothing else new is still the same one.
 */
import { alignCells } from "../align-cells.ts";
import { derivedCellId } from "../cell-ids.ts";
import type { Cell, Notebook } from "../notebook.ts";

/** A notebook and a key for each of its cells, unique in it; equal keys in two versions mean the same cell. */
export interface KeyedNotebook {
  readonly notebook: Notebook;
  readonly keys: readonly string[];
}

/** Keys of a version that others are compared with: ids, and derived ones where there are none. */
export function keyed(notebook: Notebook): KeyedNotebook {
  return { notebook, keys: complete(notebook.cells, []) };
}

/** Keys of another version of `base`. */
export function keyedLike(base: KeyedNotebook, notebook: Notebook): KeyedNotebook {
  const indexOfKey = new Map(base.keys.map((key, index) => [key, index]));
  const taken = new Set<number>();
  const slots = notebook.cells.map((cell): number | undefined => {
    const index = cell.id === undefined ? undefined : indexOfKey.get(cell.id);
    if (index === undefined || taken.has(index)) return undefined;
    taken.add(index);
    return index;
  });
  pairRenamed(base, notebook, slots, taken);
  const faces = base.notebook.cells.map((cell, index) => (taken.has(index) ? undefined : faceOf(cell)));
  const aligned = alignCells(
    notebook.cells.map((cell, index) => ({
      ...faceOf(cell),
      slot: slots[index] ?? (cell.id === undefined ? undefined : -1),
    })),
    faces.map((face, index) => face ?? (taken.has(index) ? faceOf(base.notebook.cells[index]) : undefined)),
  );
  const known = aligned.map((slot) => (slot < 0 ? undefined : base.keys[slot]));
  return { notebook, keys: complete(notebook.cells, known, indexOfKey) };
}

/** Cells whose id the base does not know, but whose whole content is that of one that is missing. */
function pairRenamed(
  base: KeyedNotebook,
  notebook: Notebook,
  slots: (number | undefined)[],
  taken: Set<number>,
): void {
  const missing = new Map<string, number[]>();
  for (const [index, cell] of base.notebook.cells.entries()) {
    if (taken.has(index) || cell.source.trim() === "") continue;
    const content = contentOf(cell);
    const same = missing.get(content);
    if (same === undefined) missing.set(content, [index]);
    else same.push(index);
  }
  for (const [position, cell] of notebook.cells.entries()) {
    if (slots[position] !== undefined || cell.id === undefined) continue;
    const index = missing.get(contentOf(cell))?.shift();
    if (index === undefined) continue;
    slots[position] = index;
    taken.add(index);
  }
}

/** What is missing: the cell's own id if nobody has it, else one from its content. */
function complete(
  cells: readonly Cell[],
  known: readonly (string | undefined)[],
  elsewhere: ReadonlyMap<string, unknown> = new Map(),
): string[] {
  const taken = new Set(known);
  const isTaken = (key: string): boolean => taken.has(key) || elsewhere.has(key);
  return cells.map((cell, index) => {
    const key =
      known[index] ??
      (cell.id !== undefined && !isTaken(cell.id) ? cell.id : derivedCellId(contentOf(cell), isTaken));
    taken.add(key);
    return key;
  });
}

function contentOf(cell: Cell): string {
  return `${cell.cell_type}\n${cell.source}`;
}

function faceOf(cell: Cell | undefined): { readonly cellType: string; readonly source: string } {
  return { cellType: cell?.cell_type ?? "", source: cell?.source ?? "" };
}
