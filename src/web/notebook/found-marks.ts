/** Marks what was found in the drawn part of a notebook, without touching its nodes (CSS Custom Highlight API). */
import type { CellId } from "../../util/ids.ts";
import { compileQuery, type FindQuery, type Found, type FoundIn } from "./find-text.ts";

const ALL = "found";
const NOW = "found-now";

/** Marks each place that is drawn, and `now` stronger. @returns the range of `now`, when it is drawn. */
export function markFound(query: FindQuery, now: Found | null): Range | null {
  const made = compileQuery(query);
  if (!("highlights" in CSS) || !made.ok) {
    clearMarks();
    return null;
  }
  const within = query.within === null ? null : new Set<string>(query.within);
  const all: Range[] = [];
  let current: Range | null = null;
  for (const part of document.querySelectorAll<HTMLElement>("[data-cell] [data-found-in]")) {
    const where = part.dataset.foundIn as FoundIn;
    const cellId = part.closest<HTMLElement>("[data-cell]")?.dataset.cell as CellId | undefined;
    if (cellId === undefined || within?.has(cellId) === false) continue;
    if (!(where === "source" ? query.inSource : query.inOutputs)) continue;
    const ranges = rangesIn(part, made.pattern);
    all.push(...ranges);
    if (now && cellId === now.cellId && where === now.where) current = ranges[now.nth] ?? null;
  }
  CSS.highlights.set(ALL, new Highlight(...all));
  CSS.highlights.set(NOW, new Highlight(...(current ? [current] : [])));
  return current;
}

export function clearMarks(): void {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(NOW);
}

/** Text may be spread over many nodes (a coloured word); lines are blocks, over whose ends nothing is found. */
function rangesIn(part: HTMLElement, pattern: RegExp): readonly Range[] {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const nodes: { readonly node: Node; readonly from: number }[] = [];
  let text = "";
  let block: Element | null = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement?.closest("button, .visually-hidden")) continue;
    const own = node.parentElement?.closest("div, p, li, td, th, h1, h2, h3, h4, h5, h6, pre") ?? null;
    if (own !== block) text += "\n";
    block = own;
    nodes.push({ node, from: text.length });
    text += node.textContent ?? "";
  }
  const matches = [...text.matchAll(pattern)].filter(([found]) => found !== "");
  return matches.map((match) => {
    const range = document.createRange();
    place(nodes, match.index, (node, offset) => range.setStart(node, offset));
    place(nodes, match.index + match[0].length - 1, (node, offset) => range.setEnd(node, offset + 1));
    return range;
  });
}

function place(
  nodes: readonly { readonly node: Node; readonly from: number }[],
  at: number,
  set: (node: Node, offset: number) => void,
): void {
  const found = nodes.findLast(({ from }) => from <= at);
  if (found) set(found.node, Math.min(at - found.from, (found.node.textContent ?? "").length - 1));
}
