/**
 * Conflicts of source as a person meets them in a merged file, in any notebook program: a note, the cell as mine, the
 * cell as theirs. The file is a valid notebook throughout.
 */
import { derivedCellId } from "../cell-ids.ts";
import { hasCellIds } from "../file-origin.ts";
import type { Cell } from "../notebook.ts";
import { type ConflictMark, markConflicts, markOf, withMark } from "./conflict.ts";
import type { MergedNotebook } from "./merge-notebooks.ts";

export interface SideNames {
  readonly mine: string;
  readonly theirs: string;
}

export function writeConflictCells(
  merged: MergedNotebook,
  names: SideNames = { mine: "mine", theirs: "theirs" },
): MergedNotebook["notebook"] {
  const marked = markConflicts(merged.notebook, merged.keys, merged.conflicts);
  const taken = new Set(marked.cells.map(({ id }) => id));
  const withId = (seed: string): { id?: string } => {
    if (!hasCellIds(marked)) return {};
    const id = derivedCellId(seed, (candidate) => taken.has(candidate));
    taken.add(id);
    return { id };
  };
  const cells = marked.cells.flatMap((cell): Cell[] => {
    const mark = markOf(cell.metadata);
    if (mark?.source === undefined || mark.side !== undefined) return [cell];
    const { source, ...others } = mark;
    const mine = marking(cell, { ...others, source, side: "mine" });
    const theirs = {
      ...cell,
      ...withId(`theirs\n${cell.id ?? ""}\n${source.theirs}`),
      source: source.theirs,
      ...(cell.cell_type === "code" && { outputs: [], execution_count: null }),
    } as Cell;
    const note: Cell = {
      ...withId(`note\n${cell.id ?? ""}\n${source.theirs}`),
      cell_type: "markdown",
      metadata: withMark({}, { side: "note" }),
      source: [
        `**Merge conflict.** Both sides changed the cell below: first as in *${names.mine}*, then as in *${names.theirs}*.`,
        "Edit the first, then delete the second and this note; or run `loopbook merge --resolve mine` (or `theirs`, or `both`) on this file.",
      ].join("\n"),
    };
    return [note, mine, marking(theirs, { side: "theirs" })];
  });
  return { ...marked, cells };
}

function marking(cell: Cell, mark: ConflictMark): Cell {
  return { ...cell, metadata: withMark(cell.metadata, mark) };
}
