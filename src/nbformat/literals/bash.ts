/**
 * Values in shell assignments. Source: the POSIX shell's quoting rules; `$'…'` and arrays as in bash. The shell
 * knows only text: a bare number or `true`/`false` is read as such, anything in quotes stays text. Expansions
 * (`$x`, `$(…)`, globs, `~`) are computed and so refused.
 */
import { isJsonObject, type JsonValue } from "../../util/json.ts";
import { skipSpaceAndComments } from "./collection.ts";
import { type Literal, LiteralFault, type LiteralSyntax } from "./literal.ts";
import { printFinite } from "./number.ts";
import { scanQuotedText } from "./quoted-text.ts";

const WORD_END = /[\s;&|()<>]/;
const COMPUTED = /[$`*?[~]/;
const NUMBER = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export const bash: LiteralSyntax = {
  read(text, at) {
    if (text.charAt(at) === "(") return readArray(text, at);
    return readShellWord(text, at);
  },

  print(value, like = {}) {
    if (value === null) return "''";
    if (typeof value === "number") {
      if (!Number.isFinite(value)) throw new LiteralFault("the shell has no such number", 0);
      return printFinite(value, like.isFloat);
    }
    if (typeof value === "boolean") return String(value);
    if (isJsonObject(value)) throw new LiteralFault("the shell has no literal for named values", 0);
    if (Array.isArray(value)) {
      if (value.some((item) => typeof item === "object" && item !== null))
        throw new LiteralFault("the shell has no lists inside lists", 0);
      return `(${value.map((item) => bash.print(item)).join(" ")})`;
    }
    const isSimple =
      /^[\w@%+=:,./-]+$/.test(value) && !NUMBER.test(value) && value !== "true" && value !== "false";
    if (isSimple && like.quote === undefined) return value;
    if (like.quote === '"') return `"${value.replace(/[\\"$`]/g, "\\$&")}"`;
    return `'${value.replaceAll("'", `'"'"'`)}'`;
  },

  skipSpace: (text, at) => skipSpaceAndComments(text, at, ["#"]),
};

function readArray(text: string, start: number): Literal {
  const value: JsonValue[] = [];
  let position = bash.skipSpace(text, start + 1);
  while (text.charAt(position) !== ")") {
    if (position >= text.length) throw new LiteralFault("a bracket is not closed with )", start);
    const word = readShellWord(text, position);
    if (word.end === position) throw new LiteralFault("this cannot stand in an array", position);
    value.push(word.value);
    position = bash.skipSpace(text, word.end);
  }
  return { value, form: { container: "array" }, end: position + 1 };
}

/** One word: quoted and bare pieces side by side. An empty word is an empty text. */
function readShellWord(text: string, start: number): Literal {
  let value = "";
  let quote: '"' | "'" | undefined;
  let position = start;
  while (position < text.length && !WORD_END.test(text.charAt(position))) {
    const character = text.charAt(position);
    if (character === "'") {
      const close = text.indexOf("'", position + 1);
      if (close < 0) throw new LiteralFault("a text in quotes is not closed", position);
      value += text.slice(position + 1, close);
      quote ??= "'";
      position = close + 1;
    } else if (character === '"') {
      const piece = readDoubleQuoted(text, position);
      value += piece.value;
      quote ??= '"';
      position = piece.end;
    } else if (text.startsWith("$'", position)) {
      const piece = scanQuotedText(text, position + 2, { closing: "'", isMultiline: true });
      value += piece.value;
      quote ??= "'";
      position = piece.end;
    } else if (character === "\\") {
      if (text.charAt(position + 1) !== "\n") value += text.charAt(position + 1);
      quote ??= "'";
      position += 2;
    } else if (COMPUTED.test(character)) {
      throw new LiteralFault("an expansion of the shell is computed, not literal", position);
    } else {
      value += character;
      position += 1;
    }
  }
  if (quote !== undefined) return { value, form: { quote }, end: position };
  if (NUMBER.test(value))
    return { value: Number(value), form: { isFloat: /[.eE]/.test(value) }, end: position };
  const isBoolean = value === "true" || value === "false";
  return { value: isBoolean ? value === "true" : value, form: {}, end: position };
}

function readDoubleQuoted(text: string, start: number): { value: string; end: number } {
  let value = "";
  for (let position = start + 1; position < text.length; position += 1) {
    const character = text.charAt(position);
    const next = text.charAt(position + 1);
    if (character === '"') return { value, end: position + 1 };
    if (character === "$" || character === "`")
      throw new LiteralFault("an expansion of the shell is computed, not literal", position);
    if (character === "\\" && '"\\$`\n'.includes(next)) {
      if (next !== "\n") value += next;
      position += 1;
    } else value += character;
  }
  throw new LiteralFault("a text in quotes is not closed", start);
}
