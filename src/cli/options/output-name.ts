/**
 * Parameters in output names: `out_{lr}.ipynb`, `{pm[run_uuid]}`, `{lr:.3f}`. The part of Python's format language
 * that names need (papermill formats paths with it). Source: https://docs.python.org/3/library/string.html#formatspec
 */
import type { JsonValue } from "../../util/json.ts";
import { isJsonObject } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";
import { formatPythonValue, pythonRepr, pythonText } from "./python-text.ts";

/** What a name may hold beside parameters: papermill's `pm[…]`. */
export interface BuiltInValues {
  readonly run_uuid: string;
  readonly current_datetime_local: Date;
  readonly current_datetime_utc: Date;
}

export type NameValue = JsonValue | Date;

const FIELD = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** @throws CommandError when a name is unknown or the template is broken. */
export function formatOutputName(
  template: string,
  values: Readonly<Record<string, JsonValue>>,
  builtIn: BuiltInValues,
): string {
  return template.replaceAll(FIELD, (match: string, field: string | undefined) => {
    if (match === "{{") return "{";
    if (match === "}}") return "}";
    if (field === undefined) {
      throw new CommandError(
        `The name ${template} has a single ${match}. Write ${match}${match} for the character itself.`,
      );
    }
    return formatField(field, template, values, builtIn);
  });
}

function formatField(
  field: string,
  template: string,
  values: Readonly<Record<string, JsonValue>>,
  builtIn: BuiltInValues,
): string {
  const parts = /^([^!:.[]+)((?:\[[^\]]*\]|\.[^!:.[]+)*)(?:!([rsa]))?(?::(.*))?$/.exec(field);
  if (parts === null)
    throw new CommandError(`{${field}} in ${template} cannot be read. Write {name} or {name:format}.`);
  const [, name = "", path = "", conversion, spec = ""] = parts;
  const value = lookUp(name, path, values, builtIn);
  if (value === undefined) {
    const known = ["pm", ...Object.keys(values)].join(", ");
    throw new CommandError(
      `Missing parameter '${name}${path}' for the name ${template}. Given are: ${known}.`,
    );
  }
  if (conversion === "r" || conversion === "a") return formatPythonValue(pythonRepr(value), spec);
  if (conversion === "s") return formatPythonValue(pythonText(value), spec);
  return formatPythonValue(value, spec);
}

function lookUp(
  name: string,
  path: string,
  values: Readonly<Record<string, JsonValue>>,
  builtIn: BuiltInValues,
): NameValue | undefined {
  const keys = [...path.matchAll(/\[([^\]]*)\]|\.([^.[]+)/g)].map((match) => match[1] ?? match[2] ?? "");
  if (name === "pm" && !Object.hasOwn(values, "pm")) {
    const [key = ""] = keys;
    return keys.length === 1 && Object.hasOwn(builtIn, key) ? builtIn[key as keyof BuiltInValues] : undefined;
  }
  let value: JsonValue | undefined = Object.hasOwn(values, name) ? values[name] : undefined;
  for (const key of keys) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isJsonObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}
