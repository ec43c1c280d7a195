/** MATLAB and Octave. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { readLiteral } from "../read-literal.ts";
import { hex, lineAssignments, numberSource, type ParameterLanguage } from "./language.ts";

const NUMBERS = { nan: "NaN", infinity: "Inf", minusInfinity: "-Inf" };

export const matlab: ParameterLanguage = {
  names: ["matlab", "octave"],
  comment: (text) => `% ${text}`,
  assign: (name, code) => `${name} = ${code};`,
  value: matlabValue,
  assignments: lineAssignments(/^(?<name>[A-Za-z]\w*)\s*=(?!=)\s*(?<value>.+?);?$/, "%"),
  literal: (source) => {
    const single = /^'((?:[^']|'')*)'$/.exec(source)?.[1];
    if (single !== undefined) return single.replaceAll("''", "'");
    const double = /^"((?:[^"]|"")*)"$/.exec(source)?.[1];
    if (double !== undefined) return double.replaceAll('""', '"');
    return /^[({["']/.test(source) ? undefined : readLiteral("python", source);
  },
};

function matlabValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "NaN";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return numberSource(value, type, NUMBERS);
  if (typeof value === "string") return matlabString(value, '"');
  if (Array.isArray(value)) return `{${value.map((item) => matlabValue(item, null)).join(", ")}}`;
  const keys = Object.keys(value).map((key) => matlabString(key, "'"));
  const items = Object.values(value).map((item) => matlabValue(item, null));
  return `containers.Map({${keys.join(", ")}}, {${items.join(", ")}})`;
}

/** MATLAB knows no escapes inside quotes; what needs one goes through `sprintf`, which does. */
function matlabString(text: string, quote: '"' | "'"): string {
  const doubled = (part: string): string => part.replaceAll(quote, quote + quote);
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return quote + doubled(text) + quote;
  let body = "";
  for (const char of text) {
    if (char === "\n") body += "\\n";
    else if (char === "\r") body += "\\r";
    else if (char === "\t") body += "\\t";
    else if (char === "\\" || char === "%") body += char + char;
    else if (/[\p{C}\p{Zl}\p{Zp}]/u.test(char)) {
      for (let at = 0; at < char.length; at++) body += `\\x${hex(char.charCodeAt(at), 4)}`;
    } else body += doubled(char);
  }
  return `sprintf(${quote}${body}${quote})`;
}
