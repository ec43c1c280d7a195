/** Source with colours for a terminal. */

import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/python";
import type { Colours } from "../terminal/terminal.ts";
import { printableText } from "../terminal/text.ts";

type Paint = (text: string) => string;

const STYLES = tagHighlighter([
  { tag: tags.keyword, class: "keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "string" },
  { tag: tags.comment, class: "comment" },
  { tag: [tags.number, tags.bool, tags.null], class: "number" },
  { tag: tags.definition(tags.variableName), class: "definition" },
  { tag: tags.function(tags.variableName), class: "definition" },
]);

/** Python in colours; other languages as they are. */
export function highlight(source: string, language: string | null, colours: Colours): string {
  const plain = printableText(source);
  if (language !== "python" || !colours.isColorSupported) return plain;
  const paints: Readonly<Record<string, Paint>> = {
    keyword: colours.magenta,
    string: colours.green,
    comment: colours.dim,
    number: colours.cyan,
    definition: colours.blue,
  };
  let painted = "";
  highlightCode(
    plain,
    parser.parse(plain),
    STYLES,
    (text, style) => {
      const paint = paints[style.split(" ")[0] ?? ""];
      painted += paint === undefined ? text : paint(text);
    },
    () => {
      painted += "\n";
    },
  );
  return painted;
}
