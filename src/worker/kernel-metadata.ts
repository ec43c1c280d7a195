/** What a started kernel writes into the notebook's metadata: its language, and how it is found again. Pure. */
import type { NotebookEdit } from "../document/edits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { isJsonObject, type JsonObject, jsonEqual } from "../util/json.ts";

/** Only what differs: a notebook that was run by the same kernel before stays as it is. */
export function kernelMetadataEdits(
  metadata: JsonObject,
  kernel: Pick<Kernel, "spec" | "info">,
): NotebookEdit[] {
  const edits: NotebookEdit[] = [];
  const { spec, info } = kernel;
  const known = metadata.kernelspec;
  if (!isJsonObject(known) || known.name !== spec.name) {
    const value = { display_name: spec.displayName, language: spec.language, name: spec.name };
    edits.push({ type: "set-notebook-metadata", key: "kernelspec", value });
  }
  if (!jsonEqual(metadata.language_info, info.languageInfo)) {
    edits.push({ type: "set-notebook-metadata", key: "language_info", value: info.languageInfo });
  }
  return edits;
}

/** The kernelspec that the notebook names. */
export function kernelNameOf(metadata: JsonObject): string | undefined {
  const spec = metadata.kernelspec;
  const name = isJsonObject(spec) ? spec.name : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}
