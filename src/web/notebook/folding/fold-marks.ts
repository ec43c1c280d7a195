/** How a notebook says what is folded, in the keys and with the values that JupyterLab writes. Pure. */
import type { NotebookEdit } from "../../../document/edits.ts";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { JsonObject } from "../../../nbformat/notebook.ts";
import { isJsonObject } from "../../../util/json.ts";

/** `section`: what a heading has below it. */
export type FoldPart = "section" | "source" | "outputs";

const SECTION = "jp-MarkdownHeadingCollapsed";

export function isMarkedFolded({ metadata }: CellSnapshot, part: FoldPart): boolean {
  if (part === "section") return metadata[SECTION] === true;
  const hints = hintsOf(metadata);
  if (part === "source") return hints.source_hidden === true;
  // JupyterLab writes the second, nbformat names the first.
  return hints.outputs_hidden === true || metadata.collapsed === true;
}

export function foldEdits(cell: CellSnapshot, part: FoldPart, folded: boolean): readonly NotebookEdit[] {
  const { id, metadata } = cell;
  const set = (key: string, value: JsonObject[string] | undefined): NotebookEdit[] =>
    JSON.stringify(metadata[key]) === JSON.stringify(value)
      ? []
      : [{ type: "set-cell-metadata", id, key, value }];
  if (part === "section") return set(SECTION, folded ? true : undefined);
  const { [part === "source" ? "source_hidden" : "outputs_hidden"]: _before, ...others } = hintsOf(metadata);
  const hints = folded
    ? { ...others, [part === "source" ? "source_hidden" : "outputs_hidden"]: true }
    : others;
  const jupyter = Object.keys(hints).length === 0 ? undefined : hints;
  return [
    ...set("jupyter", jupyter),
    ...(part === "outputs" ? set("collapsed", folded ? true : undefined) : []),
  ];
}

/** Whether the outputs are in a box of their own that scrolls. */
export function isScrolled({ metadata }: CellSnapshot): boolean {
  return metadata.scrolled === true;
}

export function scrollEdits(cell: CellSnapshot, scrolled: boolean): readonly NotebookEdit[] {
  if (isScrolled(cell) === scrolled) return [];
  return [{ type: "set-cell-metadata", id: cell.id, key: "scrolled", value: scrolled }];
}

function hintsOf({ jupyter }: JsonObject): JsonObject {
  return isJsonObject(jupyter) ? jupyter : {};
}
