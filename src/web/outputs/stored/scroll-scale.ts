/**
 * Browsers give no element more than some ten million pixels of height; a log may have more. Then the scroll bar
 * stands for more than its own pixels. Pure.
 */

const MAX_HEIGHT = 8_000_000;

export interface ScrollScale {
  /** Height of what is scrolled, in the browser's pixels. */
  readonly height: number;
  /** Pixels of the log that one of the browser's stands for; 1 unless the log is enormous. */
  readonly factor: number;
}

export function scrollScale(lines: number, lineHeight: number, viewHeight: number): ScrollScale {
  const whole = lines * lineHeight;
  if (whole <= MAX_HEIGHT) return { height: whole, factor: 1 };
  return { height: MAX_HEIGHT, factor: (whole - viewHeight) / (MAX_HEIGHT - viewHeight) };
}

/** The first line that is seen, and how many pixels of it are above the view. */
export function firstLine(
  scrollTop: number,
  { factor }: ScrollScale,
  lineHeight: number,
): { readonly line: number; readonly hidden: number } {
  const top = Math.max(0, scrollTop) * factor;
  const line = Math.floor(top / lineHeight);
  return { line, hidden: top - line * lineHeight };
}

/** Where to scroll so that a line is seen in the middle. */
export function scrollTopOf(
  line: number,
  { factor, height }: ScrollScale,
  lineHeight: number,
  viewHeight: number,
): number {
  const top = (line * lineHeight - (viewHeight - lineHeight) / 2) / factor;
  return Math.min(Math.max(0, top), Math.max(0, height - viewHeight));
}
