/** What a Python annotation says: its plain type, and the choices of a `Literal`. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { ParameterType } from "../parameters.ts";
import { readLiteral } from "./read-literal.ts";

export interface AnnotatedType {
  readonly type: ParameterType | null;
  readonly choices: readonly JsonValue[] | null;
}

const NAMES: ReadonlyMap<string, ParameterType> = new Map([
  ["int", "int"],
  ["float", "float"],
  ["bool", "bool"],
  ["str", "str"],
  ["list", "list"],
  ["sequence", "list"],
  ["tuple", "list"],
  ["iterable", "list"],
  ["dict", "dict"],
  ["mapping", "dict"],
  ["none", "none"],
]);

export function pythonType(annotation: string): AnnotatedType {
  const text = annotation
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
  const parts = splitTop(text, "|").filter((part) => part !== "None");
  if (parts.length > 1) return union(parts.map(pythonType));
  const [single = text] = parts;
  const generic = /^(?:[\w.]+\.)?(\w+)\s*(?:\[(.*)\])?$/s.exec(single);
  if (generic === null) return { type: null, choices: null };
  const name = generic[1]?.toLowerCase() ?? "";
  const inside = generic[2];
  if (name === "literal" && inside !== undefined) return literal(inside);
  if (name === "optional" && inside !== undefined) return pythonType(inside);
  if (name === "union" && inside !== undefined) {
    return pythonType(splitTop(inside, ",").join(" | "));
  }
  if ((name === "annotated" || name === "final" || name === "classvar") && inside !== undefined) {
    return pythonType(splitTop(inside, ",")[0] ?? "");
  }
  return { type: NAMES.get(name) ?? null, choices: null };
}

function union(types: readonly AnnotatedType[]): AnnotatedType {
  const kinds = new Set(types.map(({ type }) => type));
  if (kinds.size === 1) return { type: types[0]?.type ?? null, choices: null };
  const numeric = [...kinds].every((kind) => kind === "int" || kind === "float");
  return { type: numeric ? "float" : "unknown", choices: null };
}

function literal(inside: string): AnnotatedType {
  const choices = splitTop(inside, ",").map((choice) => readLiteral("python", choice));
  if (choices.some((choice) => choice === undefined)) return { type: "unknown", choices: null };
  const values = choices.filter((choice) => choice !== undefined);
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const [kind] = kinds;
  const whole = values.every((value) => value === null || Number.isInteger(value));
  const types: Readonly<Record<string, ParameterType>> = {
    string: "str",
    number: whole ? "int" : "float",
    boolean: "bool",
  };
  const type = kinds.size === 1 && kind !== undefined ? (types[kind] ?? "unknown") : "unknown";
  return { type, choices: values };
}

/** Parts between separators that stand outside brackets and quotes. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  let quote: string | null = null;
  for (const char of text) {
    if (quote !== null) {
      if (char === quote) quote = null;
    } else if (char === '"' || char === "'") quote = char;
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    if (char === separator && depth === 0 && quote === null) {
      parts.push(part.trim());
      part = "";
    } else part += char;
  }
  parts.push(part.trim());
  return parts.filter((item) => item !== "");
}
