/** The known name that was probably meant: the closest by single-character slips, when it is close. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    const distance = slips(name.toLowerCase(), candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { name: candidate, distance };
  }
  if (best === null) return null;
  const longest = Math.max(name.length, best.name.length);
  const contained = best.name.startsWith(name) || name.startsWith(best.name);
  return best.distance <= Math.max(1, Math.floor(longest / 3)) || contained ? best.name : null;
}

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours. */
function slips(a: string, b: string): number {
  let last: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (last[j - 2] ?? 0) + 1);
      }
      next.push(least);
    }
    last = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
