/**
 * Outputs that are kept beside a live document, and of which it has only faces: a client reads them whole, and what
 * it sends back as it got it is the face again. Of what it changed nothing but the change is taken.
 */
import type { KeyedNotebook } from "../../../nbformat/merge/cell-keys.ts";
import type { Cell, CodeCell, Output } from "../../../nbformat/notebook.ts";
import type { NotebookSession } from "../../../usecases/notebook-session.ts";
import { type JsonValue, jsonEqual } from "../../../util/json.ts";

export type Wholes = ReadonlyMap<string, readonly Output[]>;

export const NO_WHOLES: Wholes = new Map();

/** The wholes of the cells that have faces, by key. */
export async function wholesOf(session: NotebookSession, { keys, notebook }: KeyedNotebook): Promise<Wholes> {
  const { outputs } = session;
  if (!outputs) return NO_WHOLES;
  const wholes = new Map<string, readonly Output[]>();
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code" || cell.outputs.length === 0) continue;
    const whole = await outputs.whole(cell.outputs);
    if (whole.some((output, at) => output !== cell.outputs[at])) wholes.set(keys[index] ?? "", whole);
  }
  return wholes;
}

export function withWholes({ keys, notebook }: KeyedNotebook, wholes: Wholes): KeyedNotebook["notebook"] {
  if (wholes.size === 0) return notebook;
  const cells = notebook.cells.map((cell, index): Cell => {
    const outputs = wholes.get(keys[index] ?? "");
    return outputs && cell.cell_type === "code" ? { ...cell, outputs: [...outputs] } : cell;
  });
  return { ...notebook, cells };
}

/** `version` with the faces of `faced` where it has their wholes. Pure. */
export function withFaces(version: KeyedNotebook, faced: KeyedNotebook, wholes: Wholes): KeyedNotebook {
  if (wholes.size === 0) return version;
  const known = new Map(faced.keys.map((key, index) => [key, faced.notebook.cells[index]]));
  const cells = version.notebook.cells.map((cell, index): Cell => {
    const key = version.keys[index] ?? "";
    const [whole, face] = [wholes.get(key), known.get(key)];
    return whole && cell.cell_type === "code" && face?.cell_type === "code"
      ? { ...cell, outputs: facedOutputs(cell, whole, face) }
      : cell;
  });
  return { keys: version.keys, notebook: { ...version.notebook, cells } };
}

function facedOutputs(cell: CodeCell, whole: readonly Output[], face: CodeCell): Output[] {
  return cell.outputs.map((output, index) => {
    const isSame = jsonEqual(output as JsonValue, whole[index] as JsonValue | undefined);
    return (isSame ? face.outputs[index] : undefined) ?? output;
  });
}
