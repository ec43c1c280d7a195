/** What executing one cell gave, and what an edit makes of it. Pure: unchanged results are the same object. */
import type { Output } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { OutputEdit } from "./edits.ts";

export interface CellResults {
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
  readonly executionState: "idle" | "running";
}

const NO_OUTPUTS: readonly Output[] = [];

export const NO_RESULTS: CellResults = {
  outputs: NO_OUTPUTS,
  executionCount: null,
  executionState: "idle",
};

/** Outputs that edits from this place on append to one cell, one after the other: written together, copied once. */
export function appendedFrom(edits: readonly OutputEdit[], from: number): Output[] {
  const appended: Output[] = [];
  const id = edits[from]?.id;
  for (let at = from; at < edits.length; at++) {
    const edit = edits[at];
    if (edit?.type !== "append-output" || edit.id !== id) break;
    appended.push(edit.output);
  }
  return appended;
}

/** Null: the edit names an output that is not there. */
export function writeResult(before: CellResults, edit: OutputEdit): CellResults | null {
  const { outputs } = before;
  switch (edit.type) {
    case "begin-execution":
      return {
        outputs: edit.keepOutputs ? outputs : NO_OUTPUTS,
        executionCount: null,
        executionState: "running",
      };
    case "append-output":
      return { ...before, outputs: [...outputs, edit.output] };
    case "replace-output": {
      const old = outputs[edit.index];
      if (old === undefined) return null;
      if (jsonEqual(old as JsonValue, edit.output as JsonValue)) return before;
      return { ...before, outputs: outputs.with(edit.index, edit.output) };
    }
    case "append-stream": {
      const old = outputs[edit.index];
      if (old?.output_type !== "stream") return null;
      const { drop = 0, text } = edit;
      if (drop === 0 && text === "") return before;
      const kept = drop === 0 ? old.text : old.text.slice(0, old.text.length - drop);
      return { ...before, outputs: outputs.with(edit.index, { ...old, text: kept + text }) };
    }
    case "remove-outputs":
      return outputs.length === 0 ? before : { ...before, outputs: NO_OUTPUTS };
    case "clear-outputs":
      if (outputs.length === 0 && before.executionCount === null) return before;
      return { ...before, outputs: NO_OUTPUTS, executionCount: null };
    case "end-execution":
      return {
        ...before,
        executionCount: edit.executionCount ?? before.executionCount,
        executionState: "idle",
      };
    default:
      return assertNever(edit);
  }
}
