/**
 * What JupyterLab writes into a notebook's metadata as soon as it has a kernel: how that calls itself and its language.
 * Nobody asked for it, and a notebook that is only looked at is not to be saved for it. It is held back, and goes over
 * with the first thing that somebody changes. Pure.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import type { NotebookEdit } from "../edits.ts";

/** @param now the metadata that the notebook has. */
export function isKernelNote(edit: NotebookEdit, now: JsonObject): boolean {
  if (edit.type !== "set-notebook-metadata" || edit.value === undefined) return false;
  if (edit.key === "language_info") return true;
  // Another kernel is somebody's choice.
  return (
    edit.key === "kernelspec" &&
    (now.kernelspec === undefined || nameOf(edit.value) === nameOf(now.kernelspec))
  );
}

function nameOf(spec: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(spec) ? spec.name : undefined;
}
