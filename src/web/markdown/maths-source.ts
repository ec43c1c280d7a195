/**
 * Finds formulas in Markdown before Markdown is read, as Jupyter does: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and
 * `\begin{…}…\end{…}`, outside of code. Pure.
 */

export interface Formula {
  readonly source: string;
  readonly kind: "inline" | "block";
}

export interface SplitMarkdown {
  /** The text with each formula replaced by its placeholder. */
  readonly text: string;
  readonly formulas: readonly Formula[];
}

/** Letters from a private area of Unicode: Markdown leaves them alone, and no text holds them by accident. */
export const PLACEHOLDER = /\uE000(\d+)\uE001/g;

const FORMULA = new RegExp(
  [
    "(?<code>(?:^|\\n) {0,3}(?<fence>`{3,}|~{3,})[^\\n]*\\n[\\s\\S]*?(?:\\n {0,3}\\k<fence>[`~]*(?=\\s*(?:\\n|$))|$)|(?<ticks>`+)(?!`)[\\s\\S]*?(?<!`)\\k<ticks>(?!`))",
    "\\\\\\$",
    "\\$\\$(?<dollars>[\\s\\S]+?)\\$\\$",
    "\\\\\\[(?<brackets>[\\s\\S]+?)\\\\\\]",
    "\\\\\\((?<parens>[\\s\\S]+?)\\\\\\)",
    "(?<environment>\\\\begin\\{(?<name>[a-zA-Z]+\\*?)\\}[\\s\\S]*?\\\\end\\{\\k<name>\\})",
    // As Pandoc: no space inside the dollars, no digit behind them, so that "$5 and $6" stays money.
    "\\$(?<inline>(?!\\s)(?:\\\\.|[^$\\\\\\n]|\\n(?!\\s*\\n))+?(?<!\\s))\\$(?!\\d)",
  ].join("|"),
  "g",
);

export function splitMaths(markdown: string): SplitMarkdown {
  const formulas: Formula[] = [];
  const text = markdown
    .replace(/[\uE000\uE001]/g, "")
    .replace(FORMULA, (match: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      const block = groups.dollars ?? groups.brackets ?? groups.environment;
      const source = block ?? groups.parens ?? groups.inline;
      if (source === undefined) return match;
      formulas.push({ source: source.trim(), kind: block === undefined ? "inline" : "block" });
      return `\uE000${formulas.length - 1}\uE001`;
    });
  return { text, formulas };
}
