/** R. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { readLiteral } from "../read-literal.ts";
import {
  hex,
  lineAssignments,
  notExpressible,
  numberSource,
  type ParameterLanguage,
  quoted,
} from "./language.ts";

const NUMBERS = { nan: "NaN", infinity: "Inf", minusInfinity: "-Inf" };

export const r: ParameterLanguage = {
  names: ["r", "ir", "sparkrkernel"],
  comment: (text) => `# ${text}`,
  // A leading underscore is no name in R; papermill drops it, and so notebooks expect it.
  assign: (name, code) => `${name.replace(/^_+/, "")} = ${code}`,
  value: rValue,
  assignments: lineAssignments(
    /^(?<name>[\p{L}.][\p{L}\p{N}._]*)\s*(?:<-|<<-|=(?!=))\s*(?<value>.+?);?$/u,
    "#",
  ),
  literal: (source) => readLiteral("r", source),
};

function rValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return numberSource(value, type, NUMBERS);
  if (typeof value === "string") return rString(value);
  if (Array.isArray(value)) return `list(${value.map((item) => rValue(item, null)).join(", ")})`;
  const keys = Object.keys(value);
  const items = Object.values(value).map((item) => rValue(item, null));
  // `list("" = 1)` is an error; names set afterwards may be empty.
  if (keys.includes("")) return `setNames(list(${items.join(", ")}), c(${keys.map(rString).join(", ")}))`;
  return `list(${keys.map((key, index) => `${rString(key)} = ${items[index]}`).join(", ")})`;
}

function rString(text: string): string {
  return quoted(text, (code) => {
    if (code === 0) throw notExpressible("A text with a NUL character", "R");
    if (code >= 0xd800 && code <= 0xdfff) throw notExpressible("A text with half a surrogate pair", "R");
    if (code < 0x80) return `\\x${hex(code, 2)}`;
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
}
