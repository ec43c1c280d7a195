/** Positions of a longest strictly increasing subsequence; what is not in it has moved. O(n log n). */
export function longestIncreasing(values: readonly number[]): ReadonlySet<number> {
  /** For each length, the position whose value is the smallest end of such a sequence. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [position, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[position] = ends[low - 1] ?? -1;
    ends[low] = position;
  }
  const kept = new Set<number>();
  for (let position = ends.at(-1) ?? -1; position >= 0; position = before[position] ?? -1) kept.add(position);
  return kept;
}
