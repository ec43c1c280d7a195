/** The look of terminal text in the theme's colours, as CSS by React's names. Pure. */
import { type AnsiStyle, PLAIN } from "./ansi.ts";

export interface AnsiCss {
  color?: string;
  background?: string;
  fontWeight?: number;
  fontStyle?: string;
  textDecoration?: string;
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function paletteVariable(index: number): string {
  return index < 8 ? `var(--ansi-${NAMES[index]})` : `var(--ansi-bright-${NAMES[index - 8]})`;
}

/**
 * Free colours are pulled towards the ink until they can be read on paper in either theme; palette colours are the
 * theme's own. A background from the program gets a text colour that is readable on it.
 */
export function cssOf(style: AnsiStyle): AnsiCss | undefined {
  if (style === PLAIN) return undefined;
  const css: AnsiCss = {};
  const [fg, bg] = style.inverse ? [style.bg ?? "inverse", style.fg ?? "ink"] : [style.fg, style.bg];
  if (fg !== null) css.color = foreground(fg);
  if (bg !== null) {
    css.background = background(bg);
    css.color = typeof bg === "string" && bg.startsWith("#") ? readableOn(bg) : "var(--paper)";
  }
  if (style.bold) css.fontWeight = 650;
  if (style.dim && fg === null && bg === null) css.color = "var(--ink-3)";
  if (style.italic) css.fontStyle = "italic";
  const lines = [style.underline && "underline", style.strike && "line-through"].filter(Boolean).join(" ");
  if (lines) css.textDecoration = lines;
  return css;
}

function foreground(colour: number | string): string {
  if (typeof colour === "number") return paletteVariable(colour);
  if (colour === "inverse") return "var(--paper)";
  return `color-mix(in oklab, ${colour} 36%, var(--ink))`;
}

function background(colour: number | string): string {
  if (typeof colour === "number") return paletteVariable(colour);
  return colour === "ink" ? "var(--ink)" : colour;
}

/** Black or white, whichever stands out more on this colour (WCAG's relative luminance). */
function readableOn(hex: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
