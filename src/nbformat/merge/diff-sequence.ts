/**
 * The difference of two sequences of words, as Myers' algorithm finds it (E. Myers, "An O(ND) Difference Algorithm
 * and Its Variations", 1986), with a bound on its work.
 */
import { longestIncreasing } from "./longest-increasing.ts";

/** `a[aStart, aEnd)` became `b[bStart, bEnd)`; at least one of the two is not empty. Hunks never touch. */
export interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** More differences than this are looked for between words that occur once only; work and memory grow with its square. */
const MAX_DIFFERENCES = 600;

export function diffSequence(a: readonly string[], b: readonly string[]): Hunk[] {
  return joinTouching(diffRange(a, b, { aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }, true));
}

function diffRange(a: readonly string[], b: readonly string[], range: Hunk, mayAnchor: boolean): Hunk[] {
  let { aStart, aEnd, bStart, bEnd } = range;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart += 1;
    bStart += 1;
  }
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  const rest = { aStart, aEnd, bStart, bEnd };
  if (aStart === aEnd && bStart === bEnd) return [];
  if (aStart === aEnd || bStart === bEnd) return [rest];
  const pairs = myers(a, b, rest);
  if (pairs !== null) return hunksBetween(rest, pairs);
  if (!mayAnchor) return [rest];
  const hunks: Hunk[] = [];
  let from = { a: aStart, b: bStart };
  for (const [x, y] of [...uniquePairs(a, b, rest), [aEnd, bEnd] as const]) {
    hunks.push(...diffRange(a, b, { aStart: from.a, aEnd: x, bStart: from.b, bEnd: y }, false));
    from = { a: x + 1, b: y + 1 };
  }
  return hunks;
}

type Pair = readonly [a: number, b: number];

/** Equal words that belong together, in order; null: too many differences. */
function myers(a: readonly string[], b: readonly string[], range: Hunk): Pair[] | null {
  const { aStart, bStart } = range;
  const n = range.aEnd - aStart;
  const m = range.bEnd - bStart;
  const limit = Math.min(n + m, MAX_DIFFERENCES);
  const offset = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d += 1) {
    trace.push(furthest.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const isDown = k === -d || (k !== d && at(furthest, offset + k - 1) < at(furthest, offset + k + 1));
      let x = isDown ? at(furthest, offset + k + 1) : at(furthest, offset + k - 1) + 1;
      let y = x - k;
      while (x < n && y < m && a[aStart + x] === b[bStart + y]) {
        x += 1;
        y += 1;
      }
      furthest[offset + k] = x;
      if (x >= n && y >= m) return pairsOf(trace, n, m, range);
    }
  }
  return null;
}

function pairsOf(trace: readonly Int32Array[], n: number, m: number, range: Hunk): Pair[] {
  const pairs: Pair[] = [];
  let x = n;
  let y = m;
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const before = trace[d] ?? new Int32Array();
    const middle = d + 1;
    const k = x - y;
    const isDown = k === -d || (k !== d && at(before, middle + k - 1) < at(before, middle + k + 1));
    const fromK = isDown ? k + 1 : k - 1;
    const fromX = at(before, middle + fromK);
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      pairs.push([range.aStart + x, range.bStart + y]);
    }
    x = fromX;
    y = fromY;
  }
  while (x > 0 && y > 0) {
    x -= 1;
    y -= 1;
    pairs.push([range.aStart + x, range.bStart + y]);
  }
  return pairs.reverse();
}

const at = (array: Int32Array, index: number): number => array[index] ?? 0;

function hunksBetween(range: Hunk, pairs: readonly Pair[]): Hunk[] {
  const hunks: Hunk[] = [];
  let { aStart, bStart } = range;
  for (const [x, y] of [...pairs, [range.aEnd, range.bEnd] as const]) {
    if (x > aStart || y > bStart) hunks.push({ aStart, aEnd: x, bStart, bEnd: y });
    aStart = x + 1;
    bStart = y + 1;
  }
  return hunks;
}

/** Words that occur once on each side, in the longest order that both share. */
function uniquePairs(a: readonly string[], b: readonly string[], range: Hunk): Pair[] {
  const once = (words: readonly string[], start: number, end: number): Map<string, number> => {
    const places = new Map<string, number>();
    for (let index = start; index < end; index += 1) {
      const word = words[index] ?? "";
      places.set(word, places.has(word) ? -1 : index);
    }
    return places;
  };
  const inB = once(b, range.bStart, range.bEnd);
  const pairs: Pair[] = [];
  for (const [word, x] of once(a, range.aStart, range.aEnd)) {
    const y = inB.get(word) ?? -1;
    if (x >= 0 && y >= 0) pairs.push([x, y]);
  }
  pairs.sort((one, other) => one[0] - other[0]);
  const kept = longestIncreasing(pairs.map(([, y]) => y));
  return pairs.filter((_, index) => kept.has(index));
}

function joinTouching(hunks: readonly Hunk[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    if (last !== undefined && last.aEnd === hunk.aStart && last.bEnd === hunk.bStart)
      joined[joined.length - 1] = { ...last, aEnd: hunk.aEnd, bEnd: hunk.bEnd };
    else joined.push(hunk);
  }
  return joined;
}
