/** Formulas as markup, and the fonts that they need. */
import katex from "katex";
import { escapeAttribute, escapeText } from "./escape.ts";

export function mathsHtml(source: string, kind: "inline" | "block"): string {
  const tag = kind === "block" ? "div" : "span";
  try {
    const html = katex.renderToString(source, {
      displayMode: kind === "block",
      throwOnError: true,
      strict: "ignore",
      // As in the page: no links, no images, no classes from a formula; none that fills the page or never ends.
      trust: false,
      maxSize: 40,
      maxExpand: 2000,
    });
    return `<${tag}>${html}</${tag}>`;
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    return `<${tag} data-maths="${kind}" title="${escapeAttribute(why)}">${escapeText(source)}</${tag}>`;
  }
}

/** KaTeX's fonts by the classes that ask for them (its style sheet). */
const FONTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/class="katex/, ["Main-Regular", "Math-Italic"]],
  [/\b(?:mathbf|textbf|boldsymbol)\b/, ["Main-Bold", "Main-BoldItalic", "Math-BoldItalic"]],
  [/\b(?:mathit|textit)\b/, ["Main-Italic"]],
  [/\b(?:amsrm|mathbb|textbb)\b/, ["AMS-Regular"]],
  [/\bmathcal\b/, ["Caligraphic-Regular", "Caligraphic-Bold"]],
  [/\b(?:mathfrak|textfrak)\b/, ["Fraktur-Regular", "Fraktur-Bold"]],
  [/\b(?:mathscr|textscr)\b/, ["Script-Regular"]],
  [/\b(?:mathsf|textsf)\b/, ["SansSerif-Regular", "SansSerif-Bold", "SansSerif-Italic"]],
  [/\b(?:mathtt|texttt)\b/, ["Typewriter-Regular"]],
  [/\b(?:size1|small-op)\b/, ["Size1-Regular"]],
  [/\b(?:size2|large-op)\b/, ["Size2-Regular"]],
  [/\bsize3\b/, ["Size3-Regular"]],
  [/\b(?:size4|delim-size4)\b/, ["Size4-Regular"]],
];

/** Adds to `fonts` what this markup needs. */
export function noteFonts(html: string, fonts: Set<string>): void {
  if (!html.includes('class="katex')) return;
  for (const [pattern, names] of FONTS) if (pattern.test(html)) for (const name of names) fonts.add(name);
}
