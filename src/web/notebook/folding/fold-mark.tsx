import type { CellSnapshot } from "../../../document/live-notebook.ts";
import { ChevronIcon } from "../../parts/icons.tsx";
import styles from "../cell-view.module.css";
import { usePage } from "../page-context.ts";
import { sectionLevel } from "../toc/headings.ts";
import marks from "./fold-mark.module.css";
import { useHiddenBy, useIsFolded } from "./use-folding.ts";

/** Beside a heading: folds what is below it. By keys the arrows do the same from the cell, so Tab passes it. */
export function FoldMark({ cell }: { cell: CellSnapshot }) {
  const page = usePage();
  const folded = useIsFolded(cell.id, "section");
  if (sectionLevel(cell) === null) return null;
  const label = folded ? "Unfold the section" : "Fold the section";
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${marks.mark} ${folded ? marks.folded : ""}`}
      aria-expanded={!folded}
      aria-label={label}
      title={`${label} (${folded ? "→" : "←"})`}
      onClick={() => page.fold([cell.id], "section", !folded)}
    >
      <ChevronIcon />
    </button>
  );
}

/** What stands for the cells of a folded section. */
export function FoldedSection({ cell }: { cell: CellSnapshot }) {
  const page = usePage();
  const count = useHiddenBy(cell.id);
  if (count === 0) return null;
  return (
    <button type="button" className={styles.hidden} onClick={() => page.fold([cell.id], "section", false)}>
      {count.toLocaleString("en")} {count === 1 ? "cell" : "cells"} in this section
    </button>
  );
}
