/** What the executing process would have written, had it run a cell from these results to those. Pure. */
import type { Output } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import type { OutputEdit } from "../edits.ts";
import type { JupyterResults } from "./jupyter-schema.ts";

export function resultEdits(id: CellId, now: JupyterResults, next: JupyterResults): OutputEdit[] {
  const edits: OutputEdit[] = [];
  let had = now.outputs;
  let count = now.executionCount;
  const isRunning = next.executionState === "running";
  if (isRunning && now.executionState === "idle") {
    edits.push({ type: "begin-execution", id, keepOutputs: true });
    count = null;
  } else if (count !== null && next.executionCount === null && !isRunning) {
    edits.push({ type: "clear-outputs", id });
    had = [];
    count = null;
  }
  edits.push(...outputEdits(id, had, next.outputs));
  if (!isRunning && (now.executionState === "running" || count !== next.executionCount))
    edits.push({ type: "end-execution", id, executionCount: next.executionCount });
  return edits;
}

function outputEdits(id: CellId, now: readonly Output[], next: readonly Output[]): OutputEdit[] {
  if (next.length < now.length) {
    return [
      { type: "remove-outputs", id },
      ...next.map((output): OutputEdit => ({ type: "append-output", id, output })),
    ];
  }
  return next.flatMap((output, index): OutputEdit[] => {
    const before = now[index];
    if (before === undefined) return [{ type: "append-output", id, output }];
    if (outputsEqual(before, output)) return [];
    const grown = grownText(before, output);
    return grown === null
      ? [{ type: "replace-output", id, index, output }]
      : [{ type: "append-stream", id, index, text: grown }];
  });
}

export function outputsEqual(a: Output, b: Output): boolean {
  return a === b || jsonEqual(a as JsonValue, b as JsonValue);
}

/** What was added to a stream; null: it is another one, or text of it is gone. */
export function grownText(before: Output, after: Output): string | null {
  if (before.output_type !== "stream" || after.output_type !== "stream") return null;
  if (!after.text.startsWith(before.text)) return null;
  const { text: _before, ...rest } = before;
  const { text: _after, ...more } = after;
  return jsonEqual(rest as JsonValue, more as JsonValue) ? after.text.slice(before.text.length) : null;
}
