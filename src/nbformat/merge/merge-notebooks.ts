/**
 * Three versions of a notebook to one, cell by cell. Pure. What it decides by itself, and what it leaves to a person:
 *
 * - Cells are the same by id, else by content and place. Order: mine, with theirs' moves and insertions.
 * - Source, metadata, other fields: both sides' changes; where both changed one thing differently, the result holds
 *   mine and a conflict tells what theirs have.
 * - A cell that one side deleted and the other edited stays, as a conflict. New outputs are no edit.
 * - Outputs: of the side that executed (see `merge-cell.ts`).
 */
import type { JsonObject } from "../../util/json.ts";
import { assignCellIds, derivedCellId } from "../cell-ids.ts";
import { hasCellIds } from "../file-origin.ts";
import type { Cell, Notebook } from "../notebook.ts";
import { type KeyedNotebook, keyed, keyedLike } from "./cell-keys.ts";
import type { NotebookConflict } from "./conflict.ts";
import { isEdited, type MergedCell, mergeCell } from "./merge-cell.ts";
import { mergeOrder } from "./merge-order.ts";
import { mergeObjects } from "./merge-values.ts";

export interface MergedNotebook extends KeyedNotebook {
  readonly conflicts: readonly NotebookConflict[];
}

export interface MergeOptions {
  /** Cells of mine (by key) that run: they are not deleted, and their outputs stay. */
  readonly isRunning?: (key: string) => boolean;
  /** Cells keep my ids although theirs have new ones. Default false. */
  readonly keepsIds?: boolean;
}

/** Each program writes its own; the last to execute is right. */
const VOLATILE_KEYS: ReadonlySet<string> = new Set(["kernelspec", "language_info", "papermill", "widgets"]);
const FIELDS: ReadonlySet<string> = new Set(["cells", "metadata", "nbformat", "nbformat_minor"]);

export function mergeNotebooks(
  base: Notebook,
  mine: Notebook,
  theirs: Notebook,
  options: MergeOptions = {},
): MergedNotebook {
  const original = keyed(base);
  return mergeKeyed(original, keyedLike(original, mine), keyedLike(original, theirs), options);
}

export function mergeKeyed(
  base: KeyedNotebook,
  mine: KeyedNotebook,
  theirs: KeyedNotebook,
  options: MergeOptions = {},
): MergedNotebook {
  const conflicts: NotebookConflict[] = [];
  const [ofBase, ofMine, ofTheirs] = [byKey(base), byKey(mine), byKey(theirs)];
  const cells = new Map<string, Cell>();
  const earlier = new Map<string, string>();
  for (const key of new Set([...mine.keys, ...theirs.keys])) {
    const sides = { base: ofBase.get(key), mine: ofMine.get(key), theirs: ofTheirs.get(key) };
    const merged = mergeOne(key, sides, options);
    if (merged === null) continue;
    cells.set(key, merged.cell);
    if (merged.earlier !== undefined) earlier.set(key, merged.earlier);
    conflicts.push(...merged.conflicts);
  }
  const order = mergeOrder(base.keys, mine.keys, theirs.keys, (key) => cells.has(key));
  const keys = withEarlier(order, cells, earlier);
  const ordered = keys.flatMap((key) => cells.get(key) ?? []);
  const merged = mergeTop(base.notebook, mine.notebook, theirs.notebook, ordered);
  const places = new Map<string | null, number>(keys.map((key, index) => [key, index]));
  const place = ({ cellId }: NotebookConflict): number => places.get(cellId) ?? -1;
  return {
    keys,
    notebook: withIds(
      merged.notebook,
      [base, mine, theirs].some((side) => hasCellIds(side.notebook)),
    ),
    conflicts: [...merged.conflicts, ...conflicts.sort((one, other) => place(one) - place(other))],
  };
}

/** What an older undecided conflict held, in cells of their own behind those of the newer. Adds to `cells`. */
function withEarlier(
  order: readonly string[],
  cells: Map<string, Cell>,
  earlier: ReadonlyMap<string, string>,
): readonly string[] {
  if (earlier.size === 0) return order;
  return order.flatMap((key) => {
    const source = earlier.get(key);
    const cell = cells.get(key);
    if (source === undefined || cell === undefined) return [key];
    const added = derivedCellId(`earlier\n${key}\n${source}`, (candidate) => cells.has(candidate));
    const id = cell.id === undefined ? {} : { id: added };
    const executed = cell.cell_type === "code" ? { outputs: [], execution_count: null } : {};
    cells.set(added, {
      ...id,
      cell_type: cell.cell_type,
      metadata: {},
      source,
      ...executed,
    } as unknown as Cell);
    return [key, added];
  });
}

interface Sides {
  readonly base: Cell | undefined;
  readonly mine: Cell | undefined;
  readonly theirs: Cell | undefined;
}

/** Null: it is deleted. */
function mergeOne(
  key: string,
  { base, mine, theirs }: Sides,
  { isRunning, keepsIds = false }: MergeOptions,
): MergedCell | null {
  const runs = isRunning?.(key) ?? false;
  if (mine !== undefined && theirs !== undefined)
    return mergeCell(base, mine, theirs, { key, keepsOutputs: runs, takesIds: !keepsIds });
  const found = mine ?? theirs;
  if (found === undefined) return null;
  const isRenamed = keepsIds && found.id !== undefined && found.id !== key;
  const cell = isRenamed ? { ...found, id: key } : found;
  if (base === undefined) return { cell, conflicts: [] };
  if (!isEdited(base, cell) && !runs) return null;
  return { cell, conflicts: [{ cellId: key, what: "deleted", by: mine === undefined ? "mine" : "theirs" }] };
}

function mergeTop(
  base: Notebook,
  mine: Notebook,
  theirs: Notebook,
  cells: Cell[],
): { readonly notebook: Notebook; readonly conflicts: readonly NotebookConflict[] } {
  const metadata = mergeObjects(base.metadata, mine.metadata, theirs.metadata);
  const fields = mergeObjects(fieldsOf(base), fieldsOf(mine), fieldsOf(theirs));
  const minor = theirs.nbformat_minor === base.nbformat_minor ? mine : theirs;
  const isBoth = mine.nbformat_minor !== base.nbformat_minor && minor === theirs;
  return {
    notebook: {
      ...fields.value,
      cells,
      metadata: metadata.value,
      nbformat: 4,
      nbformat_minor: isBoth ? Math.max(mine.nbformat_minor, theirs.nbformat_minor) : minor.nbformat_minor,
    },
    conflicts: [
      ...metadata.conflicts
        .filter(({ key }) => !VOLATILE_KEYS.has(key))
        .map((conflict) => ({ cellId: null, what: "metadata" as const, ...conflict })),
      ...fields.conflicts.map((conflict) => ({ cellId: null, what: "field" as const, ...conflict })),
    ],
  };
}

/** Versions of different age in one: from 4.5 on each cell has an id, and no two the same; before, none has. */
function withIds(notebook: Notebook, isAnyWithIds: boolean): Notebook {
  if (!hasCellIds(notebook)) {
    return isAnyWithIds ? { ...notebook, cells: notebook.cells.map(withoutId) } : notebook;
  }
  const ids = assignCellIds(notebook.cells);
  if (notebook.cells.every((cell, index) => cell.id === ids[index])) return notebook;
  return { ...notebook, cells: notebook.cells.map((cell, index) => ({ ...cell, id: ids[index] ?? "" })) };
}

function withoutId(cell: Cell): Cell {
  const { id: _, ...rest } = cell;
  return rest as Cell;
}

function byKey({ notebook, keys }: KeyedNotebook): ReadonlyMap<string, Cell> {
  return new Map(
    notebook.cells.flatMap((cell, index) => {
      const key = keys[index];
      return key === undefined ? [] : [[key, cell] as const];
    }),
  );
}

function fieldsOf(notebook: Notebook): JsonObject {
  return Object.fromEntries(Object.entries(notebook).filter(([key]) => !FIELDS.has(key))) as JsonObject;
}
