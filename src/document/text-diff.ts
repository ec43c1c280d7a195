import type * as Y from "yjs";
import { diffSequence } from "../nbformat/merge/diff-sequence.ts";
import { linesOf, wordsOf } from "../nbformat/merge/merge-text.ts";

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

/** Beyond this length changed lines are not compared word by word. */
const MAX_COMPARED = 4_000;

/**
 * The changes, last place first, that turn one text into another and leave alone what both have: lines, and in
 * changed lines words. Where two people write at two ends of a cell, what stands between them stays.
 */
export function textChanges(before: string, after: string): TextChange[] {
  const single = smallestChange(before, after);
  if (single === null) return [];
  if (single.deleted === 0 || single.inserted === "") return [single];
  return changesBy(linesOf, before, after, 0, (old, now, at) => {
    if (old.length + now.length <= MAX_COMPARED) return changesBy(wordsOf, old, now, at, replacement);
    return replacement(old, now, at);
  }).reverse();
}

function changesBy(
  split: (text: string) => string[],
  before: string,
  after: string,
  offset: number,
  inner: (before: string, after: string, offset: number) => TextChange[],
): TextChange[] {
  const [a, b] = [split(before), split(after)];
  let at = offset;
  let passed = 0;
  return diffSequence(a, b).flatMap(({ aStart, aEnd, bStart, bEnd }) => {
    at += a.slice(passed, aStart).join("").length;
    const old = a.slice(aStart, aEnd).join("");
    const found = inner(old, b.slice(bStart, bEnd).join(""), at);
    at += old.length;
    passed = aEnd;
    return found;
  });
}

function replacement(before: string, after: string, offset: number): TextChange[] {
  const change = smallestChange(before, after);
  return change === null ? [] : [{ ...change, from: offset + change.from }];
}

/** Turns the text into `after` by the smallest changes, so that cursors and parallel edits survive. */
export function replaceText(text: Y.Text, after: string): void {
  for (const change of textChanges(text.toString(), after)) {
    if (change.deleted > 0) text.delete(change.from, change.deleted);
    if (change.inserted !== "") text.insert(change.from, change.inserted);
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
