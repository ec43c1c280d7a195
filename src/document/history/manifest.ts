/**
 * A whole notebook as a list of pieces that are kept once each: a cell's face and its outputs apart, so that a run
 * which changes outputs only, or an edit of one cell, adds that alone. Pure; where pieces are kept is a port.
 */
import type { KeyedNotebook } from "../../nbformat/merge/cell-keys.ts";
import type { Cell, Notebook } from "../../nbformat/notebook.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";

interface CellPlace {
  readonly key: string;
  readonly face: string;
  /** Null: it has none. */
  readonly outputs: string | null;
  readonly count: number | null;
}

export interface CellTexts {
  readonly face: string;
  readonly outputs: string | null;
}

/** What is kept of a cell, as text; equal texts are one piece. */
export function cellTexts(key: string, cell: Cell): CellTexts {
  if (cell.cell_type !== "code") return { face: JSON.stringify({ ...cell, id: key }), outputs: null };
  const { outputs, execution_count: _count, ...face } = cell;
  return {
    face: JSON.stringify({ ...face, id: key }),
    outputs: outputs.length === 0 ? null : JSON.stringify(outputs),
  };
}

/** Everything but the cells. */
export function headText({ cells: _cells, ...head }: Notebook): string {
  return JSON.stringify(head);
}

/** @param pieces where each cell's texts are kept, in order. */
export function manifestText(
  { keys, notebook }: KeyedNotebook,
  head: string,
  pieces: readonly { readonly face: string; readonly outputs: string | null }[],
): string {
  const cells = keys.map((key, index) => {
    const cell = notebook.cells[index];
    const { face = "", outputs = null } = pieces[index] ?? {};
    return [key, face, outputs, cell?.cell_type === "code" ? cell.execution_count : null];
  });
  return JSON.stringify({ head, cells });
}

/** The keys of all that a manifest needs. */
export function piecesOf(manifest: string): readonly string[] {
  const { head, cells } = parsed(manifest);
  return [head, ...cells.flatMap(({ face, outputs }) => (outputs === null ? [face] : [face, outputs]))];
}

/**
 * The notebook again; its cells all have ids, those that they had in the live document.
 * @param text of a piece; undefined: it is lost, and what it held is left out.
 */
export function notebookOf(
  manifest: string,
  text: (piece: string) => string | undefined,
  options: { readonly outputs: boolean } = { outputs: true },
): KeyedNotebook {
  const { head, cells } = parsed(manifest);
  const keys: string[] = [];
  const found: Cell[] = [];
  for (const { key, face, outputs, count } of cells) {
    const cell = JSON.parse(text(face) ?? "null") as Cell | null;
    if (cell === null) continue;
    keys.push(key);
    const results = {
      execution_count: options.outputs ? count : null,
      outputs: outputs === null || !options.outputs ? [] : (JSON.parse(text(outputs) ?? "[]") as JsonValue[]),
    };
    found.push(cell.cell_type === "code" ? ({ ...cell, ...results } as Cell) : cell);
  }
  const rest = JSON.parse(text(head) ?? "{}") as JsonObject;
  const notebook = { metadata: {}, nbformat: 4, nbformat_minor: 5, ...rest, cells: found };
  return { keys, notebook: notebook as unknown as Notebook };
}

function parsed(manifest: string): { readonly head: string; readonly cells: readonly CellPlace[] } {
  const value = JSON.parse(manifest) as JsonValue;
  const { head, cells } = isJsonObject(value) ? value : {};
  return {
    head: typeof head === "string" ? head : "",
    cells: (Array.isArray(cells) ? cells : []).flatMap((place): CellPlace[] => {
      if (!Array.isArray(place)) return [];
      const [key, face, outputs, count] = place;
      if (typeof key !== "string" || typeof face !== "string") return [];
      return [
        {
          key,
          face,
          outputs: typeof outputs === "string" ? outputs : null,
          count: typeof count === "number" ? count : null,
        },
      ];
    }),
  };
}
