/** Commands about how the notebook is shown. */
import { setView, toggleAllLineNumbers, toggleLineNumbers, viewSettings } from "../editor/view-settings.ts";
import type { Command } from "./command.ts";
import type { NotebookController } from "./controller.ts";

/** Below this width the side panel lies over the notebook (`rail.module.css`). */
const NARROW = "(max-width: 1000px)";
/** How much of the window one press of the space bar goes on by. */
const SCREENFUL = 0.85;

export const VIEW_COMMANDS: readonly Command[] = [
  {
    id: "line-numbers",
    label: "Line numbers of the cell",
    group: "View",
    keys: ["l"],
    mode: "command",
    run: (p) => toggleLineNumbers(p.selected()),
  },
  {
    id: "all-line-numbers",
    label: "Line numbers of all cells",
    group: "View",
    keys: ["Shift+L"],
    mode: "command",
    run: toggleAllLineNumbers,
  },
  {
    id: "wrap",
    label: "Wrap long lines of code, or scroll them",
    group: "View",
    keys: ["Alt+z"],
    mode: "any",
    run: () => setView({ wrap: !viewSettings.get().wrap }),
  },
  {
    id: "side-panel",
    label: "Hide or show the side panel",
    group: "View",
    keys: ["Ctrl+b"],
    mode: "any",
    run: togglePanel,
  },
  {
    id: "scroll-down",
    label: "Scroll down",
    group: "Move around",
    keys: ["Space"],
    mode: "command",
    run: () => scrollBy(SCREENFUL),
  },
  {
    id: "scroll-up",
    label: "Scroll up",
    group: "Move around",
    keys: ["Shift+Space"],
    mode: "command",
    run: () => scrollBy(-SCREENFUL),
  },
  {
    id: "variables",
    label: "Variables of the kernel",
    group: "View",
    keys: ["w"],
    mode: "command",
    run: (p) => p.showSide("variables"),
  },
  {
    id: "docs",
    label: "Documentation of what is at the cursor",
    group: "View",
    keys: ["Ctrl+i"],
    mode: "any",
    run: (p) => p.showSide("docs"),
  },
  {
    id: "format",
    label: "Format the cell, or the selected ones",
    group: "Cells",
    keys: ["Alt+Shift+F"],
    mode: "any",
    needs: "edit",
    run: (p) => void loadFormat().then(({ formatCells }) => formatCells(p, p.selected())),
  },
  {
    id: "format-all",
    label: "Format all cells",
    group: "Cells",
    keys: [],
    mode: "command",
    needs: "edit",
    run: (p) => void loadFormat().then(({ formatCells }) => formatCells(p, p.ids())),
  },
  {
    id: "find-in-cell",
    label: "Find and replace in this cell",
    group: "View",
    keys: ["Ctrl+Shift+F"],
    mode: "edit",
    possible: (p) => p.editor !== null,
    run: (p) => p.editor?.openSearch(),
  },
];

const loadFormat = () => import("./format-cells.ts");

function togglePanel(page: NotebookController): void {
  const narrow = window.matchMedia(NARROW).matches;
  page.ui.update((ui) =>
    narrow ? { ...ui, panelOpen: !ui.panelOpen } : { ...ui, panelHidden: !ui.panelHidden },
  );
}

function scrollBy(screens: number): void {
  window.scrollBy({ top: window.innerHeight * screens });
}
