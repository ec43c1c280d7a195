/** Keys of a question's form, where the focus is in it. The form, the list of keys and its page read this. Pure. */
import type { Question } from "../../review/question.ts";
import type { JsonValue } from "../../util/json.ts";
import { chordOf, type KeyStroke } from "../notebook/keymap.ts";

export interface QuestionKey {
  readonly id: "choose" | "approve" | "change" | "respond" | "ignore" | "send" | "undo" | "leave";
  readonly label: string;
  readonly keys: readonly string[];
}

export const QUESTION_KEYS: readonly QuestionKey[] = [
  { id: "choose", label: "The first to ninth choice", keys: ["1", "9"] },
  { id: "approve", label: "Approve", keys: ["a"] },
  { id: "change", label: "Approve with another value", keys: ["c"] },
  { id: "respond", label: "Respond in words", keys: ["r"] },
  { id: "ignore", label: "Ignore", keys: ["i"] },
  { id: "send", label: "Send what was entered", keys: ["Enter"] },
  { id: "undo", label: "Take the last answer back", keys: ["u", "Ctrl+z"] },
  { id: "leave", label: "Leave the question", keys: ["Escape"] },
];

export type QuestionAct =
  | { readonly type: "choose"; readonly choice: JsonValue }
  | { readonly type: "approve" | "change" | "respond" | "ignore" | "send" | "undo" | "leave" };

/**
 * What a key does in a form; null: nothing of the form's.
 * @param isTyping the focus is in a field that takes text.
 */
export function questionAct(
  { form, choices }: Pick<Question["asked"], "form" | "choices">,
  stroke: KeyStroke & { readonly repeat?: boolean },
  isTyping: boolean,
): QuestionAct | null {
  const chord = chordOf(stroke);
  if (chord === "Escape") return { type: "leave" };
  if (chord === "Enter" || chord === "Ctrl+Enter") return { type: "send" };
  if (isTyping) return null;
  if (chord === "u" || chord === "Ctrl+z") return { type: "undo" };
  // A key that is held down must not answer one item after the other.
  if (stroke.repeat) return null;
  if (form === "choice" || form === "choices") {
    const choice = /^[1-9]$/.test(chord) ? choices?.[Number(chord) - 1] : undefined;
    return choice === undefined ? null : { type: "choose", choice };
  }
  if (form !== "approval") return null;
  switch (chord) {
    case "a":
      return { type: "approve" };
    case "c":
      return { type: "change" };
    case "r":
      return { type: "respond" };
    case "i":
      return { type: "ignore" };
    default:
      return null;
  }
}
