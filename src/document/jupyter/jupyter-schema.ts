/**
 * What the full `@jupyter/ydoc` schema (version 2) has beside what people edit (`../schema.ts`):
 *
 *   state Y.Map   { path, file_id, dirty, … }
 *   code cells    { outputs: Y.Array of Y.Map, execution_count, execution_state: "idle" | "running" }
 *   a stream output's `text` is a Y.Text; every other output field is plain JSON.
 *
 * Source: @jupyter/ydoc 4 (ycell.js), jupyter_ydoc 4 (ynotebook.py).
 */
import * as Y from "yjs";
import type { Output } from "../../nbformat/notebook.ts";
import type { CellSnapshot } from "../live-notebook.ts";
import type { YCell } from "../schema.ts";

export type YOutput = Y.Map<unknown>;

/** What executing a cell gave, as everybody sees it. */
export type JupyterResults = Pick<CellSnapshot, "outputs" | "executionCount" | "executionState">;

export const RESULT_KEYS: ReadonlySet<string> = new Set(["outputs", "execution_count", "execution_state"]);

/**
 * In the metadata of a Jupyter client's cells, never in a file's: whether its outputs may run scripts there. It stays
 * on their side.
 */
export const TRUSTED = "trusted";

export const stateOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("state");

export const yOutputs = (cell: YCell): Y.Array<YOutput> | undefined => {
  const outputs = cell.get("outputs");
  return outputs instanceof Y.Array ? outputs : undefined;
};

export function makeOutput(output: Output): YOutput {
  const map: YOutput = new Y.Map();
  for (const [key, value] of Object.entries(output)) {
    map.set(key, output.output_type === "stream" && key === "text" ? new Y.Text(output.text) : value);
  }
  return map;
}

export function readResults(cell: YCell): JupyterResults {
  const count = cell.get("execution_count");
  return {
    outputs: yOutputs(cell)?.map(readOutput).filter(isOutput) ?? [],
    executionCount: typeof count === "number" ? count : null,
    executionState: cell.get("execution_state") === "running" ? "running" : "idle",
  };
}

/** Also of a client that puts plain objects there, or a stream's text as lines. */
function readOutput(output: unknown): unknown {
  const read = output instanceof Y.Map ? output.toJSON() : output;
  if (typeof read !== "object" || read === null || !("text" in read) || !Array.isArray(read.text))
    return read;
  return { ...read, text: read.text.join("") };
}

/** Only what has the shape of an output goes on from here. */
function isOutput(value: unknown): value is Output {
  if (typeof value !== "object" || value === null) return false;
  const output = value as Record<string, unknown>;
  const isRecord = (part: unknown): boolean =>
    typeof part === "object" && part !== null && !Array.isArray(part);
  switch (output.output_type) {
    case "stream":
      return typeof output.name === "string" && typeof output.text === "string";
    case "display_data":
    case "execute_result":
      return isRecord(output.data) && isRecord(output.metadata);
    case "error":
      return (
        typeof output.ename === "string" &&
        typeof output.evalue === "string" &&
        Array.isArray(output.traceback) &&
        output.traceback.every((line) => typeof line === "string")
      );
    default:
      return false;
  }
}
