/** Bash: everything is a text; a list is an array, a mapping an associative array. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { readLiteral } from "../read-literal.ts";
import { lineAssignments, notExpressible, type ParameterLanguage } from "./language.ts";

export const bash: ParameterLanguage = {
  names: ["bash", "sh", "zsh"],
  comment: (text) => `# ${text}`,
  assign: (name, code) => (code.startsWith("([") ? `declare -A ${name}=${code}` : `${name}=${code}`),
  value: (value) => bashValue(value, "top"),
  assignments: lineAssignments(
    /^(?:export\s+|declare\s+|local\s+)?(?<name>[A-Za-z_]\w*)=(?<value>.*?);?$/,
    "#",
  ),
  literal: (source) => readLiteral("bash", source),
};

function bashValue(value: JsonValue, place: "top" | "inside"): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return bashNumber(value, null);
  if (typeof value === "string") return shellQuote(value);
  if (place === "inside") throw notExpressible("A list or mapping inside another one", "Bash");
  if (Array.isArray(value)) return `(${value.map((item) => bashValue(item, "inside") || "''").join(" ")})`;
  const entries = Object.entries(value).map(([key, item]) => {
    if (key === "") throw notExpressible("A mapping with an empty name", "Bash");
    return `[${shellQuote(key)}]=${bashValue(item, "inside")}`;
  });
  if (entries.length === 0) return "()";
  return `(${entries.join(" ")})`;
}

function bashNumber(value: number, _type: ParameterType | null): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}

/** As Python's `shlex.quote`. */
function shellQuote(text: string): string {
  if (text.includes("\0")) throw notExpressible("A text with a NUL character", "Bash");
  if (text === "") return "''";
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
