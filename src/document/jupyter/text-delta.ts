/** Changes of a shared text as they were made, so that a cursor in a copy of it goes where it should. */
import type * as Y from "yjs";
import { replaceText } from "../text-diff.ts";

type Step = { readonly retain: number } | { readonly insert: string } | { readonly delete: number };

/** One transaction's change of a text; null: it holds more than text. */
export type TextDelta = readonly Step[] | null;

export function textDelta(event: Y.YEvent<Y.AbstractType<unknown>>): TextDelta {
  const steps: Step[] = [];
  for (const step of event.delta) {
    if (step.insert !== undefined) {
      if (typeof step.insert !== "string") return null;
      steps.push({ insert: step.insert });
    } else if (step.delete !== undefined) steps.push({ delete: step.delete });
    else if (step.retain !== undefined) steps.push({ retain: step.retain });
  }
  return steps;
}

/** What a change makes of a text; null: it was made to another one. */
export function appliedTo(before: string, delta: TextDelta): string | null {
  if (delta === null) return null;
  let after = "";
  let at = 0;
  for (const step of delta) {
    if ("insert" in step) after += step.insert;
    else {
      const end = at + ("retain" in step ? step.retain : step.delete);
      if (end > before.length) return null;
      if ("retain" in step) after += before.slice(at, end);
      at = end;
    }
  }
  return after + before.slice(at);
}

/**
 * Turns a text into `after`: by the very changes that were made where they lead there, else by the smallest ones.
 * True: there was something to be changed. The caller holds the transaction.
 */
export function writeText(text: Y.Text, after: string, deltas: readonly TextDelta[]): boolean {
  const before = text.toString();
  if (before === after) return false;
  const led = deltas.reduce<string | null>(
    (now, delta) => (now === null ? null : appliedTo(now, delta)),
    before,
  );
  if (led === after) for (const delta of deltas) text.applyDelta(delta as never);
  else replaceText(text, after);
  if (text.toString() === after) return true;
  // It held something that is no text, and so counts differently.
  text.delete(0, text.length);
  text.insert(0, after);
  return true;
}
