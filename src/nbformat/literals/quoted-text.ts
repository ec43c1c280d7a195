import { LiteralFault } from "./literal.ts";

export interface ScannedText {
  readonly value: string;
  readonly end: number;
}

const SIMPLE_ESCAPES = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["a", "\u0007"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["`", "`"],
  ["$", "$"],
  ["/", "/"],
]);

const CODE_ESCAPE =
  /x\{([0-9a-fA-F]{1,6})\}|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{8})|([0-7]{1,3})/y;

export interface QuotedTextRules {
  /** The closing quote: `"`, `'`, `"""`, … */
  readonly closing: string;
  /** A line end before the closing quote is allowed. */
  readonly isMultiline: boolean;
  /** A backslash stands for itself. */
  readonly isRaw?: boolean;
  /** In a raw text a backslash still keeps the next quote from closing (Python). */
  readonly isQuoteKeptByBackslash?: boolean;
  /** Character that starts an interpolation (`$` in Julia, bash): such a text is no literal. */
  readonly interpolation?: string;
  /** What an unknown escape means: kept with its backslash (Python), or an error. */
  readonly keepsUnknownEscapes?: boolean;
}

/** The text from `at`, which is behind the opening quote. @throws LiteralFault */
export function scanQuotedText(text: string, at: number, rules: QuotedTextRules): ScannedText {
  let value = "";
  let position = at;
  for (;;) {
    if (position >= text.length)
      throw new LiteralFault("a text in quotes is not closed", at - rules.closing.length);
    if (text.startsWith(rules.closing, position)) return { value, end: position + rules.closing.length };
    const character = text.charAt(position);
    if (character === "\n" && !rules.isMultiline)
      throw new LiteralFault("a text in quotes is not closed on its line", at - rules.closing.length);
    if (rules.interpolation !== undefined && text.startsWith(rules.interpolation, position))
      throw new LiteralFault("a text with a variable in it is computed, not literal", position);
    if (character !== "\\" || (rules.isRaw && !rules.isQuoteKeptByBackslash)) {
      value += character;
      position += 1;
    } else if (rules.isRaw) {
      value += text.slice(position, position + 2);
      position += 2;
    } else {
      const escaped = scanEscape(text, position, rules.keepsUnknownEscapes ?? false);
      value += escaped.value;
      position = escaped.end;
    }
  }
}

function scanEscape(text: string, at: number, keepsUnknown: boolean): ScannedText {
  const next = text.charAt(at + 1);
  // A backslash at the end of a line joins it with the next one.
  if (next === "\n") return { value: "", end: at + 2 };
  if (next === "\r" && text.charAt(at + 2) === "\n") return { value: "", end: at + 3 };
  CODE_ESCAPE.lastIndex = at + 1;
  const code = CODE_ESCAPE.exec(text);
  if (code !== null) {
    const [whole, bracedX, bracedU, x, u, big, octal] = code;
    const hex = bracedX ?? bracedU ?? x ?? u ?? big;
    const point = hex === undefined ? Number.parseInt(octal ?? "0", 8) : Number.parseInt(hex, 16);
    if (point > 0x10ffff) throw new LiteralFault("an escape is beyond Unicode", at);
    return { value: String.fromCodePoint(point), end: at + 1 + whole.length };
  }
  const simple = SIMPLE_ESCAPES.get(next);
  const isPlainUnknown = simple === undefined || next === "`" || next === "$" || next === "/";
  if (simple !== undefined && !(keepsUnknown && isPlainUnknown)) return { value: simple, end: at + 2 };
  if (next === "N")
    throw new LiteralFault("a character given by its name is not read; write the character", at);
  if (!keepsUnknown) throw new LiteralFault(`the escape \\${next} is not known`, at);
  return { value: `\\${next}`, end: at + 2 };
}

/**
 * A text in `quote`, with the escapes that all our languages share. `alsoEscape` names further characters to put a
 * backslash before (`$` where it would interpolate).
 */
export function printQuotedText(value: string, quote: '"' | "'" = '"', alsoEscape = ""): string {
  let body = "";
  for (const character of value) {
    if (character === quote || character === "\\" || alsoEscape.includes(character)) body += `\\${character}`;
    else if (character === "\n") body += "\\n";
    else if (character === "\r") body += "\\r";
    else if (character === "\t") body += "\\t";
    else if (isPrintable(character)) body += character;
    else body += `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  }
  return quote + body + quote;
}

/** Not a control character, a line separator or half of a surrogate pair. */
function isPrintable(character: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(character);
}
