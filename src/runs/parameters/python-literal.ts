/**
 * Reads a Python literal (`0.1`, `'adam'`, `[64, 32]`, `{"a": None}`, `-1e-3`, `(1, 2)`) as a JSON value. Nothing is
 * evaluated: what is not a literal gives undefined. Source of the grammar: Python's lexical analysis
 * (https://docs.python.org/3/reference/lexical_analysis.html). JSON's `true`, `false` and `null` are read, too.
 */
import type { JsonValue } from "../../nbformat/notebook.ts";

/** The value, or undefined when the text is not one literal. */
export function readPythonLiteral(text: string): JsonValue | undefined {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return value !== undefined && reader.atEnd() ? value : undefined;
}

const MAX_DEPTH = 100;
const NUMBER =
  /^[-+]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?)(?![\w.])/;
const WORDS: ReadonlyMap<string, JsonValue> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
  ["true", true],
  ["false", false],
  ["null", null],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

class LiteralReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    this.space();
    return this.at === this.text.length;
  }

  value(depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    this.space();
    const char = this.text[this.at];
    if (char === "[") return this.items("]", depth);
    if (char === "(") return this.tuple(depth);
    if (char === "{") return this.mapping(depth);
    const rest = this.text.slice(this.at);
    const word = /^[A-Za-z]+\b(?!["'])/.exec(rest)?.[0];
    if (word !== undefined && WORDS.has(word)) {
      this.at += word.length;
      return WORDS.get(word);
    }
    const number = NUMBER.exec(rest)?.[0];
    if (number !== undefined) {
      this.at += number.length;
      return numberOf(number);
    }
    return this.strings();
  }

  /** Whitespace, line breaks and comments (inside brackets they are free; around a value they do no harm). */
  private space(): void {
    const match = /^(?:\s|\\\n|#[^\n]*)+/.exec(this.text.slice(this.at));
    if (match !== null) this.at += match[0].length;
  }

  private eat(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private items(close: string, depth: number): JsonValue[] | undefined {
    this.at++;
    const found: JsonValue[] = [];
    while (!this.eat(close)) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      found.push(value);
      if (!this.eat(",")) return this.eat(close) ? found : undefined;
    }
    return found;
  }

  /** `(1, 2)` is a list for us; `(1)` is its content. */
  private tuple(depth: number): JsonValue | undefined {
    const start = this.at;
    const items = this.items(")", depth);
    if (items?.length === 1 && !/,\s*\)$/.test(this.text.slice(start, this.at))) return items[0];
    return items;
  }

  private mapping(depth: number): JsonValue | undefined {
    this.at++;
    const entries: [string, JsonValue][] = [];
    while (!this.eat("}")) {
      const key = this.value(depth + 1);
      // JSON's objects have text keys only: other keys would not survive.
      if (typeof key !== "string" || !this.eat(":")) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      entries.push([key, value]);
      if (!this.eat(",")) return this.eat("}") ? Object.fromEntries(entries) : undefined;
    }
    return Object.fromEntries(entries);
  }

  /** One or more adjacent string literals. */
  private strings(): string | undefined {
    let text = this.string();
    if (text === undefined) return undefined;
    for (;;) {
      const before = this.at;
      this.space();
      const more = this.string();
      if (more === undefined) {
        this.at = before;
        return text;
      }
      text += more;
    }
  }

  private string(): string | undefined {
    const rest = this.text.slice(this.at);
    const open = /^([rRuU]?)("""|'''|"|')/.exec(rest);
    if (open === null) return undefined;
    const [whole, prefix = "", quote = ""] = open;
    const raw = prefix.toLowerCase() === "r";
    let at = this.at + whole.length;
    let text = "";
    while (!this.text.startsWith(quote, at)) {
      const char = this.text[at];
      if (char === undefined || (char === "\n" && quote.length === 1)) return undefined;
      if (char !== "\\") {
        text += char;
        at++;
        continue;
      }
      if (raw) {
        text += this.text.slice(at, at + 2);
        at += 2;
        continue;
      }
      const escaped = readEscape(this.text.slice(at));
      if (escaped === undefined) return undefined;
      text += escaped.text;
      at += escaped.length;
    }
    this.at = at + quote.length;
    return text;
  }
}

function readEscape(rest: string): { text: string; length: number } | undefined {
  const char = rest[1];
  if (char === undefined) return undefined;
  const plain = ESCAPES[char];
  if (plain !== undefined) return { text: plain, length: 2 };
  const coded = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))/.exec(rest);
  if (coded !== null) {
    const [whole, x, u, big, octal] = coded;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? big ?? "", 16) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? { text: String.fromCodePoint(code), length: whole.length } : undefined;
  }
  // \N{NAME} needs the Unicode name table, which we do not carry; the rest Python keeps with its backslash.
  return char === "N" ? undefined : { text: `\\${char}`, length: 2 };
}

/** undefined past 2^53: a JSON number would silently become another one. */
function numberOf(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  const unsigned = plain.replace(/^[-+]/, "");
  // Python refuses 007; so do we, rather than guess.
  if (/^0\d+$/.test(unsigned) && !/^0+$/.test(unsigned)) return undefined;
  const size = Number(unsigned);
  if (/^\d+$|^0[xXoObB]/.test(unsigned) && !Number.isSafeInteger(size)) return undefined;
  return plain.startsWith("-") ? -size : size;
}
