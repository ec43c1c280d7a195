/** What a notebook becomes when an earlier version, or some cells of it, are brought back. Pure. */
import type { KeyedNotebook } from "../../nbformat/merge/cell-keys.ts";
import type { Cell, CodeCell } from "../../nbformat/notebook.ts";
import type { DeletedCell } from "./entry.ts";

export interface RestoreOptions {
  /** Only these cells; null: the whole notebook, its metadata and order too. */
  readonly cells: readonly string[] | null;
  /** Results come along; otherwise cells keep those that they have now. A cell that comes back brings its own. */
  readonly outputs: boolean;
  /** A cell that is being executed is not taken away. */
  readonly isRunning: (key: string) => boolean;
}

export function restored(now: KeyedNotebook, then: KeyedNotebook, options: RestoreOptions): KeyedNotebook {
  return options.cells === null
    ? wholeRestored(now, then, options)
    : cellsRestored(now, then, new Set(options.cells), options);
}

/** A deleted cell is put back behind the one that it followed; at the end when that is gone, too. */
export function undeleted(now: KeyedNotebook, { cell, after }: DeletedCell): KeyedNotebook {
  const key = cell.id;
  if (key === undefined || now.keys.includes(key)) return now;
  const neighbour = after === null ? -1 : now.keys.indexOf(after);
  const at = after === null ? 0 : neighbour === -1 ? now.keys.length : neighbour + 1;
  return {
    keys: now.keys.toSpliced(at, 0, key),
    notebook: { ...now.notebook, cells: now.notebook.cells.toSpliced(at, 0, cell) },
  };
}

function wholeRestored(
  now: KeyedNotebook,
  then: KeyedNotebook,
  { outputs, isRunning }: RestoreOptions,
): KeyedNotebook {
  const current = cellsByKey(now);
  const keys = [...then.keys];
  const cells = then.notebook.cells.map((cell, index) =>
    outputs ? cell : withResultsOf(current.get(then.keys[index] ?? ""), cell),
  );
  const isThere = new Set(keys);
  for (const [index, key] of now.keys.entries()) {
    const cell = now.notebook.cells[index];
    if (isThere.has(key) || cell === undefined || !isRunning(key)) continue;
    const at = placeAfter(now.keys, index, keys);
    keys.splice(at, 0, key);
    cells.splice(at, 0, cell);
  }
  const { widgets: _theirs, ...metadata } = then.notebook.metadata;
  // The state of widgets belongs to the outputs that show them.
  const { widgets } = outputs ? then.notebook.metadata : now.notebook.metadata;
  return {
    keys,
    notebook: {
      ...then.notebook,
      cells,
      metadata: { ...metadata, ...(widgets !== undefined && { widgets }) },
      // Whether cells are written with ids is a matter of the file that there is now.
      nbformat_minor: now.notebook.nbformat_minor,
    },
  };
}

function cellsRestored(
  now: KeyedNotebook,
  then: KeyedNotebook,
  wanted: ReadonlySet<string>,
  { outputs }: RestoreOptions,
): KeyedNotebook {
  const earlier = cellsByKey(then);
  const keys = [...now.keys];
  const cells = now.notebook.cells.map((cell, index) => {
    const key = keys[index] ?? "";
    const old = wanted.has(key) ? earlier.get(key) : undefined;
    if (old === undefined) return cell;
    return outputs ? old : withResultsOf(cell, old);
  });
  for (const [index, key] of then.keys.entries()) {
    const cell = then.notebook.cells[index];
    if (!wanted.has(key) || keys.includes(key) || cell === undefined) continue;
    const at = placeAfter(then.keys, index, keys);
    keys.splice(at, 0, key);
    cells.splice(at, 0, cell);
  }
  return { keys, notebook: { ...now.notebook, cells } };
}

/** Behind the nearest cell before it that is there, too. */
function placeAfter(order: readonly string[], index: number, keys: readonly string[]): number {
  for (let before = index - 1; before >= 0; before -= 1) {
    const at = keys.indexOf(order[before] ?? "");
    if (at !== -1) return at + 1;
  }
  return 0;
}

function withResultsOf(now: Cell | undefined, then: Cell): Cell {
  // It comes back: its outputs are those that it had.
  if (now === undefined || then.cell_type !== "code") return then;
  const results: Pick<CodeCell, "outputs" | "execution_count"> =
    now.cell_type === "code" ? now : { outputs: [], execution_count: null };
  return { ...then, outputs: results.outputs, execution_count: results.execution_count };
}

function cellsByKey({ keys, notebook }: KeyedNotebook): ReadonlyMap<string, Cell> {
  return new Map(
    keys.flatMap((key, index) => {
      const cell = notebook.cells[index];
      return cell === undefined ? [] : [[key, cell] as const];
    }),
  );
}
