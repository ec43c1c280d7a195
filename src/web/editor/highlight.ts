/**
 * Colours of code without an editor: only the grammar is loaded. The editor uses the same classes, so that nothing
 * changes its look when a cell gets the focus.
 */
import { createStore } from "../session/store.ts";
import { tokenise } from "./plain-tokens.ts";

let grammar: typeof import("./code-grammar.ts") | null = null;

/** Whether code is drawn with its grammar yet; who drew without one draws again. */
export const grammarStore = createStore(false);

/** Fetches the grammars; without them (also when they do not come) code has the colours of its strings and numbers. */
export async function loadGrammar(): Promise<void> {
  if (grammar !== null) return;
  grammar = await import("./code-grammar.ts");
  grammarStore.set(true);
}

export interface CodeToken {
  readonly text: string;
  readonly className: string;
}

/** Longer code is shown plain: its colours are not worth a blocked page. */
const MAX_HIGHLIGHTED = 100_000;

/** Lines of coloured pieces. A language that has no grammar here gets strings, numbers and comments. */
export function highlightLines(code: string, language: string): readonly (readonly CodeToken[])[] {
  const lines: CodeToken[][] = [[]];
  const put = (text: string, className: string): void => {
    lines.at(-1)?.push({ text, className });
  };
  const endLine = (): void => {
    lines.push([]);
  };
  if (code.length > MAX_HIGHLIGHTED) {
    for (const [index, line] of code.split("\n").entries()) {
      if (index > 0) endLine();
      if (line !== "") put(line, "");
    }
  } else if (!grammar?.walkCode(code, language, put, endLine)) {
    for (const token of tokenise(code, language)) {
      for (const [index, part] of token.text.split("\n").entries()) {
        if (index > 0) endLine();
        if (part !== "") put(part, token.className);
      }
    }
  }
  return lines;
}

/** Colours the text of an element that is not React's. */
export function highlightInto(element: HTMLElement, language: string): void {
  const code = element.textContent ?? "";
  const nodes = highlightLines(code, language).flatMap((line, index): (Node | string)[] => {
    const pieces = line.map(({ text, className }) => {
      const span = document.createElement("span");
      span.className = className;
      span.textContent = text;
      return span;
    });
    return index === 0 ? pieces : ["\n", ...pieces];
  });
  element.replaceChildren(...nodes);
}
