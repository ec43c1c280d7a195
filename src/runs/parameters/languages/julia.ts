/** Julia. A dollar sign is escaped, because Julia would put a variable there. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { readLiteral } from "../read-literal.ts";
import { hex, lineAssignments, numberSource, type ParameterLanguage, quoted } from "./language.ts";

const NUMBERS = { nan: "NaN", infinity: "Inf", minusInfinity: "-Inf" };

export const julia: ParameterLanguage = {
  names: ["julia"],
  comment: (text) => `# ${text}`,
  assign: (name, code) => `${name} = ${code}`,
  value: juliaValue,
  assignments: lineAssignments(
    /^(?:const\s+)?(?<name>[\p{L}_][\p{L}\p{N}_!]*)\s*(?:::\s*(?<type>[\w.{}, ]+?))?\s*=(?!=)\s*(?<value>.+?);?$/u,
    "#",
  ),
  literal: (source) => readLiteral("julia", source),
  typeOf: (annotation) => {
    if (/^U?Int\d*$|^Integer$/.test(annotation)) return "int";
    if (/^Float\d*$|^Real$|^AbstractFloat$|^Number$/.test(annotation)) return "float";
    if (annotation === "Bool") return "bool";
    if (/String$/.test(annotation)) return "str";
    if (/^(?:Abstract)?(?:Vector|Array)\b/.test(annotation)) return "list";
    return /Dict\b/.test(annotation) ? "dict" : null;
  },
};

function juliaValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "nothing";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return numberSource(value, type, NUMBERS);
  if (typeof value === "string") return juliaString(value);
  if (Array.isArray(value)) return `[${value.map((item) => juliaValue(item, null)).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${juliaString(key)} => ${juliaValue(item, null)}`,
  );
  return `Dict(${entries.join(", ")})`;
}

function juliaString(text: string): string {
  return quoted(text, (code) => (code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`), "$");
}
