/** Another version of a notebook, with faces where its outputs are the wholes of what the notebook has faces of. */
import type { EditOrigin } from "../document/live-notebook.ts";
import { storedOf } from "../document/output-face.ts";
import type { WholeOutputs } from "../document/whole-outputs.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { Cell, Output } from "../nbformat/notebook.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";

/** Wholes went into the store and faces into their place; the notebook's file holds the same as before. */
export const FACES: EditOrigin = { type: "run", label: "faces" };

/** So that a merge sees no change where there is none. Keys are those of the notebook with faces. */
export async function facedLike(
  faces: KeyedNotebook,
  other: KeyedNotebook,
  wholes: WholeOutputs,
): Promise<KeyedNotebook> {
  const byKey = new Map(faces.keys.map((key, index) => [key, faces.notebook.cells[index]]));
  const cells: Cell[] = [];
  for (const [index, cell] of other.notebook.cells.entries()) {
    const known = byKey.get(other.keys[index] ?? "");
    cells.push(known ? await facedCell(known, cell, wholes) : cell);
  }
  return { keys: other.keys, notebook: { ...other.notebook, cells } };
}

async function facedCell(known: Cell, cell: Cell, wholes: WholeOutputs): Promise<Cell> {
  if (cell.cell_type !== "code" || known.cell_type !== "code" || cell === known) return cell;
  const outputs: Output[] = [];
  let isChanged = false;
  for (const [index, output] of cell.outputs.entries()) {
    const face = known.outputs[index];
    const isWhole = face !== undefined && storedOf(face) !== null && storedOf(output) === null;
    const isSame = isWhole && jsonEqual((await wholes.output(face)) as JsonValue, output as JsonValue);
    outputs.push(isSame && face ? face : output);
    isChanged ||= isSame;
  }
  return isChanged ? { ...cell, outputs } : cell;
}
