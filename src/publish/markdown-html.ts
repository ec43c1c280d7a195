/** Markdown as the page renders it, as markup: the same parser, formulas and rules, without a browser. */
import { PLACEHOLDER, splitMaths } from "../web/markdown/maths-source.ts";
import { parseMarkdown } from "../web/markdown/parse-markdown.ts";
import { codeHtml } from "./code-html.ts";
import { escapeText } from "./escape.ts";
import { mathsHtml } from "./maths.ts";
import { safeHtml } from "./safe-html.ts";

export interface MarkdownSource {
  /** Files inside the cell: name → data URL. */
  readonly attachments: Readonly<Record<string, string>>;
  readonly imageOf: (address: string) => string | null;
}

export function markdownHtml(source: string, { attachments, imageOf }: MarkdownSource): string {
  const { text, formulas } = splitMaths(source);
  const withFormulas = (plain: string): string =>
    escapeText(plain).replace(PLACEHOLDER, (_match, index: string) => {
      const formula = formulas[Number(index)];
      return formula ? mathsHtml(formula.source, formula.kind) : "";
    });
  const html = safeHtml(parseMarkdown(text), {
    imageOf: (address) =>
      address.startsWith("attachment:")
        ? (attachments[decode(address.slice("attachment:".length))] ?? null)
        : imageOf(address),
    textOf: withFormulas,
    anchors: true,
  });
  return html.replace(
    /<code class="language-python">([^<]*)<\/code>/g,
    (_match, code: string) => `<code>${codeHtml(unescaped(code), "python")}</code>`,
  );
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return text.replace(/&(amp|lt|gt|quot);/g, (_match, name: string) => named[name] ?? "");
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
