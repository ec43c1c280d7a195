import type { JsonObject, JsonValue } from "../../util/json.ts";
import { type Literal, LiteralFault, type LiteralSyntax } from "./literal.ts";

/** Reads `item, item, …` up to `closing`; `at` is behind the opening bracket. A last comma may stand. */
export function readItems(
  syntax: Pick<LiteralSyntax, "skipSpace">,
  text: string,
  at: number,
  closing: string,
  readItem: (position: number) => number,
): { readonly end: number; readonly hasLastComma: boolean } {
  const opening = at - 1;
  let position = syntax.skipSpace(text, at);
  let hasLastComma = false;
  while (!text.startsWith(closing, position)) {
    if (position >= text.length) throw new LiteralFault(`a bracket is not closed with ${closing}`, opening);
    position = syntax.skipSpace(text, readItem(position));
    hasLastComma = text.charAt(position) === ",";
    if (hasLastComma) position = syntax.skipSpace(text, position + 1);
    else if (!text.startsWith(closing, position)) {
      if (position >= text.length) throw new LiteralFault(`a bracket is not closed with ${closing}`, opening);
      throw new LiteralFault(`a comma or ${closing} is missing before ${shown(text, position)}`, position);
    }
  }
  return { end: position + closing.length, hasLastComma };
}

/** A value that is written as a word (`True`, `NULL`). @throws LiteralFault for any other name. */
export function readWord(text: string, at: number, words: Readonly<Record<string, JsonValue>>): Literal {
  const word = identifierAt(text, at);
  const value = word !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;
  if (word === undefined) throw new LiteralFault(`a value is missing before ${shown(text, at)}`, at);
  if (value === undefined) throw new LiteralFault(`${word} is a name, not a value`, at);
  return { value, form: {}, end: at + word.length };
}

/** A list of literals up to `closing`. */
export function readList(
  syntax: Pick<LiteralSyntax, "read" | "skipSpace">,
  text: string,
  at: number,
  closing: string,
  container: string,
): Literal {
  const value: JsonValue[] = [];
  const { end } = readItems(syntax, text, at, closing, (position) => {
    const item = syntax.read(text, position);
    value.push(item.value);
    return item.end;
  });
  return { value, form: { container }, end };
}

/** Sets a key that may be called `__proto__`. */
export function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The key that a value becomes in JSON, as Python's `json` writes it. @throws LiteralFault for a composite. */
export function keyOf(literal: Literal, at: number): string {
  const { value, form } = literal;
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null)
    throw new LiteralFault("only texts and numbers can be keys", at);
  if (typeof value === "number" && form.isFloat && Number.isInteger(value)) return `${value}.0`;
  return String(value);
}

/** What stands at `at`, to recognise the place by. */
export function shown(text: string, at: number): string {
  const rest = text.slice(at, at + 20).split("\n")[0] ?? "";
  return rest === "" ? "the end" : JSON.stringify(rest);
}

/** The identifier at `at`, or undefined. */
export function identifierAt(text: string, at: number): string | undefined {
  const pattern = /[\p{L}_][\p{L}\p{N}_.]*/uy;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Skips blanks, line ends and comments that start with one of `comments` and end with their line. */
export function skipSpaceAndComments(text: string, at: number, comments: readonly string[]): number {
  let position = at;
  for (;;) {
    const character = text.charAt(position);
    if (character !== "" && " \t\r\n\f".includes(character)) position += 1;
    else if (comments.some((comment) => text.startsWith(comment, position))) {
      const end = text.indexOf("\n", position);
      position = end < 0 ? text.length : end;
    } else return position;
  }
}
