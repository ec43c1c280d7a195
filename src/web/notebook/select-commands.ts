/** Commands that select several cells. */
import type { Command } from "./command.ts";
import type { NotebookController } from "./controller.ts";

export const SELECT_COMMANDS: readonly Command[] = [
  {
    id: "select-all",
    label: "Select all cells",
    group: "Move around",
    keys: ["Ctrl+a"],
    mode: "command",
    run: (p) => between(p, p.ids()[0], p.ids().at(-1)),
  },
  {
    id: "extend-first",
    label: "Select up to the first cell",
    group: "Move around",
    keys: ["Shift+Home"],
    mode: "command",
    run: (p) => between(p, p.ui.get().anchor ?? undefined, p.ids()[0]),
  },
  {
    id: "extend-last",
    label: "Select down to the last cell",
    group: "Move around",
    keys: ["Shift+End"],
    mode: "command",
    run: (p) => between(p, p.ui.get().anchor ?? undefined, p.ids().at(-1)),
  },
  {
    id: "select-one",
    label: "Select this cell only",
    group: "Move around",
    keys: ["Escape"],
    mode: "command",
    possible: (p) => p.selected().length > 1,
    run: (p) => {
      const { active } = p.ui.get();
      if (active !== null) p.select(active);
    },
  },
];

function between(page: NotebookController, anchor: string | undefined, active: string | undefined): void {
  const ids = page.ids();
  const [from, to] = [ids.find((id) => id === anchor), ids.find((id) => id === active)];
  if (from === undefined || to === undefined) return;
  page.select(from);
  page.select(to, { extend: true, reveal: true });
}
