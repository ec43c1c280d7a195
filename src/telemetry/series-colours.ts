/**
 * Colours of lines: each has a contrast of at least 4.5 with its ground, on paper (`light`) and in the dark. After the
 * last, the first comes again, with dashes.
 */
export const SERIES_COLOURS: readonly { readonly light: string; readonly dark: string }[] = [
  { light: "#2456c9", dark: "#8fb2ff" },
  { light: "#ad4a00", dark: "#f2a65a" },
  { light: "#0b7a55", dark: "#5cd3a4" },
  { light: "#8a3d9e", dark: "#d9a3ea" },
  { light: "#b0215f", dark: "#ff8fb8" },
  { light: "#0b6b7d", dark: "#6fd0e0" },
  { light: "#6a6000", dark: "#d6cc5a" },
  { light: "#535a63", dark: "#b5bbc3" },
];

export interface LineStyle {
  readonly light: string;
  readonly dark: string;
  /** Pixels on, pixels off; empty: a whole line. */
  readonly dash: readonly number[];
}

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

export function lineStyle(index: number): LineStyle {
  const colour = SERIES_COLOURS[index % SERIES_COLOURS.length] ?? { light: "#1d2126", dark: "#e8e6e1" };
  const round = Math.floor(index / SERIES_COLOURS.length) % DASHES.length;
  return { ...colour, dash: DASHES[round] ?? [] };
}
