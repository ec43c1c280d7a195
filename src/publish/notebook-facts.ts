/** What a notebook says of itself: its language, its title. Pure. */
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { isJsonObject } from "../util/json.ts";

/** In lower case; "python" where nothing is said. */
export function languageOf({ metadata }: Pick<Notebook, "metadata">): string {
  const info = isJsonObject(metadata.language_info) ? metadata.language_info : {};
  const spec = isJsonObject(metadata.kernelspec) ? metadata.kernelspec : {};
  const named = [info.name, spec.language, spec.name].find((name) => typeof name === "string" && name !== "");
  const name = typeof named === "string" ? named.toLowerCase() : "python";
  return /^i?python/.test(name) ? "python" : name;
}

/** Its first heading, else the name of its file. */
export function titleOf({ cells }: Pick<Notebook, "cells">, name: string): string {
  for (const cell of cells.slice(0, 20)) {
    const heading = cell.cell_type === "markdown" ? /^#\s+(.+?)\s*#*$/m.exec(cell.source)?.[1] : undefined;
    if (heading !== undefined) return heading.replace(/[*_`]/g, "");
  }
  return name;
}

/** What the authors folded away, as JupyterLab notes it. */
export function foldedOf(cell: Cell): { readonly source: boolean; readonly outputs: boolean } {
  const jupyter = isJsonObject(cell.metadata.jupyter) ? cell.metadata.jupyter : {};
  return { source: jupyter.source_hidden === true, outputs: jupyter.outputs_hidden === true };
}

/** Attachments of a cell as addresses of their own. */
export function attachmentsOf(cell: Cell): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (cell.cell_type === "code") return found;
  for (const [name, bundle] of Object.entries(cell.attachments ?? {})) {
    const [mime, data] = Object.entries(bundle).find(([type]) => type.startsWith("image/")) ?? [];
    if (mime !== undefined && typeof data === "string" && /^image\/[\w.+-]+$/.test(mime))
      found[name] = `data:${mime};base64,${data.replace(/[^A-Za-z0-9+/=]/g, "")}`;
  }
  return found;
}
