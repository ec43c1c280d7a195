/** Finds paths by letters of their names, in order, as in editors. Pure. */

export interface FuzzyHit {
  readonly path: string;
  /** Indices into the path of the letters that were found. */
  readonly at: readonly number[];
  readonly score: number;
}

/** Best first, at most `limit`. Words separated by spaces must each be found. */
export function fuzzyFind(paths: readonly string[], query: string, limit: number): readonly FuzzyHit[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const hits: FuzzyHit[] = [];
  for (const path of paths) {
    const hit = match(path, words);
    if (hit !== null) hits.push(hit);
  }
  return hits
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, limit);
}

function match(path: string, words: readonly string[]): FuzzyHit | null {
  const lower = path.toLowerCase();
  // Two letters of some languages become one, or three: then places cannot be told.
  if (lower.length !== path.length) return null;
  const name = lower.replace(/\/$/, "").lastIndexOf("/") + 1;
  const at = new Set<number>();
  let score = 0;
  for (const word of words) {
    const found = best(lower, word, name);
    if (found === null) return null;
    score += found.score;
    for (const index of found.at) at.add(index);
  }
  return { path, at: [...at].sort((a, b) => a - b), score: score - path.length / 100 };
}

/** As one piece in the name, as one piece, as letters of the name, as letters of the path. */
function best(path: string, word: string, name: number): { at: readonly number[]; score: number } | null {
  const whole = path.indexOf(word, name);
  const piece = whole >= 0 ? whole : path.indexOf(word);
  if (piece >= 0) {
    const at = Array.from({ length: word.length }, (_, index) => piece + index);
    const begins = piece === 0 || /[^a-z0-9]/.test(path[piece - 1] ?? "");
    return { at, score: (whole >= 0 ? 100 : 60) + (begins ? 20 : 0) + (piece === name ? 20 : 0) };
  }
  return letters(path, word, name, 40) ?? letters(path, word, 0, 10);
}

function letters(path: string, word: string, from: number, base: number) {
  const at: number[] = [];
  let score = base;
  let next = from;
  for (const letter of word) {
    const found = path.indexOf(letter, next);
    if (found < 0) return null;
    if (found === next && at.length > 0) score += 3;
    if (found === 0 || /[^a-z0-9]/.test(path[found - 1] ?? "")) score += 4;
    at.push(found);
    next = found + 1;
  }
  return { at, score };
}
