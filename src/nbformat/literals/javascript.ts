/** JavaScript literals. Source: ECMA-262, "Literals". `undefined` is read as null. */
import { isJsonObject } from "../../util/json.ts";
import type { LiteralSyntax } from "./literal.ts";
import { printFinite } from "./number.ts";
import { printQuotedText } from "./quoted-text.ts";
import { tableSyntax } from "./table-syntax.ts";

const table = tableSyntax({
  comments: ["//"],
  words: {
    null: null,
    undefined: null,
    true: true,
    false: false,
    Infinity: Number.POSITIVE_INFINITY,
    NaN: Number.NaN,
  },
  numbers: { suffixes: "n", refusesLeadingZeros: true },
  texts: [
    { opening: "`", closing: "`", isMultiline: true, interpolation: "${" },
    { opening: '"', closing: '"', isMultiline: false },
    { opening: "'", closing: "'", isMultiline: false },
  ],
  collections: [
    { opening: "[", closing: "]", holds: "items", container: "list" },
    { opening: "{", closing: "}", holds: "entries", container: "dict" },
  ],
  separator: ":",
  hasBareKeys: true,
  hasComputedKeys: true,
});

export const javascript: LiteralSyntax = {
  ...table,

  print(value, like = {}) {
    if (value === null) return "null";
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "number":
        return Number.isSafeInteger(value) && like.suffix === "n" ? `${value}n` : printFinite(value);
      case "string":
        return printQuotedText(value, like.quote);
    }
    if (!isJsonObject(value)) return `[${value.map((item) => javascript.print(item)).join(", ")}]`;
    const entries = Object.entries(value).map(([key, item]) => {
      // Only in brackets does this name mean a property and not the prototype.
      const name = key === "__proto__" ? '["__proto__"]' : printQuotedText(key);
      return `${name}: ${javascript.print(item)}`;
    });
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  },
};
