/** Markdown of a notebook as nodes that may be shown: parsed, sanitised, formulas marked for typesetting. */
import type { ImageAddress } from "./image-address.ts";
import { mathsElement } from "./maths.ts";
import { PLACEHOLDER, splitMaths } from "./maths-source.ts";
import { parseMarkdown } from "./parse-markdown.ts";
import { sanitiseHtml } from "./sanitise.ts";

export interface MarkdownContext {
  /** Files inside the cell: name → data URL. */
  readonly attachments: Readonly<Record<string, string>>;
  /** Where images of the notebook's folder are fetched. */
  readonly addressOf: ImageAddress;
}

export function renderMarkdown(source: string, context: MarkdownContext): DocumentFragment {
  const { text, formulas } = splitMaths(source);
  const html = parseMarkdown(text);
  const withImages = html.replace(
    /(<img[^>]*?\ssrc=")attachment:([^"]*)"/g,
    (_match, before: string, name: string) => {
      return `${before}${context.attachments[decode(name)] ?? ""}"`;
    },
  );
  const fragment = sanitiseHtml(withImages, context.addressOf);
  putFormulasBack(fragment, formulas);
  return fragment;
}

function putFormulasBack(
  fragment: DocumentFragment,
  formulas: ReturnType<typeof splitMaths>["formulas"],
): void {
  if (formulas.length === 0) return;
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    if (walker.currentNode instanceof Text && walker.currentNode.data.includes("\uE000"))
      texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const pieces: (Node | string)[] = [];
    let from = 0;
    for (const match of text.data.matchAll(PLACEHOLDER)) {
      const formula = formulas[Number(match[1])];
      pieces.push(text.data.slice(from, match.index));
      if (formula) pieces.push(mathsElement(formula.source, formula.kind));
      from = match.index + match[0].length;
    }
    text.replaceWith(...pieces, text.data.slice(from));
  }
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
