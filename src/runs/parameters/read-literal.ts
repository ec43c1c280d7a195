import { type LiteralLanguage, parseLiteral } from "../../nbformat/literals.ts";
import type { JsonValue } from "../../nbformat/notebook.ts";

/** The value of a text that is one literal of the language, undefined when it is anything else. Nothing is evaluated. */
export function readLiteral(language: LiteralLanguage, text: string): JsonValue | undefined {
  try {
    return parseLiteral(language, text);
  } catch {
    return undefined;
  }
}

/** A list, mapping or number as people type them: a Python literal, else JSON. */
export function readTyped(text: string): JsonValue | undefined {
  const literal = readLiteral("python", text);
  if (literal !== undefined) return literal;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
