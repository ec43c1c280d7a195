/** R literals. Source: the R language definition, "Constants". `c(…)` and `list(…)` of literals are read too. */
import { isJsonObject } from "../../util/json.ts";
import type { LiteralSyntax } from "./literal.ts";
import { printFinite } from "./number.ts";
import { printQuotedText } from "./quoted-text.ts";
import { tableSyntax } from "./table-syntax.ts";

export const r: LiteralSyntax = {
  ...tableSyntax({
    comments: ["#"],
    words: {
      NULL: null,
      NA: null,
      NA_character_: null,
      NA_integer_: null,
      NA_real_: null,
      TRUE: true,
      FALSE: false,
      T: true,
      F: false,
      Inf: Number.POSITIVE_INFINITY,
      NaN: Number.NaN,
    },
    numbers: { suffixes: "L" },
    texts: [
      { opening: 'r"(', closing: ')"', isMultiline: true, isRaw: true },
      { opening: "r'(", closing: ")'", isMultiline: true, isRaw: true },
      { opening: '"', closing: '"', isMultiline: true },
      { opening: "'", closing: "'", isMultiline: true },
    ],
    collections: [
      { opening: "c(", closing: ")", holds: "either", container: "c" },
      { opening: "list(", closing: ")", holds: "either", container: "list" },
    ],
    separator: "=",
    hasBareKeys: true,
  }),

  print(value, like = {}) {
    if (value === null) return "NULL";
    switch (typeof value) {
      case "boolean":
        return value ? "TRUE" : "FALSE";
      case "number":
        if (Number.isNaN(value)) return "NaN";
        if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
        return Number.isSafeInteger(value) && like.suffix === "L" ? `${value}L` : printFinite(value);
      case "string":
        return printQuotedText(value, like.quote);
    }
    const items = Array.isArray(value) ? value : Object.values(value);
    // A vector has one type; anything else has to be a list.
    const isVector =
      like.container === "c" && items.length > 0 && new Set(items.map((item) => typeof item)).size === 1;
    const call = isVector && typeof items[0] !== "object" ? "c" : "list";
    const printed = isJsonObject(value)
      ? Object.entries(value).map(([key, item]) => `${printQuotedText(key)} = ${r.print(item)}`)
      : items.map((item) => r.print(item));
    return `${call}(${printed.join(", ")})`;
  },
};
