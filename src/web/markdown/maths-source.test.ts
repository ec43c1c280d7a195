import { describe, expect, test } from "vitest";
import { splitMaths } from "./maths-source.ts";

const formulas = (markdown: string) => splitMaths(markdown).formulas.map((f) => `${f.kind}: ${f.source}`);

describe("formulas in Markdown", () => {
  test("the four ways of writing one", () => {
    expect(formulas("a $x_1$ b $$\ny\n$$ c \\(z\\) d \\[w\\] e \\begin{align}a&=b\\end{align}")).toEqual([
      "inline: x_1",
      "block: y",
      "inline: z",
      "block: w",
      "block: \\begin{align}a&=b\\end{align}",
    ]);
  });

  test("money, escaped dollars and code are left alone", () => {
    for (const text of [
      "costs $5 and $6",
      "\\$a\\$",
      "`$x$`",
      "``a ` $x$``",
      "```\n$x$\n```",
      "~~~py\n$x$\n~~~\n",
    ]) {
      expect(splitMaths(text)).toEqual({ text, formulas: [] });
    }
  });

  test("a formula after code is found", () => {
    expect(formulas("`a` $x$ ```b``` $y$\n\n```\n$no$\n```\n$z$")).toEqual([
      "inline: x",
      "inline: y",
      "inline: z",
    ]);
  });

  test("a formula does not cross a blank line", () => {
    expect(formulas("one $a\n\nb$ two")).toEqual([]);
  });
});
