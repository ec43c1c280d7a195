/** JavaScript and TypeScript. How a value is given depends on how the notebook declared the name. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { readLiteral } from "../read-literal.ts";
import { lineAssignments, type ParameterLanguage } from "./language.ts";

export const javascript: ParameterLanguage = {
  names: ["javascript", "typescript", "deno", "node", "nodejs", "tslab", "jslab"],
  comment: (text) => `// ${text}`,
  assign: (name, code, declaration) => {
    const keyword = declaredWith(name, declaration ?? "");
    if (keyword === "let" || keyword === "") return `${name} = ${code};`;
    return `${keyword ?? "var"} ${name} = ${code};`;
  },
  value: javascriptValue,
  assignments: lineAssignments(
    /^(?:(?:let|const|var)\s+)?(?<name>[\p{L}_$][\p{L}\p{N}_$]*)\s*(?::\s*(?<type>[^=]+?))?\s*=(?![=>])\s*(?<value>.+?);?$/u,
    "//",
  ),
  literal: (source) => readLiteral("javascript", source),
  typeOf: (annotation) => {
    if (annotation === "number") return "float";
    if (annotation === "boolean") return "bool";
    if (annotation === "string") return "str";
    return /\[\]$|^(?:Readonly)?Array\b/.test(annotation) ? "list" : null;
  },
};

/** `let` names are assigned again, `const` and `var` are declared again (kernels' prompts allow that). */
function declaredWith(name: string, declaration: string): "let" | "const" | "var" | "" | null {
  const escaped = name.replaceAll("$", "\\$");
  const match = new RegExp(`^\\s*(?:(let|const|var)\\s+)?${escaped}\\s*(?::[^=]+)?=(?!=)`, "mu").exec(
    declaration,
  );
  if (match === null) return null;
  const keyword = match[1];
  return keyword === "let" || keyword === "const" || keyword === "var" ? keyword : "";
}

function javascriptValue(value: JsonValue): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(javascriptValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    // In an object literal `"__proto__": …` sets the prototype; computed it is a name like others.
    const entries = Object.entries(value).map(([key, item]) => {
      const name = key === "__proto__" ? `["__proto__"]` : text(key);
      return `${name}: ${javascriptValue(item)}`;
    });
    return `{${entries.join(", ")}}`;
  }
  return typeof value === "string" ? text(value) : String(value);
}

function text(value: string): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
