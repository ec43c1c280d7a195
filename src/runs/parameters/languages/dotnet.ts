/** C#, F# and PowerShell of .NET Interactive, under the kernel names that papermill knows. */
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
  utf16Escape,
} from "./language.ts";

const CSHARP = {
  nan: "double.NaN",
  infinity: "double.PositiveInfinity",
  minusInfinity: "double.NegativeInfinity",
};
const FSHARP = { nan: "nan", infinity: "infinity", minusInfinity: "-infinity" };
const POWERSHELL = {
  nan: "[double]::NaN",
  infinity: "[double]::PositiveInfinity",
  minusInfinity: "[double]::NegativeInfinity",
};

const plainLiteral = (source: string): JsonValue | undefined =>
  /^[([{']/.test(source)
    ? undefined
    : readLiteral("python", /^-?\d[\d.]*[LlFfDdmM]$/.test(source) ? source.slice(0, -1) : source);

/** Integers past 32 bits need a sign of their length. */
function withLong(text: string, value: number): string {
  return /^-?\d+$/.test(text) && Math.abs(value + 0.5) > 2147483648 ? `${text}L` : text;
}

export const csharp: ParameterLanguage = {
  names: [".net-csharp", "c#", "csharp"],
  comment: (text) => `// ${text}`,
  assign: (name, code) => `var ${name} = ${code};`,
  value: csharpValue,
  assignments: lineAssignments(
    /^(?:const\s+)?(?:var|(?<type>[\w<>[\], ]+?))\s+(?<name>[\p{L}_]\w*)\s*=(?!=)\s*(?<value>.+?);?$/u,
    "//",
  ),
  literal: plainLiteral,
};

function csharpValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "(object)null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return withLong(numberSource(value, type, CSHARP), value);
  if (typeof value === "string") return quoted(value, utf16Escape);
  if (Array.isArray(value)) {
    const kinds = new Set(value.map((item) => (item === null ? "null" : typeof item)));
    const plain = kinds.size === 1 && !kinds.has("null") && !kinds.has("object");
    return `new ${plain ? "" : "object"}[] { ${value.map((item) => csharpValue(item, null)).join(", ")} }`;
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `{ ${quoted(key, utf16Escape)} , ${csharpValue(item, null)} }`,
  );
  return `new Dictionary<string,Object>{ ${entries.join(", ")} }`;
}

export const fsharp: ParameterLanguage = {
  names: [".net-fsharp", "f#", "fsharp"],
  comment: (text) => `(* ${text.replaceAll("*)", "* )")} *)`,
  assign: (name, code) => `let ${name} = ${code}`,
  value: fsharpValue,
  assignments: lineAssignments(
    /^let\s+(?:mutable\s+)?(?<name>[\p{L}_][\p{L}\p{N}_']*)\s*(?::\s*(?<type>[\w<> ]+?))?\s*=\s*(?<value>.+)$/u,
    "//",
  ),
  literal: plainLiteral,
};

function fsharpValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return withLong(numberSource(value, type, FSHARP), value);
  if (typeof value === "string") return quoted(value, utf16Escape);
  if (Array.isArray(value)) return `[ ${value.map((item) => fsharpValue(item, null)).join("; ")} ]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `(${quoted(key, utf16Escape)}, ${fsharpValue(item, null)} :> IComparable)`,
  );
  return `[ ${entries.join("; ")} ] |> Map.ofList`;
}

export const powershell: ParameterLanguage = {
  names: [".net-powershell", "powershell", "pwsh"],
  comment: (text) => `# ${text}`,
  assign: (name, code) => `$${name} = ${code}`,
  value: powershellValue,
  assignments: lineAssignments(
    /^(?:\[(?<type>[\w[\]]+)\])?\s*\$(?<name>[\p{L}_]\w*)\s*=\s*(?<value>.+?);?$/u,
    "#",
  ),
  literal: (source) => {
    if (/^\$null$/i.test(source)) return null;
    if (/^\$true$/i.test(source)) return true;
    if (/^\$false$/i.test(source)) return false;
    const single = /^'((?:[^']|'')*)'$/.exec(source)?.[1];
    if (single !== undefined) return single.replaceAll("''", "'");
    const double = /^"([^"`$]*)"$/.exec(source)?.[1];
    return double ?? (/^["@([{]/.test(source) ? undefined : readLiteral("python", source));
  },
};

function powershellValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "$Null";
  if (typeof value === "boolean") return value ? "$True" : "$False";
  if (typeof value === "number") return numberSource(value, type, POWERSHELL);
  if (typeof value === "string") return powershellString(value);
  if (Array.isArray(value)) return `@(${value.map((item) => powershellValue(item, null)).join(", ")})`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${powershellString(key)} = ${powershellValue(item, null)}`,
  );
  return `@{${entries.join("\n ")}}`;
}

/** PowerShell's escape sign is the grave accent, and a dollar would put a variable there. */
function powershellString(text: string): string {
  let body = "";
  for (const char of text) {
    if (char === "\n") body += "`n";
    else if (char === "\r") body += "`r";
    else if (char === "\t") body += "`t";
    else if ('`"$“”„'.includes(char)) body += `\`${char}`;
    else if (/[\p{C}\p{Zl}\p{Zp}]/u.test(char)) {
      const code = char.codePointAt(0) ?? 0;
      if (code >= 0xd800 && code <= 0xdfff)
        throw notExpressible("A text with half a surrogate pair", "PowerShell");
      body += `\`u{${hex(code, 4)}}`;
    } else body += char;
  }
  return `"${body}"`;
}
