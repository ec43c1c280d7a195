import type { FaceNumber } from "../faces.ts";

const LEVELS = "▁▂▃▄▅▆▇█";

/** A sparkline of letters, which every program shows. `×`: no number. Lowest and highest stay. Pure. */
export function sparkText(values: readonly FaceNumber[], width = 24): string {
  const finite = values.map(Number).filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const letters = Math.min(width, values.length);
  const middle = (low * 2 + span) / 2;
  return Array.from({ length: letters }, (_, place) => {
    const from = Math.floor((place * values.length) / letters);
    const part = values.slice(from, Math.floor(((place + 1) * values.length) / letters)).map(Number);
    const numbers = part.filter(Number.isFinite);
    // Of those that share a letter, the one farthest from the middle: a spike is seen.
    const [first = Number.NaN] = numbers;
    const shown = numbers.reduce(
      (farthest, one) => (Math.abs(one - middle) > Math.abs(farthest - middle) ? one : farthest),
      first,
    );
    if (Number.isNaN(shown)) return "×";
    return LEVELS[span === 0 ? 3 : Math.round(((shown - low) / span) * (LEVELS.length - 1))];
  }).join("");
}
