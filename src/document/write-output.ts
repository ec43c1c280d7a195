/** Performs what the executing process writes: outputs and execution state. The caller holds the transaction. */
import * as Y from "yjs";
import type { Output } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { EditResult, OutputEdit } from "./edits.ts";
import { makeOutput, type YCell, type YOutput, yOutputs } from "./schema.ts";
import { replaceText } from "./text-diff.ts";

const done: EditResult = { ok: true };
const noSuchOutput: EditResult = { ok: false, reason: "no-such-output" };

export function writeOutput(cell: YCell, edit: OutputEdit): EditResult {
  const outputs = yOutputs(cell);
  if (!outputs) return { ok: false, reason: "no-such-cell" };
  switch (edit.type) {
    case "begin-execution":
      if (!edit.keepOutputs && outputs.length > 0) outputs.delete(0, outputs.length);
      cell.set("execution_count", null);
      cell.set("execution_state", "running");
      return done;
    case "append-output":
      outputs.push([makeOutput(edit.output)]);
      return done;
    case "replace-output":
      return replaceOutput(outputs, edit.index, edit.output);
    case "append-stream": {
      const text = edit.index < outputs.length ? outputs.get(edit.index).get("text") : undefined;
      if (!(text instanceof Y.Text)) return noSuchOutput;
      if (edit.drop) text.delete(text.length - edit.drop, edit.drop);
      if (edit.text !== "") text.insert(text.length, edit.text);
      return done;
    }
    case "remove-outputs":
      if (outputs.length > 0) outputs.delete(0, outputs.length);
      return done;
    case "end-execution":
      if (edit.executionCount !== null) cell.set("execution_count", edit.executionCount);
      cell.set("execution_state", "idle");
      return done;
    default:
      return assertNever(edit);
  }
}

/**
 * In place where the kind stays: a set of one key costs the document nothing however often it happens, while a
 * deleted and inserted element leaves its tombstone for ever.
 */
function replaceOutput(outputs: Y.Array<YOutput>, index: number, output: Output): EditResult {
  if (index >= outputs.length) return noSuchOutput;
  const existing = outputs.get(index);
  if (existing.get("output_type") !== output.output_type) {
    outputs.delete(index, 1);
    outputs.insert(index, [makeOutput(output)]);
    return done;
  }
  for (const key of [...existing.keys()]) if (!Object.hasOwn(output, key)) existing.delete(key);
  for (const [key, value] of Object.entries(output)) {
    const before = existing.get(key);
    if (before instanceof Y.Text) replaceText(before, String(value));
    else if (!jsonEqual(before as JsonValue, value as JsonValue)) existing.set(key, value);
  }
  return done;
}
