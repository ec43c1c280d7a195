/** What the editor's keys do. */
import {
  addCursorAbove,
  addCursorBelow,
  copyLineDown,
  copyLineUp,
  cursorMatchingBracket,
  deleteLine,
  indentLess,
  indentMore,
  moveLineDown,
  moveLineUp,
  toggleComment,
} from "@codemirror/commands";
import { findNext, findPrevious, selectNextOccurrence, selectSelectionMatches } from "@codemirror/search";
import type { Command, KeyBinding } from "@codemirror/view";
import { EDITOR_KEYS, type EditorKeyId } from "./editor-keys.ts";

/** Null: bound by whoever has what it takes, the kernel's help or the binding to the shared text. */
const COMMANDS: Readonly<Record<EditorKeyId, Command | null>> = {
  complete: null,
  inspect: null,
  signature: null,
  comment: toggleComment,
  indent: indentMore,
  dedent: indentLess,
  "next-occurrence": selectNextOccurrence,
  "all-occurrences": selectSelectionMatches,
  "cursor-above": addCursorAbove,
  "cursor-below": addCursorBelow,
  "line-up": moveLineUp,
  "line-down": moveLineDown,
  "copy-line-up": copyLineUp,
  "copy-line-down": copyLineDown,
  "delete-line": deleteLine,
  bracket: cursorMatchingBracket,
  "find-next": findNext,
  "find-previous": findPrevious,
  "undo-typing": null,
  "redo-typing": null,
};

export const editorKeymap: readonly KeyBinding[] = [
  ...EDITOR_KEYS.flatMap(({ id, keys }) => {
    const run = COMMANDS[id];
    return run === null ? [] : keys.map((key) => ({ key: bindingOf(key), run, preventDefault: true }));
  }),
  // Without a kernel's help the tabulator indents.
  { key: "Tab", run: indentMore, shift: indentLess },
];

/** `Ctrl+Shift+L` as the editor writes it: `Mod-Shift-l`. */
function bindingOf(keys: string): string {
  return keys
    .split("+")
    .map((key) => (key === "Ctrl" ? "Mod" : key.length === 1 ? key.toLowerCase() : key))
    .join("-");
}
