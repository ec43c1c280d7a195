/** Formulas in labels and descriptions of widgets (`$…$`), typeset as those of Markdown are. */
import { mathsElement, typesetMaths } from "../../markdown/maths.ts";
import { splitMaths } from "../../markdown/maths-source.ts";

/** Replaces the formulas in the text inside `element`. @param text becomes its text first. */
export function typesetWithin(element: HTMLElement, text?: string): void {
  if (text !== undefined) element.textContent = text;
  if (!element.textContent?.includes("$")) return;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text && node.data.includes("$")) found.push(node);
  }
  for (const node of found) node.replaceWith(...piecesOf(node.data));
  typesetMaths(element).catch(() => undefined);
}

function piecesOf(source: string): readonly (Node | string)[] {
  const { text, formulas } = splitMaths(source);
  return text.split(/\uE000(\d+)\uE001/).map((piece, index) => {
    const formula = index % 2 === 1 ? formulas[Number(piece)] : undefined;
    return formula ? mathsElement(formula.source, formula.kind) : piece;
  });
}
