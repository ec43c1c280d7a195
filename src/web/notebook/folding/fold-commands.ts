/** Commands that fold, with JupyterLab's keys; `o` and Shift-O are those of the classic notebook. */
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { Command } from "../command.ts";
import type { NotebookController } from "../controller.ts";
import { sectionLevel } from "../toc/headings.ts";
import { type FoldPart, isScrolled, scrollEdits } from "./fold-marks.ts";
import { headsOf } from "./sections.ts";

export const FOLD_COMMANDS: readonly Command[] = [
  {
    id: "fold-section",
    label: "Fold the section, or go to its heading",
    group: "Move around",
    keys: ["ArrowLeft"],
    mode: "command",
    run: foldOrGoUp,
  },
  {
    id: "unfold-section",
    label: "Unfold the section, or go to the next heading",
    group: "Move around",
    keys: ["ArrowRight"],
    mode: "command",
    run: unfoldOrGoDown,
  },
  {
    id: "fold-all-sections",
    label: "Fold all sections",
    group: "Move around",
    keys: ["Ctrl+Shift+ArrowLeft"],
    mode: "command",
    run: (p) => p.fold(headsOf(p.ids(), p.model.cell), "section", true),
  },
  {
    id: "unfold-all-sections",
    label: "Unfold all sections",
    group: "Move around",
    keys: ["Ctrl+Shift+ArrowRight"],
    mode: "command",
    run: (p) => p.fold(headsOf(p.ids(), p.model.cell), "section", false),
  },
  {
    id: "toggle-code",
    label: "Fold or unfold the code",
    group: "Cells",
    keys: [],
    mode: "command",
    run: (p) => toggle(p, "source"),
  },
  {
    id: "toggle-outputs",
    label: "Fold or unfold the outputs",
    group: "Cells",
    keys: ["o"],
    mode: "command",
    run: (p) => toggle(p, "outputs"),
  },
  {
    id: "scroll-outputs",
    label: "Outputs in a box that scrolls, or whole",
    group: "Cells",
    keys: ["Shift+O"],
    mode: "command",
    needs: "edit",
    run: scrollOutputs,
  },
  ...(["source", "outputs"] as const).flatMap((part): Command[] => {
    const what = part === "source" ? "code" : "outputs";
    return [true, false].map((folded) => ({
      id: `${folded ? "fold" : "unfold"}-all-${what}`,
      label: `${folded ? "Fold" : "Unfold"} all ${what}`,
      group: "Cells",
      keys: [],
      mode: "command",
      run: (p: NotebookController) => p.fold(codeCells(p, p.ids()), part, folded),
    }));
  }),
];

const codeCells = (page: NotebookController, ids: readonly CellSnapshot["id"][]) =>
  ids.filter((id) => page.model.cell(id)?.cellType === "code");

/** All as the first one is not. */
function toggle(page: NotebookController, part: FoldPart): void {
  const ids = codeCells(page, page.selected());
  const [first] = ids;
  if (first !== undefined) page.fold(ids, part, !page.folding.isFolded(first, part));
}

function scrollOutputs(page: NotebookController): void {
  const cells = page.selectedCells().filter(({ cellType }) => cellType === "code");
  const [first] = cells;
  if (first === undefined) return;
  const edits = cells.flatMap((cell) => scrollEdits(cell, !isScrolled(first)));
  if (edits.length > 0) page.apply(...edits);
}

function foldOrGoUp(page: NotebookController): void {
  const { active } = page.ui.get();
  if (active === null) return;
  const isHead = sectionLevel(page.model.cell(active)) !== null;
  if (isHead && !page.folding.isFolded(active, "section")) {
    page.fold([active], "section", true);
    return;
  }
  const [head] = page.folding.headsOver(active);
  if (head !== undefined) page.select(head, { reveal: true });
}

function unfoldOrGoDown(page: NotebookController): void {
  const { active } = page.ui.get();
  if (active === null) return;
  const isHead = sectionLevel(page.model.cell(active)) !== null;
  if (isHead && page.folding.isFolded(active, "section")) {
    page.fold([active], "section", false);
    return;
  }
  const ids = page.shownIds();
  const next = ids.slice(ids.indexOf(active) + 1).find((id) => sectionLevel(page.model.cell(id)) !== null);
  if (next !== undefined) page.select(next, { reveal: true });
}
