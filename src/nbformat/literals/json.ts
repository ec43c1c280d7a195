import type { JsonValue } from "../../util/json.ts";
import { type Literal, LiteralFault } from "./literal.ts";

/** A whole text as JSON. @throws LiteralFault */
export function readJsonLiteral(text: string): Literal {
  try {
    return { value: JSON.parse(text) as JsonValue, form: {}, end: text.length };
  } catch {
    throw new LiteralFault("it is not JSON", 0);
  }
}
