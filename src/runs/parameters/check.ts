/**
 * Values against what the notebook declares: an unknown name is refused with the nearest one, a value takes the
 * declared type of its parameter (`007` for a text stays text) or is refused with what was expected.
 */
import type { JsonValue } from "../../nbformat/notebook.ts";
import { isJsonObject, jsonEqual } from "../../util/json.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import { nearestName } from "./nearest-name.ts";
import { readTyped } from "./read-literal.ts";

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

export type CheckedValues =
  | { readonly ok: true; readonly values: ParameterValues }
  | { readonly ok: false; readonly code: "no-such-parameter" | "bad-value"; readonly message: string };

/** Names that papermill passes by itself when it is asked to; no notebook needs to declare them. */
const PASSED_PATHS: ReadonlySet<string> = new Set(["PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"]);

/** All or none of the values, each in its declared type. */
export function checkChange(
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  allowUnknown: boolean,
): CheckedValues {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const checked: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(values)) {
    const spec = byName.get(name);
    if (spec === undefined) {
      if (!allowUnknown && !PASSED_PATHS.has(name))
        return { ok: false, code: "no-such-parameter", message: unknownName(name, specs) };
      checked.push([name, value]);
      continue;
    }
    const fitted = fitValue(value, spec);
    if (!fitted.ok) return { ok: false, code: "bad-value", message: fitted.message };
    checked.push([name, fitted.value]);
  }
  return { ok: true, values: Object.fromEntries(checked) };
}

function unknownName(name: string, specs: readonly ParameterSpec[]): string {
  const names = specs.map((spec) => spec.name);
  if (names.length === 0) {
    return `The notebook declares no parameters (no cell is tagged "parameters"), so ${name} is unknown. Tag the cell that assigns it, or allow unknown parameters (--allow-unknown).`;
  }
  const nearest = nearestName(name, names);
  const hint = nearest === null ? `It has: ${names.join(", ")}.` : `Did you mean ${nearest}?`;
  return `The notebook has no parameter ${name}. ${hint} (--allow-unknown passes it anyway.)`;
}

/** A typed value (from YAML, a form, a program) in the parameter's type. */
export function fitValue(value: JsonValue, spec: ParameterSpec): Checked<JsonValue> {
  const fitted = fitType(value, spec);
  return fitted.ok ? checkLimits(fitted.value, spec) : fitted;
}

/** A text from a command line or a plain field, in the parameter's type. */
export function fitText(text: string, spec: ParameterSpec): Checked<JsonValue> {
  if (allowsNone(spec) && text === "None") return { ok: true, value: null };
  const read = readText(text, spec);
  if (read === undefined) return { ok: false, message: expected(spec, JSON.stringify(text)) };
  return checkLimits(read, spec);
}

function readText(text: string, spec: ParameterSpec): JsonValue | undefined {
  switch (spec.type) {
    case "str":
      return text;
    case "int": {
      const number = readTyped(text.trim());
      if (typeof number !== "number") return undefined;
      return Number.isInteger(number) && !/[.eE]/.test(text.replace(/^\s*0[xX]/, ""))
        ? number
        : widened(number, spec);
    }
    case "float":
      return readFloat(text.trim());
    case "bool":
      return readBool(text.trim());
    case "list":
    case "dict": {
      const literal = readTyped(text);
      return fitsType(literal, spec.type) ? literal : undefined;
    }
    case "none":
    case "unknown":
      return untypedText(text);
  }
}

/** What papermill makes of a `-p` text: True, False, None, an int, a float, else the text. */
export function untypedText(text: string): JsonValue {
  if (text === "True") return true;
  if (text === "False") return false;
  if (text === "None") return null;
  const trimmed = text.trim();
  if (/^[-+]?\d+(?:_\d+)*$/.test(trimmed)) {
    const whole = Number(trimmed.replaceAll("_", ""));
    // Past 2^53 a JSON number would silently become another number.
    return Number.isSafeInteger(whole) ? whole : text;
  }
  return readFloat(trimmed) ?? text;
}

function readFloat(text: string): number | undefined {
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    const size = special[2]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return special[1] === "-" ? -size : size;
  }
  const decimal = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/;
  return decimal.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

function readBool(text: string): boolean | undefined {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  if (/^(?:false|no|off|0)$/i.test(text)) return false;
  return undefined;
}

function fitType(value: JsonValue, spec: ParameterSpec): Checked<JsonValue> {
  if (value === null && allowsNone(spec)) return { ok: true, value };
  if (fitsType(value, spec.type)) return { ok: true, value };
  if (spec.type === "int" && typeof value === "number") {
    const wide = widened(value, spec);
    if (wide !== undefined) return { ok: true, value: wide };
  }
  if (spec.type === "str" && (typeof value === "number" || typeof value === "boolean")) {
    return { ok: true, value: typeof value === "boolean" ? (value ? "True" : "False") : String(value) };
  }
  return { ok: false, message: expected(spec, JSON.stringify(value)) };
}

/** `lr = 1` without an annotation does not say that 0.5 is wrong; `lr: int = 1` does. */
function widened(value: number, spec: ParameterSpec): number | undefined {
  return spec.declaredType === null ? value : undefined;
}

function fitsType(value: JsonValue | undefined, type: ParameterSpec["type"]): value is JsonValue {
  switch (type) {
    case "int":
      return typeof value === "number" && Number.isInteger(value);
    case "float":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "str":
      return typeof value === "string";
    case "list":
      return Array.isArray(value);
    case "dict":
      return isJsonObject(value);
    case "none":
    case "unknown":
      return value !== undefined;
  }
}

/** `Optional[int]`, `int | None`, `str = None`. */
function allowsNone(spec: ParameterSpec): boolean {
  return spec.defaultValue === null || /\bNone\b|\bOptional\b|\bAny\b/.test(spec.declaredType ?? "");
}

function checkLimits(value: JsonValue, spec: ParameterSpec): Checked<JsonValue> {
  if (spec.choices !== null && value !== null && !spec.choices.some((choice) => jsonEqual(choice, value))) {
    const choices = spec.choices.map((choice) => JSON.stringify(choice)).join(", ");
    const near = typeof value === "string" ? nearestName(value, spec.choices.map(String)) : null;
    const hint = near === null ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    return { ok: false, message: `${spec.name} is one of ${choices}, not ${JSON.stringify(value)}.${hint}` };
  }
  if (spec.range !== null && typeof value === "number") {
    const { min, max } = spec.range;
    if ((min !== null && value < min) || (max !== null && value > max)) {
      return {
        ok: false,
        message: `${spec.name} lies between ${min ?? "−∞"} and ${max ?? "∞"}, not at ${value}.`,
      };
    }
  }
  return { ok: true, value };
}

const EXPECTED: Readonly<Record<ParameterSpec["type"], string>> = {
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  str: "a text",
  list: "a list such as [64, 32]",
  dict: 'a mapping such as {"a": 1}',
  none: "a value",
  unknown: "a value",
};

function expected(spec: ParameterSpec, got: string): string {
  return `${spec.name} takes ${EXPECTED[spec.type]}, not ${got}.`;
}
