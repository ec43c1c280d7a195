/** Which name of a code somebody asks about by having the cursor there. Pure. */
import { callAt, withoutStrings } from "../editor/call-at.ts";

const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu;
const WORD_BEFORE = /[\p{L}\p{N}_.]*$/u;
const WORD_AFTER = /^[\p{L}\p{N}_]*/u;

/**
 * The name that the cursor touches, with what it is an attribute of and without its own attributes; between a call's
 * arguments the name of what is called. Null: there is none, as in strings, comments and after a call's result.
 */
export function nameAt(code: string, at: number): string | null {
  return touchedName(code, at) ?? calledName(code, at);
}

function touchedName(code: string, at: number): string | null {
  const from = code.lastIndexOf("\n", at - 1) + 1;
  const end = code.indexOf("\n", at);
  const line = code.slice(from, end === -1 ? code.length : end);
  const before = WORD_BEFORE.exec(line.slice(0, at - from))?.[0] ?? "";
  const after = WORD_AFTER.exec(line.slice(at - from))?.[0] ?? "";
  const start = at - before.length;
  const word = (before + after).replace(/\.$/, "");
  if (isText(code, start, word.length)) return null;
  const [name] = word.match(NAME) ?? [];
  return name === word && !KEYWORDS.has(word) ? name : null;
}

function calledName(code: string, at: number): string | null {
  const call = callAt(code, at);
  return call === null ? null : touchedName(code, call.open);
}

/** Whether the place is in a string or a comment. */
function isText(code: string, from: number, length: number): boolean {
  return withoutStrings(code).slice(from, from + length) !== code.slice(from, from + length);
}

/** Of Python; a kernel that is asked about them knows nothing, or tells its whole manual of syntax. */
const KEYWORDS = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);
