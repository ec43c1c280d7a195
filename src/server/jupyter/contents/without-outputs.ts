import type { KeyedNotebook } from "../../../nbformat/merge/cell-keys.ts";
import type { Cell } from "../../../nbformat/notebook.ts";

/** The version with the outputs of another one: who may not execute, writes no outputs either. Pure. */
export function withOutputsOf(base: KeyedNotebook, version: KeyedNotebook): KeyedNotebook {
  const before = new Map(base.keys.map((key, index) => [key, base.notebook.cells[index]]));
  const cells = version.notebook.cells.map((cell, index): Cell => {
    if (cell.cell_type !== "code") return cell;
    const had = before.get(version.keys[index] ?? "");
    const { outputs, execution_count } =
      had?.cell_type === "code" ? had : { outputs: [], execution_count: null };
    return { ...cell, outputs, execution_count };
  });
  return { keys: version.keys, notebook: { ...version.notebook, cells } };
}
