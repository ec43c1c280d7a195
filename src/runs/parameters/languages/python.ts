/** Python. The injected text is papermill's, but printable non-ASCII text stays readable. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { ParameterType } from "../../parameters.ts";
import { pythonType } from "../python-type.ts";
import { readLiteral } from "../read-literal.ts";
import { hex, numberSource, type ParameterLanguage, quoted } from "./language.ts";
import { pythonAssignments } from "./python-assignments.ts";

const NUMBERS = { nan: "float('nan')", infinity: "float('inf')", minusInfinity: "float('-inf')" };

export const python: ParameterLanguage = {
  names: [
    "python",
    "python2",
    "python3",
    "ipython",
    "ipython3",
    "pysparkkernel",
    "xpython",
    "sage",
    "sagemath",
  ],
  comment: (text) => `# ${text}`,
  assign: (name, code) => `${name} = ${code}`,
  value: pythonValue,
  assignments: pythonAssignments,
  literal: (source) => readLiteral("python", source),
  typeOf: (annotation) => pythonType(annotation).type,
};

function pythonValue(value: JsonValue, type: ParameterType | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberSource(value, type, NUMBERS);
  if (typeof value === "string") return pythonString(value);
  if (Array.isArray(value)) return `[${value.map((item) => pythonValue(item, null)).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${pythonString(key)}: ${pythonValue(item, null)}`,
  );
  return `{${entries.join(", ")}}`;
}

function pythonString(text: string): string {
  return quoted(text, (code) => {
    if (code < 0x100) return `\\x${hex(code, 2)}`;
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
}
