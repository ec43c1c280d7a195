/**
 * Colours of code without an editor: only the grammar is loaded. The editor uses the same classes, so that nothing
 * changes its look when a cell gets the focus.
 */
import type { Parser } from "@lezer/common";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser as pythonParser } from "@lezer/python";
import { tokenise } from "./plain-tokens.ts";

export const codeHighlighter = tagHighlighter([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.modifier, tags.self],
    class: "tok-keyword",
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "tok-string" },
  { tag: [tags.number, tags.bool, tags.null, tags.escape], class: "tok-number" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], class: "tok-comment" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    class: "tok-function",
  },
  { tag: [tags.className, tags.typeName, tags.definition(tags.className)], class: "tok-type" },
  { tag: [tags.meta], class: "tok-type" },
  { tag: [tags.heading], class: "tok-heading" },
  { tag: [tags.strong], class: "tok-strong" },
  { tag: [tags.emphasis], class: "tok-emphasis" },
  { tag: [tags.link, tags.url], class: "tok-function" },
  { tag: [tags.monospace], class: "tok-string" },
  { tag: [tags.processingInstruction, tags.contentSeparator], class: "tok-comment" },
]);

export interface CodeToken {
  readonly text: string;
  readonly className: string;
}

const PARSERS: Readonly<Record<string, Parser>> = {
  python: pythonParser,
  python3: pythonParser,
  ipython: pythonParser,
};

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
  const parser = PARSERS[language];
  if (code.length > MAX_HIGHLIGHTED) {
    for (const [index, line] of code.split("\n").entries()) {
      if (index > 0) endLine();
      if (line !== "") put(line, "");
    }
  } else if (parser) {
    highlightCode(code, parser.parse(code), codeHighlighter, put, endLine);
  } else {
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
