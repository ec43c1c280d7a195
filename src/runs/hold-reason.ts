/** What a hold at a tagged cell is about, in the notebook author's own words. */
import type { CellsView } from "./walk.ts";

const MAX_LINES = 3;
const MAX_CHARACTERS = 300;

/** The first lines of the Markdown just before the cell; without one, the comment at the cell's top. */
export function holdReason(view: CellsView, index: number): string | null {
  const ids = view.cellIds();
  const before = ids[index - 1];
  const above = before === undefined ? undefined : view.cell(before);
  if (above?.cellType === "markdown") {
    const text = shorten(above.source.split("\n").map((line) => line.replace(/^#+\s*/, "").trim()));
    if (text !== null) return text;
  }
  const here = ids[index];
  const source = here === undefined ? "" : (view.cell(here)?.source ?? "");
  const comment: string[] = [];
  for (const line of source.split("\n")) {
    const match = /^\s*(?:#|\/\/|%)\s?(.*)$/.exec(line);
    if (match === null) break;
    comment.push(match[1]?.trim() ?? "");
  }
  return shorten(comment);
}

function shorten(lines: readonly string[]): string | null {
  const text = lines
    .filter((line) => line !== "")
    .slice(0, MAX_LINES)
    .join("\n");
  if (text === "") return null;
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}
