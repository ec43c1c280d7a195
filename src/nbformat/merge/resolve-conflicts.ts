/** Decides conflicts that a notebook carries: `mine`, `theirs`, or `both`. Pure. */
import type { JsonObject, JsonValue } from "../../util/json.ts";
import { derivedCellId } from "../cell-ids.ts";
import type { Cell, CellType, Notebook } from "../notebook.ts";
import { type ConflictChoice, type ConflictMark, markOf, withMark } from "./conflict.ts";

/**
 * @param cellId which cell's; null: the notebook's own metadata; undefined: all there are.
 * @param keys how cells are called; default: their ids.
 * @returns the notebook without those conflicts; the same object when there are none. A cell that is new gets an id.
 */
export function resolveConflicts(
  notebook: Notebook,
  choice: ConflictChoice,
  cellId?: string | null,
  keys?: readonly string[],
): Notebook {
  const taken = new Set(notebook.cells.map(({ id }) => id));
  let isChanged = false;
  const cells: Cell[] = [];
  for (let index = 0; index < notebook.cells.length; index += 1) {
    const cell = notebook.cells[index];
    if (cell === undefined) continue;
    const side = (offset: number): ConflictMark["side"] =>
      markOf(notebook.cells[index + offset]?.metadata ?? {})?.side;
    const mark = markOf(cell.metadata);
    const isMeant = (offset: number): boolean => {
      const meant = notebook.cells[index + offset];
      return (
        cellId === undefined || cellId === (keys?.[index + offset] ?? meant?.id ?? `#${index + offset + 1}`)
      );
    };
    if (mark === undefined) cells.push(cell);
    else if (mark.side === "note" && side(1) === "mine" && !isMeant(1)) cells.push(cell);
    else if (mark.side === "note") isChanged = true;
    else if (mark.side === "mine" && side(1) === "theirs") {
      const theirs = notebook.cells[index + 1];
      if (theirs === undefined || !isMeant(0)) cells.push(cell, ...(theirs === undefined ? [] : [theirs]));
      else {
        isChanged = true;
        cells.push(...ofPair(cell, theirs, choice));
      }
      index += 1;
    } else if (!isMeant(0)) cells.push(cell);
    else {
      isChanged = true;
      const fresh = (seed: string): string => {
        const id = derivedCellId(seed, (candidate) => taken.has(candidate));
        taken.add(id);
        return id;
      };
      cells.push(...ofMarked(cell, mark, choice, fresh));
    }
  }
  const own = markOf(notebook.metadata);
  if (own === undefined || (cellId !== undefined && cellId !== null))
    return isChanged ? { ...notebook, cells } : notebook;
  const metadata = withKeys(withMark(notebook.metadata, undefined), choice === "theirs" ? own.metadata : {});
  const fields = choice === "theirs" ? own.fields : {};
  return withKeys({ ...notebook, cells, metadata } as unknown as JsonObject, fields) as unknown as Notebook;
}

function ofPair(mine: Cell, theirs: Cell, choice: ConflictChoice): Cell[] {
  const [left, right] = [unmarked(mine), unmarked(theirs)];
  if (choice === "mine") return [left];
  if (choice === "both") return [left, right];
  return [{ ...right, ...(mine.id !== undefined && { id: mine.id }) }];
}

function ofMarked(
  cell: Cell,
  mark: ConflictMark,
  choice: ConflictChoice,
  freshId: (seed: string) => string,
): Cell[] {
  if (mark.deleted !== undefined && mark.deleted === choice) return [];
  const plain = unmarked(cell);
  if (choice === "theirs") {
    const metadata = withKeys(plain.metadata, mark.metadata);
    const source = mark.source?.theirs ?? plain.source;
    const chosen = {
      ...plain,
      metadata,
      source,
      ...(mark.cell_type && { cell_type: mark.cell_type.theirs }),
    };
    return [ofItsType(withKeys(chosen as unknown as JsonObject, mark.fields) as unknown as Cell)];
  }
  if (choice === "mine" || mark.source === undefined) return [plain];
  const { theirs } = mark.source;
  const id = cell.id === undefined ? {} : { id: freshId(`theirs\n${cell.id}\n${theirs}`) };
  const added = { ...id, cell_type: mark.cell_type?.theirs ?? cell.cell_type, metadata: {}, source: theirs };
  return [plain, ofItsType(added as unknown as Cell)];
}

/** Only code has outputs. */
function ofItsType(cell: Cell): Cell {
  const { outputs, execution_count, ...rest } = cell as Cell & {
    outputs?: unknown;
    execution_count?: unknown;
  };
  const type = cell.cell_type as CellType;
  if (type !== "code") return rest as unknown as Cell;
  return { ...rest, outputs: outputs ?? [], execution_count: execution_count ?? null } as unknown as Cell;
}

function unmarked(cell: Cell): Cell {
  return { ...cell, metadata: withMark(cell.metadata, undefined) };
}

function withKeys(
  object: JsonObject,
  keys: Readonly<Record<string, { readonly theirs?: JsonValue }>> | undefined = {},
): JsonObject {
  const result = { ...object };
  for (const [key, { theirs }] of Object.entries(keys)) {
    if (theirs === undefined) delete result[key];
    else result[key] = theirs;
  }
  return result;
}
