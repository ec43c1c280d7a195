/** Commands that move around, and those of the kernel and the page. */
import { steer } from "../run/run-actions.ts";
import { cellOfRun } from "../run/run-text.ts";
import { type Command, liveRunOf } from "./command.ts";
import { kernelAction, save } from "./execution-actions.ts";
import { toggleReader } from "./reader/reader-actions.ts";
import { askContents } from "./toc/contents-store.ts";

const PARAMETER_FIELD = "[data-parameter-field]";
const focusParameters = (): void => document.querySelector<HTMLElement>(PARAMETER_FIELD)?.focus();

export const MOVE_COMMANDS: readonly Command[] = [
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
    id: "to-question",
    label: "Answer what is asked",
    group: "Move around",
    keys: ["Shift+Q"],
    mode: "command",
    possible: (p) => p.openQuestions.get() > 0,
    run: (p) =>
      void import("../questions/questions-model.ts").then(({ questionsOf }) => questionsOf(p).expand(true)),
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
      const id = p.shownIds()[0];
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
      const id = p.shownIds().at(-1);
      if (id) p.select(id, { reveal: true });
    },
  },
  {
    id: "to-running",
    label: "Go to the cell that runs, waits or failed",
    group: "Move around",
    keys: ["g"],
    mode: "command",
    run: (p) => {
      const { run } = p.model.state.get();
      const id = run === null ? null : cellOfRun(run, p.ids());
      if (id) p.select(id, { reveal: true });
    },
  },
  {
    id: "follow",
    label: "Stay with the cell that runs",
    group: "Move around",
    keys: ["Shift+G"],
    mode: "command",
    possible: (p) => liveRunOf(p) !== null,
    run: (p) => p.follow(!p.ui.get().follows),
  },
  {
    id: "to-parameters",
    label: "Go to the parameters",
    group: "Move around",
    keys: ["e"],
    mode: "command",
    run: (p) => {
      p.showSide("run");
      // At once where the panel is always there, so that the next key is the field's already.
      focusParameters();
      if (!document.activeElement?.matches(PARAMETER_FIELD)) requestAnimationFrame(focusParameters);
    },
  },
];

export const PLACE_COMMANDS: readonly Command[] = [
  {
    id: "contents",
    label: "Table of contents",
    group: "Move around",
    keys: ["Ctrl+Shift+K"],
    mode: "command",
    run: askContents,
  },
  {
    id: "jump",
    label: "Go to a cell…",
    group: "Move around",
    keys: ["/", "Ctrl+Shift+O"],
    mode: "command",
    run: (p) => p.open("jump"),
  },
  {
    id: "copy-link",
    label: "Copy the link to the cell",
    group: "Cells",
    keys: [],
    mode: "any",
    run: (p) => void import("./toc/land.ts").then(({ copyLink }) => copyLink(p)),
  },
];

export const KERNEL_COMMANDS: readonly Command[] = [
  {
    id: "interrupt",
    label: "Interrupt the kernel",
    group: "Kernel",
    keys: ["i i"],
    mode: "command",
    run: (p) => {
      if (liveRunOf(p)) void steer(p, { type: "interrupt" });
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

export const PAGE_COMMANDS: readonly Command[] = [
  {
    id: "save",
    label: "Save now",
    group: "Page",
    keys: ["Ctrl+s"],
    mode: "any",
    needs: "edit",
    run: (p) => void save(p),
  },
  {
    id: "rename",
    label: "Rename or move the notebook…",
    group: "Page",
    keys: [],
    mode: "command",
    needs: "edit",
    possible: (p) => p.canMove,
    run: (p) => p.open("rename"),
  },
  {
    id: "save-as",
    label: "Save as…",
    group: "Page",
    keys: ["Ctrl+Shift+S"],
    mode: "any",
    needs: "edit",
    possible: (p) => p.canMove,
    run: (p) => p.open("save-as"),
  },
  {
    id: "duplicate",
    label: "Duplicate the notebook…",
    group: "Page",
    keys: [],
    mode: "command",
    needs: "edit",
    possible: (p) => p.canMove,
    run: (p) => p.open("duplicate"),
  },
  {
    id: "comment",
    label: "Comment on the cell",
    group: "Page",
    keys: ["Shift+C", "Ctrl+Alt+m"],
    mode: "any",
    run: (p) => {
      const { active } = p.ui.get();
      if (active !== null) p.comment(active);
    },
  },
  {
    id: "comments",
    label: "Comments",
    group: "Page",
    keys: [],
    mode: "any",
    run: (p) => p.showSide("comments"),
  },
  {
    id: "timeline",
    label: "Timeline: everything that happened",
    group: "Page",
    keys: [],
    mode: "any",
    run: (p) => p.showSide("timeline"),
  },
  {
    id: "export",
    label: "Export or publish…",
    group: "Page",
    keys: [],
    mode: "any",
    run: (p) => p.open("export"),
  },
  {
    id: "history",
    label: "History…",
    group: "Page",
    keys: [],
    mode: "any",
    run: (p) => p.openHistory(null),
  },
  {
    id: "name-version",
    label: "Name this version…",
    group: "Page",
    keys: [],
    mode: "any",
    possible: (p) => p.canEdit,
    run: (p) => p.open("name-version"),
  },
  {
    id: "find",
    label: "Find in the notebook",
    group: "Page",
    keys: ["Ctrl+f"],
    mode: "any",
    run: (p) => p.find(true),
  },
  {
    id: "replace",
    label: "Find and replace",
    group: "Page",
    keys: ["Ctrl+h"],
    mode: "any",
    needs: "edit",
    run: (p) => p.find(true, true),
  },
  {
    id: "reader",
    label: "Reader view, and back",
    group: "Page",
    keys: ["Shift+W"],
    mode: "command",
    run: toggleReader,
  },
  {
    id: "print",
    label: "Print, with everything in it",
    group: "Page",
    keys: ["Ctrl+p"],
    mode: "any",
    run: (p) => void import("./reader/print.ts").then(({ print }) => print(p)),
  },
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
    keys: ["?", "h", "Ctrl+Shift+H"],
    mode: "command",
    run: (p) => p.open("shortcuts"),
  },
];
