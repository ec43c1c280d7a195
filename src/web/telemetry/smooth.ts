/**
 * Exponential moving average, debiased as Adam's moments are (Kingma and Ba 2015, section 3): without the division the
 * first values would be drawn towards zero. `weight` in [0, 1); 0 leaves all as it is. What is no number is passed over
 * and stays a gap. Pure.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let bias = 1;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      smoothed[at] = Number.NaN;
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    bias *= weight;
    smoothed[at] = mean / (1 - bias);
  }
  return smoothed;
}
