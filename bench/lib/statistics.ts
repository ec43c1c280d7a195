/** Few, noisy samples: the median, and how far they lie apart. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** `4.9 (4.7–5.3)`; one value when all are alike. */
export function summary(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  const middle = median(values).toFixed(digits);
  return values.length === 1 || low === high ? middle : `${middle} (${low}–${high})`;
}

export interface Delays {
  readonly p50: number;
  readonly p99: number;
}

export function delaysOf(samples: readonly number[]): Delays {
  return { p50: median(samples), p99: quantile(samples, 0.99) };
}

/** `share` 0.95: p95. 0 of none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
