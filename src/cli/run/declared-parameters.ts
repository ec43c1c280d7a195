import type { Notebook } from "../../nbformat/notebook.ts";
import { inferParameters } from "../../runs/parameters/infer.ts";
import type { ParameterSpec } from "../../runs/parameters.ts";
import { CellId } from "../../util/ids.ts";
import { isJsonObject } from "../../util/json.ts";

export interface KernelOfNotebook {
  readonly kernelName: string | null;
  readonly language: string | null;
}

/** What a notebook's metadata says of its kernel; `language` overrides, as papermill's `--language`. */
export function kernelOfNotebook(notebook: Notebook, language: string | null): KernelOfNotebook {
  const { kernelspec, language_info: info } = notebook.metadata;
  const spec = isJsonObject(kernelspec) ? kernelspec : {};
  const named = isJsonObject(info) ? info.name : undefined;
  return {
    kernelName: language === null ? textOrNull(spec.name) : null,
    language: language ?? textOrNull(spec.language) ?? textOrNull(named) ?? "python",
  };
}

/** The parameters that the cells of a notebook in a file declare. */
export function declaredParameters(notebook: Notebook, language: string | null): readonly ParameterSpec[] {
  const cells = notebook.cells.map((cell, i) => ({
    id: CellId.of(cell.id ?? String(i)),
    cellType: cell.cell_type,
    source: cell.source,
    metadata: cell.metadata,
  }));
  return inferParameters(cells, kernelOfNotebook(notebook, language));
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
