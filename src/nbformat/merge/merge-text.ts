/**
 * Three versions of a text to one: by lines, and where the two sides changed the same or neighbouring lines, by
 * words. What both changed differently, down to one word, is a conflict.
 */
import { diffSequence, type Hunk } from "./diff-sequence.ts";

export interface MergedText {
  /** With `mine` where both changed the same. */
  readonly text: string;
  readonly isConflict: boolean;
}

/** Lines with their ends, so that joining them gives the text back. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Names and numbers stay whole: half of one number and half of another would be a third. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}_.]+|\n|[^\S\n]+|[\s\S]/gu) ?? [];
}

export function mergeText(base: string, mine: string, theirs: string): MergedText {
  if (mine === theirs || theirs === base) return { text: mine, isConflict: false };
  if (mine === base) return { text: theirs, isConflict: false };
  return mergeBy(LEVELS, base, mine, theirs);
}

type Split = (text: string) => string[];
const LEVELS: readonly Split[] = [linesOf, wordsOf];

function mergeBy(levels: readonly Split[], base: string, mine: string, theirs: string): MergedText {
  const [split, ...finer] = levels;
  if (split === undefined) return { text: mine, isConflict: true };
  const o = split(base);
  const a = split(mine);
  const b = split(theirs);
  const merged: string[] = [];
  let isConflict = false;
  let from = 0;
  for (const group of groupsOf(diffSequence(o, a), diffSequence(o, b))) {
    merged.push(...o.slice(from, group.start));
    from = group.end;
    const original = o.slice(group.start, group.end).join("");
    const ofMine = spanOf(a, group.mine, group).join("");
    const ofTheirs = spanOf(b, group.theirs, group).join("");
    if (group.theirs.length === 0 || ofMine === ofTheirs) merged.push(ofMine);
    else if (group.mine.length === 0) merged.push(ofTheirs);
    else {
      const inner = mergeBy(finer, original, ofMine, ofTheirs);
      merged.push(inner.text);
      isConflict ||= inner.isConflict;
    }
  }
  merged.push(...o.slice(from));
  return { text: merged.join(""), isConflict };
}

/** Changes of both sides that overlap or touch, over one range of the base. */
interface Group {
  start: number;
  end: number;
  readonly mine: Hunk[];
  readonly theirs: Hunk[];
}

function groupsOf(mine: readonly Hunk[], theirs: readonly Hunk[]): Group[] {
  const all = [
    ...mine.map((hunk) => ({ hunk, isMine: true })),
    ...theirs.map((hunk) => ({ hunk, isMine: false })),
  ].sort((one, other) => one.hunk.aStart - other.hunk.aStart || one.hunk.aEnd - other.hunk.aEnd);
  const groups: Group[] = [];
  for (const { hunk, isMine } of all) {
    let group = groups.at(-1);
    if (group === undefined || hunk.aStart > group.end) {
      group = { start: hunk.aStart, end: hunk.aEnd, mine: [], theirs: [] };
      groups.push(group);
    }
    group.end = Math.max(group.end, hunk.aEnd);
    (isMine ? group.mine : group.theirs).push(hunk);
  }
  return groups;
}

/** What a side holds where the base has the group's range. */
function spanOf(words: readonly string[], hunks: readonly Hunk[], group: Group): readonly string[] {
  const first = hunks[0];
  const last = hunks.at(-1);
  if (first === undefined || last === undefined) return [];
  return words.slice(first.bStart - (first.aStart - group.start), last.bEnd + (group.end - last.aEnd));
}
