/**
 * Python literals: what `ast.literal_eval` accepts, and `float("nan")`, `float("inf")`, which papermill writes.
 * Source: the Python language reference, "Lexical analysis" (3.14). Tuples and sets become lists; keys of
 * dictionaries become texts as in Python's `json`. Bytes, complex numbers and f-strings are refused.
 */
import { isJsonObject } from "../../util/json.ts";
import { keyOf, readItems, readList, readWord, setOwn, shown, skipSpaceAndComments } from "./collection.ts";
import { type Literal, LiteralFault, type LiteralForm, type LiteralSyntax } from "./literal.ts";
import { printFinite, scanNumber } from "./number.ts";
import { printQuotedText, scanQuotedText } from "./quoted-text.ts";

const WORDS = { None: null, True: true, False: false };
const OPENING_QUOTE = /([rRuUbBfFtT]{0,2})("""|'''|"|')/y;
const BLANKS = /(?:[ \t\f]|\\\r?\n)*/y;
/** One sign only, as `literal_eval` has it; brackets may stand between. */
const SIGNED_OPERAND = /(?:\(\s*)*[\d.f]/y;
const FLOAT_CALL = /float\(\s*(["'])\s*([+-]?)(nan|inf|infinity)\s*\1\s*\)/iy;

/** Inside brackets a comma ends a value, and texts are joined over line ends. */
export const pythonInBrackets: LiteralSyntax = {
  read: (text, at) => readValue(text, at, true),
  print: (value, like) => python.print(value, like),
  skipSpace: (text, at) => python.skipSpace(text, at),
};

export const python: LiteralSyntax = {
  read(text, at) {
    const first = readValue(text, at, false);
    const items = [first];
    let end = first.end;
    // `64, 32` without brackets is a tuple, too.
    for (let behind = skipBlanks(text, end); text.charAt(behind) === ","; behind = skipBlanks(text, end)) {
      end = behind + 1;
      const next = skipBlanks(text, end);
      if (next >= text.length || "\r\n;#".includes(text.charAt(next))) break;
      const item = readValue(text, next, false);
      items.push(item);
      end = item.end;
    }
    if (end === first.end) return first;
    return { value: items.map((item) => item.value), form: { container: "tuple", ...quoteOf(items) }, end };
  },

  print(value, like = {}) {
    if (value === null) return "None";
    switch (typeof value) {
      case "boolean":
        return value ? "True" : "False";
      case "number":
        return printNumber(value, like);
      case "string":
        return printQuotedText(value, like.quote);
    }
    const items = Array.isArray(value) ? value.map((item) => python.print(item, itemForm(like))) : [];
    if (!isJsonObject(value)) {
      if (like.container === "tuple") return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
      if (like.container === "set" && items.length > 0) return `{${items.join(", ")}}`;
      return `[${items.join(", ")}]`;
    }
    const entries = Object.entries(value).map(
      ([key, item]) => `${printQuotedText(key, like.quote)}: ${python.print(item, itemForm(like))}`,
    );
    return `{${entries.join(", ")}}`;
  },

  skipSpace(text, at) {
    let position = skipSpaceAndComments(text, at, ["#"]);
    // A backslash at the end of a line goes on with the next.
    while (/^\\\r?\n/.test(text.slice(position, position + 3)))
      position = skipSpaceAndComments(text, text.indexOf("\n", position) + 1, ["#"]);
    return position;
  },
};

function readValue(text: string, at: number, isInBrackets: boolean): Literal {
  const start = python.skipSpace(text, at);
  const character = text.charAt(start);
  if (character === "-" || character === "+") return readSigned(text, start, isInBrackets);
  if (character === "[") return readList(pythonInBrackets, text, start + 1, "]", "list");
  if (character === "(") return readParenthesised(text, start);
  if (character === "{") return readBraces(text, start);
  const quoted = readTexts(text, start, isInBrackets);
  if (quoted !== undefined) return quoted;
  const number = scanNumber(text, start, { refusesLeadingZeros: true });
  if (number !== undefined)
    return { value: number.value, form: { isFloat: number.isFloat }, end: number.end };
  FLOAT_CALL.lastIndex = start;
  const call = FLOAT_CALL.exec(text);
  if (call !== null) {
    const size = call[3]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return { value: call[2] === "-" ? -size : size, form: { isFloat: true }, end: FLOAT_CALL.lastIndex };
  }
  return readWord(text, start, WORDS);
}

function printNumber(value: number, like: LiteralForm): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  return printFinite(value, like.isFloat);
}

function itemForm(like: LiteralForm): LiteralForm {
  return like.quote === undefined ? {} : { quote: like.quote };
}

function readSigned(text: string, start: number, isInBrackets: boolean): Literal {
  const operand = isInBrackets ? python.skipSpace(text, start + 1) : skipBlanks(text, start + 1);
  SIGNED_OPERAND.lastIndex = operand;
  const number = SIGNED_OPERAND.test(text) ? readValue(text, operand, isInBrackets) : undefined;
  if (typeof number?.value !== "number") throw new LiteralFault("only a number can have a sign", start);
  return { ...number, value: text.charAt(start) === "-" ? -number.value : number.value };
}

function readParenthesised(text: string, start: number): Literal {
  const items: Literal[] = [];
  const { end, hasLastComma } = readItems(python, text, start + 1, ")", (position) => {
    const item = pythonInBrackets.read(text, position);
    items.push(item);
    return item.end;
  });
  const [only] = items;
  if (only !== undefined && items.length === 1 && !hasLastComma) return { ...only, end };
  return { value: items.map((item) => item.value), form: { container: "tuple", ...quoteOf(items) }, end };
}

/** A dictionary or a set: which of the two, the first entry tells. */
function readBraces(text: string, start: number): Literal {
  const dictionary = {};
  const items: Literal[] = [];
  let kind: "dict" | "set" | undefined;
  const { end } = readItems(python, text, start + 1, "}", (position) => {
    const first = pythonInBrackets.read(text, position);
    items.push(first);
    const behind = python.skipSpace(text, first.end);
    const isEntry = text.charAt(behind) === ":";
    if (kind === "dict" && !isEntry)
      throw new LiteralFault(`a colon is missing before ${shown(text, behind)}`, behind);
    if (kind === "set" && isEntry) throw new LiteralFault("a set has no keys", behind);
    kind = isEntry ? "dict" : "set";
    if (!isEntry) return first.end;
    const value = pythonInBrackets.read(text, behind + 1);
    setOwn(dictionary, keyOf(first, position), value.value);
    return value.end;
  });
  if (kind !== "set") return { value: dictionary, form: { container: "dict", ...quoteOf(items) }, end };
  return { value: items.map((item) => item.value), form: { container: "set", ...quoteOf(items) }, end };
}

function quoteOf(items: readonly Literal[]): LiteralForm {
  const quote = items.find((item) => item.form.quote !== undefined)?.form.quote;
  return quote === undefined ? {} : { quote };
}

/** One text, or several side by side, which Python joins. */
function readTexts(text: string, start: number, isInBrackets: boolean): Literal | undefined {
  let value: string | undefined;
  let quote: '"' | "'" = '"';
  let end = start;
  for (let position = start; ; ) {
    OPENING_QUOTE.lastIndex = position;
    const opening = OPENING_QUOTE.exec(text);
    if (opening === null) break;
    const [whole, prefix = "", closing = '"'] = opening;
    if (/b/i.test(prefix)) throw new LiteralFault("bytes are not a value that a notebook can hold", position);
    if (/[ft]/i.test(prefix)) throw new LiteralFault("a formatted text is computed, not literal", position);
    const isRaw = /r/i.test(prefix);
    const part = scanQuotedText(text, position + whole.length, {
      closing,
      isMultiline: closing.length === 3,
      isRaw,
      isQuoteKeptByBackslash: true,
      keepsUnknownEscapes: true,
    });
    if (value === undefined) quote = closing.startsWith("'") ? "'" : '"';
    value = (value ?? "") + part.value;
    end = part.end;
    position = isInBrackets ? python.skipSpace(text, end) : skipBlanks(text, end);
  }
  return value === undefined ? undefined : { value, form: { quote }, end };
}

/** Outside of brackets a value ends with its line, unless a backslash goes on. */
function skipBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  return at + (BLANKS.exec(text)?.[0].length ?? 0);
}
