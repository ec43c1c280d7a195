/**
 * Grammars and the classes of their tokens, for static code and the editor alike. In a chunk of its own, fetched
 * while the notebook is being opened: the first view does not wait for colours.
 */
import type { Parser } from "@lezer/common";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser as pythonParser } from "@lezer/python";

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

const PARSERS: Readonly<Record<string, Parser>> = {
  python: pythonParser,
  python3: pythonParser,
  ipython: pythonParser,
};

/** Gives the code's pieces and line ends in order. @returns false, and nothing is given: no grammar for it. */
export function walkCode(
  code: string,
  language: string,
  put: (text: string, className: string) => void,
  endLine: () => void,
): boolean {
  const parser = PARSERS[language];
  if (!parser) return false;
  highlightCode(code, parser.parse(code), codeHighlighter, put, endLine);
  return true;
}
