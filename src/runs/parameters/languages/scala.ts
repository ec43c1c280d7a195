/** Scala. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { readLiteral } from "../read-literal.ts";
import { lineAssignments, numberSource, type ParameterLanguage, quoted, utf16Escape } from "./language.ts";

const NUMBERS = {
  nan: "Double.NaN",
  infinity: "Double.PositiveInfinity",
  minusInfinity: "Double.NegativeInfinity",
};

export const scala: ParameterLanguage = {
  names: ["scala", "sparkkernel"],
  comment: (text) => `// ${text}`,
  assign: (name, code) => `val ${name} = ${code}`,
  value: scalaValue,
  assignments: lineAssignments(
    /^(?:lazy\s+)?va[lr]\s+(?<name>[\p{L}_][\p{L}\p{N}_]*)\s*(?::\s*(?<type>[\w.[\], ]+?))?\s*=\s*(?<value>.+?);?$/u,
    "//",
  ),
  literal: (source) => readLiteral("scala", source),
  typeOf: (annotation) => {
    if (/^(?:Int|Long|Short|Byte|BigInt)$/.test(annotation)) return "int";
    if (/^(?:Double|Float|BigDecimal)$/.test(annotation)) return "float";
    if (annotation === "Boolean") return "bool";
    if (annotation === "String") return "str";
    if (/^(?:Seq|List|Vector|Array)\b/.test(annotation)) return "list";
    return /^Map\b/.test(annotation) ? "dict" : null;
  },
};

function scalaValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") {
    const text = numberSource(value, type, NUMBERS);
    const isLong = /^-?\d+$/.test(text) && Math.abs(value + 0.5) > 2147483648;
    return isLong ? `${text}L` : text;
  }
  if (typeof value === "string") return quoted(value, utf16Escape);
  if (Array.isArray(value)) return `Seq(${value.map((item) => scalaValue(item, null)).join(", ")})`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${quoted(key, utf16Escape)} -> ${scalaValue(item, null)}`,
  );
  return `Map(${entries.join(", ")})`;
}
