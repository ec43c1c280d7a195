import type * as Y from "yjs";

/** One replacement that turns one text into another. Offsets in UTF-16 units, as Yjs and CodeMirror count. */
export interface TextChange {
  readonly from: number;
  readonly deleted: number;
  readonly inserted: string;
}

/** The smallest single replacement between two texts; null when they are equal. Never splits a surrogate pair. */
export function smallestChange(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  if (prefix > 0 && isHighSurrogate(before.charCodeAt(prefix - 1))) prefix--;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  ) {
    suffix++;
  }
  if (suffix > 0 && isLowSurrogate(before.charCodeAt(before.length - suffix))) suffix--;
  return {
    from: prefix,
    deleted: before.length - prefix - suffix,
    inserted: after.slice(prefix, after.length - suffix),
  };
}

/** Turns the text into `after` by the smallest replacement, so that cursors and parallel edits survive. */
export function replaceText(text: Y.Text, after: string): void {
  const change = smallestChange(text.toString(), after);
  if (change === null) return;
  if (change.deleted > 0) text.delete(change.from, change.deleted);
  if (change.inserted !== "") text.insert(change.from, change.inserted);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
