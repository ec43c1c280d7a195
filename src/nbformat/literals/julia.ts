/** Julia literals. Source: the Julia manual, "Integers and Floating-Point Numbers", "Strings". */
import { isJsonObject } from "../../util/json.ts";
import type { LiteralSyntax } from "./literal.ts";
import { printFinite } from "./number.ts";
import { printQuotedText } from "./quoted-text.ts";
import { tableSyntax } from "./table-syntax.ts";

export const julia: LiteralSyntax = {
  ...tableSyntax({
    comments: ["#"],
    words: {
      nothing: null,
      missing: null,
      true: true,
      false: false,
      Inf: Number.POSITIVE_INFINITY,
      NaN: Number.NaN,
    },
    numbers: { hasFExponent: true },
    texts: [
      { opening: 'raw"', closing: '"', isMultiline: true, isRaw: true },
      { opening: '"""', closing: '"""', isMultiline: true, interpolation: "$" },
      { opening: '"', closing: '"', isMultiline: true, interpolation: "$" },
    ],
    collections: [
      { opening: "[", closing: "]", holds: "items", container: "list" },
      { opening: "(", closing: ")", holds: "items", container: "tuple" },
      { opening: "Dict(", closing: ")", holds: "entries", container: "dict" },
    ],
    separator: "=>",
    hasBareKeys: false,
  }),

  print(value, like = {}) {
    if (value === null) return "nothing";
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "number":
        if (Number.isNaN(value)) return "NaN";
        if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
        return printFinite(value, like.isFloat);
      case "string":
        return printQuotedText(value, '"', "$");
    }
    if (isJsonObject(value)) {
      const entries = Object.entries(value).map(
        ([key, item]) => `${printQuotedText(key, '"', "$")} => ${julia.print(item)}`,
      );
      return `Dict(${entries.join(", ")})`;
    }
    const items = value.map((item) => julia.print(item));
    if (like.container !== "tuple") return `[${items.join(", ")}]`;
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  },
};
