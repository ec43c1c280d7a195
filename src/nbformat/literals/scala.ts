/** Scala literals. Source: the Scala 2.13 specification, "Lexical Syntax". `Seq(…)` and `Map(…)` are read too. */
import { isJsonObject } from "../../util/json.ts";
import type { LiteralSyntax } from "./literal.ts";
import { printFinite } from "./number.ts";
import { printQuotedText } from "./quoted-text.ts";
import { tableSyntax } from "./table-syntax.ts";

const LISTS = ["Seq", "List", "Vector", "Array", "Set"];
const MAX_INT = 2_147_483_647;

export const scala: LiteralSyntax = {
  ...tableSyntax({
    comments: ["//"],
    words: {
      null: null,
      None: null,
      true: true,
      false: false,
      "Double.NaN": Number.NaN,
      "Double.PositiveInfinity": Number.POSITIVE_INFINITY,
      "Double.NegativeInfinity": Number.NEGATIVE_INFINITY,
    },
    numbers: { suffixes: "LlfFdD", floatSuffixes: "fFdD" },
    texts: [
      { opening: '"""', closing: '"""', isMultiline: true, isRaw: true },
      { opening: '"', closing: '"', isMultiline: false },
    ],
    collections: [
      ...LISTS.map((name) => ({
        opening: `${name}(`,
        closing: ")",
        holds: "items" as const,
        container: name,
      })),
      { opening: "Map(", closing: ")", holds: "entries", container: "Map" },
    ],
    separator: "->",
    hasBareKeys: false,
  }),

  print(value, like = {}) {
    if (value === null) return "None";
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "number":
        return printNumber(value, like.isFloat ?? false, like.suffix);
      case "string":
        return printQuotedText(value);
    }
    if (isJsonObject(value)) {
      const entries = Object.entries(value).map(
        ([key, item]) => `${printQuotedText(key)} -> ${scala.print(item)}`,
      );
      return `Map(${entries.join(", ")})`;
    }
    const name = like.container !== undefined && LISTS.includes(like.container) ? like.container : "Seq";
    return `${name}(${value.map((item) => scala.print(item)).join(", ")})`;
  },
};

function printNumber(value: number, asFloat: boolean, suffix = ""): string {
  if (Number.isNaN(value)) return "Double.NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Double.PositiveInfinity" : "Double.NegativeInfinity";
  if (!Number.isSafeInteger(value) || asFloat)
    return printFinite(value, true) + (/[fFdD]/.test(suffix) ? suffix : "");
  return Math.abs(value) > MAX_INT || /[lL]/.test(suffix) ? `${value}L` : String(value);
}
