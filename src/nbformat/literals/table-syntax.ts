/** The reading of a language's literals from a table of its words, quotes, brackets and calls. */
import type { JsonObject, JsonValue } from "../../util/json.ts";
import {
  identifierAt,
  keyOf,
  readItems,
  readWord,
  setOwn,
  shown,
  skipSpaceAndComments,
} from "./collection.ts";
import { type Literal, LiteralFault, type LiteralSyntax } from "./literal.ts";
import { type NumberRules, scanNumber } from "./number.ts";
import { type QuotedTextRules, scanQuotedText } from "./quoted-text.ts";

export interface SyntaxTable {
  readonly comments: readonly string[];
  readonly words: Readonly<Record<string, JsonValue>>;
  readonly numbers: NumberRules;
  /** By opening quote, the longest first. */
  readonly texts: readonly (QuotedTextRules & { readonly opening: string })[];
  /** `[` and the like, and calls as `c(` and `Map(`. */
  readonly collections: readonly CollectionRules[];
  /** Between key and value. */
  readonly separator: string;
  /** Keys may stand without quotes. */
  readonly hasBareKeys: boolean;
  /** Keys may stand in square brackets. Default: no. */
  readonly hasComputedKeys?: boolean;
}

export interface CollectionRules {
  /** With its bracket: `[`, `list(`. */
  readonly opening: string;
  readonly closing: string;
  /** What it holds; `either` lets the first item tell. */
  readonly holds: "items" | "entries" | "either";
  readonly container: string;
}

export function tableSyntax(table: SyntaxTable): Pick<LiteralSyntax, "read" | "skipSpace"> {
  const skipSpace = (text: string, at: number): number => skipSpaceAndComments(text, at, table.comments);

  const read = (text: string, at: number): Literal => {
    const start = skipSpace(text, at);
    const character = text.charAt(start);
    if (character === "-" || character === "+") {
      const operand = read(text, start + 1);
      if (typeof operand.value !== "number") throw new LiteralFault("only a number can have a sign", start);
      return { ...operand, value: character === "-" ? -operand.value : operand.value };
    }
    for (const rules of table.texts) {
      if (!text.startsWith(rules.opening, start)) continue;
      const { value, end } = scanQuotedText(text, start + rules.opening.length, rules);
      return { value, form: { quote: rules.closing.startsWith("'") ? "'" : '"' }, end };
    }
    const collection = table.collections.find((rules) => text.startsWith(rules.opening, start));
    if (collection !== undefined) return readCollection(text, start, collection);
    const number = scanNumber(text, start, table.numbers);
    if (number === undefined) return readWord(text, start, table.words);
    const { value, isFloat, suffix, end } = number;
    return { value, form: suffix === "" ? { isFloat } : { isFloat, suffix }, end };
  };

  const readCollection = (text: string, start: number, rules: CollectionRules): Literal => {
    const list: JsonValue[] = [];
    const entries: JsonObject = {};
    let holds = rules.holds === "either" ? undefined : rules.holds;
    const { end } = readItems(
      { skipSpace },
      text,
      start + rules.opening.length,
      rules.closing,
      (position) => {
        const key = holds === "items" ? undefined : readKey(text, position, holds === "entries");
        holds ??= key === undefined ? "items" : "entries";
        const item = read(text, key?.end ?? position);
        if (key === undefined) list.push(item.value);
        else setOwn(entries, key.key, item.value);
        return item.end;
      },
    );
    return { value: holds === "entries" ? entries : list, form: { container: rules.container }, end };
  };

  const readKey = (text: string, at: number, isNeeded: boolean): { key: string; end: number } | undefined => {
    const bare = table.hasBareKeys ? identifierAt(text, at) : undefined;
    let literal: Literal | undefined;
    try {
      literal = bare === undefined ? read(text, at) : undefined;
      if (literal && table.hasComputedKeys) literal = outOfBrackets(literal);
    } catch (error) {
      if (isNeeded || !(error instanceof LiteralFault)) throw error;
    }
    const behind = skipSpace(text, literal?.end ?? at + (bare?.length ?? 0));
    const isKey = text.startsWith(table.separator, behind);
    if (isKey && (bare !== undefined || literal !== undefined)) {
      return {
        key: bare ?? (literal === undefined ? "" : keyOf(literal, at)),
        end: behind + table.separator.length,
      };
    }
    if (isNeeded)
      throw new LiteralFault(`${table.separator} is missing before ${shown(text, behind)}`, behind);
    return undefined;
  };

  return { read, skipSpace };
}

/** `["name"]` as a key is that name. */
function outOfBrackets(literal: Literal): Literal {
  const { value } = literal;
  const [only] = Array.isArray(value) && value.length === 1 ? value : [];
  return only === undefined ? literal : { ...literal, value: only };
}
