/** Every command of a notebook page: its name, its keys, what it does. Buttons, keys, palette and help read this. */

import { canAnswer, canSkip, canStep, pauseOrResume, startRun, steer } from "../run/run-actions.ts";
import { isLive } from "../session/session-state.ts";
import {
  clearOutputs,
  copySelected,
  cutSelected,
  deleteSelected,
  insertAbove,
  insertBelow,
  mergeSelected,
  moveSelected,
  paste,
  setHeading,
  setType,
} from "./cell-actions.ts";
import type { NotebookController } from "./controller.ts";
import { kernelAction, runCells, runSelected, save } from "./execution-actions.ts";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: "Run" | "Cells" | "Move around" | "Kernel" | "Page";
  /** `d d`: one after the other. `Ctrl+s`: together. */
  readonly keys: readonly string[];
  /** In which mode its keys count; `any`: in both. */
  readonly mode: "command" | "edit" | "any";
  run(page: NotebookController): void;
  /** Absent: always possible. */
  possible?(page: NotebookController): boolean;
}

const liveRun = (page: NotebookController) => {
  const { run } = page.model.state.get();
  return isLive(run) ? run : null;
};
const when = (
  page: NotebookController,
  test: (run: NonNullable<ReturnType<typeof liveRun>>) => boolean,
): boolean => {
  const run = liveRun(page);
  return run !== null && test(run);
};

const RUN: readonly Command[] = [
  {
    id: "run-all",
    label: "Run the whole notebook",
    group: "Run",
    keys: ["Ctrl+Shift+Enter"],
    mode: "any",
    possible: (p) => liveRun(p) === null,
    run: (p) => void startRun(p),
  },
  {
    id: "run-advance",
    label: "Run cell, go to the next",
    group: "Run",
    keys: ["Shift+Enter"],
    mode: "any",
    run: (p) => runSelected(p, "advance"),
  },
  {
    id: "run-stay",
    label: "Run cell, stay",
    group: "Run",
    keys: ["Ctrl+Enter"],
    mode: "any",
    run: (p) => runSelected(p, "stay"),
  },
  {
    id: "run-insert",
    label: "Run cell, insert one below",
    group: "Run",
    keys: ["Alt+Enter"],
    mode: "any",
    run: (p) => runSelected(p, "insert"),
  },
  {
    id: "run-above",
    label: "Run all cells above",
    group: "Run",
    keys: [],
    mode: "command",
    run: (p) => runCells(p, p.ids().slice(0, p.ids().indexOf(p.selected()[0] ?? (p.ids()[0] as never)))),
  },
  {
    id: "run-below",
    label: "Run this cell and all below",
    group: "Run",
    keys: [],
    mode: "command",
    run: (p) => runCells(p, p.ids().slice(Math.max(0, p.ids().indexOf(p.selected()[0] as never)))),
  },
  {
    id: "pause",
    label: "Pause or resume the run",
    group: "Run",
    keys: ["p"],
    mode: "command",
    possible: (p) => liveRun(p) !== null,
    run: pauseOrResume,
  },
  {
    id: "step",
    label: "Run one cell, then hold",
    group: "Run",
    keys: ["s"],
    mode: "command",
    possible: (p) => when(p, canStep),
    run: (p) => void steer(p, { type: "step" }),
  },
  {
    id: "skip",
    label: "Skip the next cell",
    group: "Run",
    keys: ["n"],
    mode: "command",
    possible: (p) => when(p, canSkip),
    run: (p) => void steer(p, { type: "skip" }),
  },
  {
    id: "stop",
    label: "Stop the run",
    group: "Run",
    keys: ["q q"],
    mode: "command",
    possible: (p) => liveRun(p) !== null,
    run: (p) => p.open("stop-run"),
  },
  {
    id: "approve",
    label: "Approve what the run asks",
    group: "Run",
    keys: ["Shift+A"],
    mode: "command",
    possible: (p) => when(p, canAnswer),
    run: (p) => void steer(p, { type: "approve", reason: null }),
  },
  {
    id: "approve-why",
    label: "Approve with a reason…",
    group: "Run",
    keys: [],
    mode: "command",
    possible: (p) => when(p, canAnswer),
    run: (p) => p.open("approve"),
  },
  {
    id: "refuse",
    label: "Refuse what the run asks",
    group: "Run",
    keys: ["Shift+R"],
    mode: "command",
    possible: (p) => when(p, canAnswer),
    run: (p) => p.open("refuse"),
  },
  {
    id: "rerun-from",
    label: "Run again from this cell on",
    group: "Run",
    keys: [],
    mode: "command",
    possible: (p) => liveRun(p) !== null,
    run: (p) => {
      const { active } = p.ui.get();
      if (active !== null) void steer(p, { type: "rerun-from", cellId: active });
    },
  },
];

const CELLS: readonly Command[] = [
  {
    id: "insert-above",
    label: "Insert a cell above",
    group: "Cells",
    keys: ["a"],
    mode: "command",
    run: insertAbove,
  },
  {
    id: "insert-below",
    label: "Insert a cell below",
    group: "Cells",
    keys: ["b"],
    mode: "command",
    run: insertBelow,
  },
  { id: "cut", label: "Cut", group: "Cells", keys: ["x"], mode: "command", run: cutSelected },
  { id: "copy", label: "Copy", group: "Cells", keys: ["c"], mode: "command", run: copySelected },
  {
    id: "paste",
    label: "Paste below",
    group: "Cells",
    keys: ["v"],
    mode: "command",
    run: (p) => paste(p, "below"),
  },
  {
    id: "paste-above",
    label: "Paste above",
    group: "Cells",
    keys: ["Shift+V"],
    mode: "command",
    run: (p) => paste(p, "above"),
  },
  { id: "delete", label: "Delete", group: "Cells", keys: ["d d"], mode: "command", run: deleteSelected },
  {
    id: "undo",
    label: "Undo",
    group: "Cells",
    keys: ["z"],
    mode: "command",
    run: (p) => void p.model.undo.undo(),
  },
  {
    id: "redo",
    label: "Redo",
    group: "Cells",
    keys: ["Shift+Z"],
    mode: "command",
    run: (p) => void p.model.undo.redo(),
  },
  {
    id: "move-up",
    label: "Move up",
    group: "Cells",
    keys: ["Ctrl+Shift+ArrowUp"],
    mode: "any",
    run: (p) => moveSelected(p, -1),
  },
  {
    id: "move-down",
    label: "Move down",
    group: "Cells",
    keys: ["Ctrl+Shift+ArrowDown"],
    mode: "any",
    run: (p) => moveSelected(p, 1),
  },
  {
    id: "merge",
    label: "Merge with the cell below, or the selected ones",
    group: "Cells",
    keys: ["Shift+M"],
    mode: "command",
    run: mergeSelected,
  },
  {
    id: "to-code",
    label: "Make it code",
    group: "Cells",
    keys: ["y"],
    mode: "command",
    run: (p) => setType(p, "code"),
  },
  {
    id: "to-markdown",
    label: "Make it Markdown",
    group: "Cells",
    keys: ["m"],
    mode: "command",
    run: (p) => setType(p, "markdown"),
  },
  {
    id: "to-raw",
    label: "Make it raw",
    group: "Cells",
    keys: ["r"],
    mode: "command",
    run: (p) => setType(p, "raw"),
  },
  ...[1, 2, 3, 4, 5, 6].map(
    (level): Command => ({
      id: `heading-${level}`,
      label: `Make it a heading ${level}`,
      group: "Cells",
      keys: [String(level)],
      mode: "command",
      run: (p) => setHeading(p, level),
    }),
  ),
  {
    id: "clear-output",
    label: "Clear its outputs",
    group: "Cells",
    keys: [],
    mode: "command",
    run: (p) => clearOutputs(p, p.selected()),
  },
  {
    id: "clear-all-outputs",
    label: "Clear all outputs",
    group: "Cells",
    keys: [],
    mode: "command",
    run: (p) => clearOutputs(p, p.ids()),
  },
];

const MOVE: readonly Command[] = [
  {
    id: "edit",
    label: "Edit the cell",
    group: "Move around",
    keys: ["Enter"],
    mode: "command",
    run: (p) => p.edit(),
  },
  {
    id: "leave-editor",
    label: "Leave the editor",
    group: "Move around",
    keys: ["Escape", "Ctrl+m"],
    mode: "edit",
    run: (p) => p.command(),
  },
  {
    id: "up",
    label: "Cell above",
    group: "Move around",
    keys: ["k", "ArrowUp"],
    mode: "command",
    run: (p) => p.move(-1),
  },
  {
    id: "down",
    label: "Cell below",
    group: "Move around",
    keys: ["j", "ArrowDown"],
    mode: "command",
    run: (p) => p.move(1),
  },
  {
    id: "extend-up",
    label: "Select the cell above too",
    group: "Move around",
    keys: ["Shift+K", "Shift+ArrowUp"],
    mode: "command",
    run: (p) => p.move(-1, { extend: true }),
  },
  {
    id: "extend-down",
    label: "Select the cell below too",
    group: "Move around",
    keys: ["Shift+J", "Shift+ArrowDown"],
    mode: "command",
    run: (p) => p.move(1, { extend: true }),
  },
  {
    id: "first",
    label: "First cell",
    group: "Move around",
    keys: ["Home"],
    mode: "command",
    run: (p) => {
      const id = p.ids()[0];
      if (id) p.select(id, { reveal: true });
    },
  },
  {
    id: "last",
    label: "Last cell",
    group: "Move around",
    keys: ["End"],
    mode: "command",
    run: (p) => {
      const id = p.ids().at(-1);
      if (id) p.select(id, { reveal: true });
    },
  },
  {
    id: "to-running",
    label: "Go to the cell that runs or waits",
    group: "Move around",
    keys: ["g"],
    mode: "command",
    possible: (p) => liveRun(p) !== null,
    run: (p) => {
      const run = liveRun(p);
      const id = run?.hold?.cellId ?? run?.currentCell;
      if (id) p.select(id, { reveal: true });
    },
  },
  {
    id: "to-parameters",
    label: "Go to the parameters",
    group: "Move around",
    keys: ["e"],
    mode: "command",
    run: (p) => {
      p.ui.update((ui) => ({ ...ui, panelOpen: true }));
      requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-parameter-field]")?.focus());
    },
  },
];

const KERNEL: readonly Command[] = [
  {
    id: "interrupt",
    label: "Interrupt the kernel",
    group: "Kernel",
    keys: ["i i"],
    mode: "command",
    run: (p) => {
      if (liveRun(p)) void steer(p, { type: "interrupt" });
      else void kernelAction(p, { action: "interrupt" });
    },
  },
  {
    id: "restart",
    label: "Restart the kernel…",
    group: "Kernel",
    keys: ["0 0"],
    mode: "command",
    run: (p) => p.open("restart"),
  },
  {
    id: "change-kernel",
    label: "Change the kernel…",
    group: "Kernel",
    keys: [],
    mode: "command",
    run: (p) => p.open("kernel"),
  },
  {
    id: "shutdown",
    label: "Shut the kernel down",
    group: "Kernel",
    keys: [],
    mode: "command",
    run: (p) => void kernelAction(p, { action: "shutdown" }),
  },
];

const PAGE: readonly Command[] = [
  { id: "save", label: "Save now", group: "Page", keys: ["Ctrl+s"], mode: "any", run: (p) => void save(p) },
  {
    id: "palette",
    label: "All commands…",
    group: "Page",
    keys: ["Ctrl+Shift+C"],
    mode: "any",
    run: (p) => p.open("palette"),
  },
  {
    id: "shortcuts",
    label: "Keyboard shortcuts…",
    group: "Page",
    keys: ["?"],
    mode: "command",
    run: (p) => p.open("shortcuts"),
  },
];

export const COMMANDS: readonly Command[] = [...RUN, ...CELLS, ...MOVE, ...KERNEL, ...PAGE];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

export function keysOf(id: string): string | undefined {
  return byId.get(id)?.keys[0];
}

export function runCommand(page: NotebookController, id: string): void {
  const command = byId.get(id);
  if (command && (command.possible?.(page) ?? true)) command.run(page);
}

/** Keys → command for one mode. */
export function bindings(mode: "command" | "edit"): ReadonlyMap<string, Command> {
  const map = new Map<string, Command>();
  for (const command of COMMANDS) {
    if (command.mode !== "any" && command.mode !== mode) continue;
    for (const keys of command.keys) map.set(keys, command);
  }
  return map;
}
