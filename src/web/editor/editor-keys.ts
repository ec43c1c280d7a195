/** Keys that an editor has beside the notebook's commands. The editor, the list of keys and its page read this. */

export interface EditorKey {
  readonly id: EditorKeyId;
  readonly label: string;
  readonly keys: readonly string[];
}

export type EditorKeyId =
  | "complete"
  | "inspect"
  | "signature"
  | "comment"
  | "indent"
  | "dedent"
  | "next-occurrence"
  | "all-occurrences"
  | "cursor-above"
  | "cursor-below"
  | "line-up"
  | "line-down"
  | "copy-line-up"
  | "copy-line-down"
  | "delete-line"
  | "bracket"
  | "find-next"
  | "find-previous"
  | "undo-typing"
  | "redo-typing";

const key = (id: EditorKeyId, label: string, ...keys: readonly string[]): EditorKey => ({ id, label, keys });

export const EDITOR_KEYS: readonly EditorKey[] = [
  key("complete", "Complete, or indent", "Tab"),
  key("inspect", "What is this? or dedent", "Shift+Tab"),
  key("signature", "Arguments of the call", "Ctrl+Shift+Space"),
  key("comment", "Comment in or out", "Ctrl+/"),
  key("indent", "Indent the lines", "Ctrl+]"),
  key("dedent", "Take indentation away", "Ctrl+["),
  key("next-occurrence", "Select the next occurrence, too", "Ctrl+d"),
  key("all-occurrences", "Select all occurrences", "Ctrl+Shift+L"),
  key("cursor-above", "Another cursor above", "Ctrl+Alt+ArrowUp"),
  key("cursor-below", "Another cursor below", "Ctrl+Alt+ArrowDown"),
  key("line-up", "Move the line up", "Alt+ArrowUp"),
  key("line-down", "Move the line down", "Alt+ArrowDown"),
  key("copy-line-up", "Copy the line up", "Shift+Alt+ArrowUp"),
  key("copy-line-down", "Copy the line down", "Shift+Alt+ArrowDown"),
  key("delete-line", "Delete the line", "Ctrl+Shift+K"),
  key("bracket", "To the matching bracket", "Ctrl+Shift+\\"),
  key("find-next", "Next of what was searched", "F3"),
  key("find-previous", "The one before", "Shift+F3"),
  key("undo-typing", "Undo what was typed", "Ctrl+z"),
  key("redo-typing", "Redo it", "Ctrl+Shift+Z", "Ctrl+y"),
];

/** What the mouse does in an editor. */
export const EDITOR_GESTURES: readonly (readonly [gesture: string, label: string])[] = [
  ["Ctrl or Alt and a click", "Another cursor"],
  ["Alt and a drag", "Select a rectangle"],
];
