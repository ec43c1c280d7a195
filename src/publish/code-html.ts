/** Code with the page's colours, as markup. */
import { walkCode } from "../web/editor/code-grammar.ts";
import { tokenise } from "../web/editor/plain-tokens.ts";
import { escapeText } from "./escape.ts";

/** Longer code stays plain, as in the page. */
const MAX_HIGHLIGHTED = 100_000;

export function codeHtml(code: string, language: string): string {
  if (code.length > MAX_HIGHLIGHTED) return escapeText(code);
  const out: string[] = [];
  const put = (text: string, className: string): void => {
    out.push(className === "" ? escapeText(text) : `<span class="${className}">${escapeText(text)}</span>`);
  };
  if (!walkCode(code, language, put, () => out.push("\n")))
    for (const { text, className } of tokenise(code, language)) put(text, className);
  return out.join("");
}
