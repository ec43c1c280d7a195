/**
 * Writes a cell's results into its shared type in the two ways that stock JupyterLab draws. Its output area adds
 * whatever comes at its end, takes text only for the last output, does not look at changes inside of an output, and
 * joins a stream that is added to the last one that it added, also when that one is gone (seen in 4.6.6). So text is
 * appended to a last stream, outputs are appended, and for anything else the outputs are put there anew.
 */
import * as Y from "yjs";
import type { Output } from "../../nbformat/notebook.ts";
import type { YCell } from "../schema.ts";
import {
  type JupyterResults,
  makeOutput,
  readResults,
  TRUSTED,
  type YOutput,
  yOutputs,
} from "./jupyter-schema.ts";
import { grownText, outputsEqual } from "./result-edits.ts";

/** The caller holds the transaction. True: something was written. */
export function writeResults(cell: YCell, next: JupyterResults): boolean {
  const now = readResults(cell);
  let outputs = yOutputs(cell);
  let changed = false;
  if (!outputs) {
    outputs = new Y.Array<YOutput>();
    cell.set("outputs", outputs);
    changed = true;
  }
  if (writeOutputs(outputs, now.outputs, next.outputs)) changed = true;
  if (now.executionCount !== next.executionCount || !cell.has("execution_count")) {
    cell.set("execution_count", next.executionCount);
    changed = true;
  }
  if (now.executionState !== next.executionState || !cell.has("execution_state")) {
    cell.set("execution_state", next.executionState);
    changed = true;
  }
  // What is executed here is trusted there, as what they execute is.
  const metadata = cell.get("metadata");
  if (changed && next.executionState === "running" && metadata instanceof Y.Map && !metadata.get(TRUSTED))
    metadata.set(TRUSTED, true);
  return changed;
}

function writeOutputs(shared: Y.Array<YOutput>, now: readonly Output[], next: readonly Output[]): boolean {
  const same = commonLength(now, next);
  if (shared.length === now.length && same === now.length && same === next.length) return false;
  const isWhole = shared.length === now.length;
  if (isWhole && same === now.length) {
    shared.push(next.slice(same).map(makeOutput));
    return true;
  }
  if (isWhole && same === now.length - 1 && growLast(shared, now[same], next[same])) {
    if (next.length > now.length) shared.push(next.slice(now.length).map(makeOutput));
    return true;
  }
  const from = isWhole ? safeFrom(same, now, next) : 0;
  shared.delete(from, shared.length - from);
  if (next.length > from) shared.insert(from, next.slice(from).map(makeOutput));
  return true;
}

function commonLength(now: readonly Output[], next: readonly Output[]): number {
  let at = 0;
  for (const output of now) {
    const other = next[at];
    if (other === undefined || !outputsEqual(output, other)) break;
    at++;
  }
  return at;
}

function growLast(shared: Y.Array<YOutput>, before: Output | undefined, after: Output | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const grown = grownText(before, after);
  const text = shared.get(shared.length - 1).get("text");
  if (grown === null || !(text instanceof Y.Text)) return false;
  text.insert(text.length, grown);
  return true;
}

/** From where on outputs can be put anew: a stream would be joined to one of its name that was the last. */
function safeFrom(same: number, now: readonly Output[], next: readonly Output[]): number {
  const first = next[same];
  const last = now.at(-1);
  const joins = first?.output_type === "stream" && last?.output_type === "stream" && first.name === last.name;
  return joins ? 0 : same;
}
