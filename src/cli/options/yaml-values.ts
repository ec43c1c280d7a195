/**
 * YAML 1.1 as PyYAML reads it, because parameter files are written for papermill: `yes` is true, `010` is eight,
 * `1e-3` is a text (a float needs a dot and a signed exponent), and dates stay texts.
 * Source of the rules: PyYAML's implicit resolvers and https://yaml.org/type/.
 */
import { parseDocument, type ScalarTag, type Tags } from "yaml";
import type { JsonValue } from "../../nbformat/notebook.ts";
import { messageOf } from "../../util/errors.ts";
import { isJsonObject } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";

const FLOAT = "tag:yaml.org,2002:float";
const BOOL = "tag:yaml.org,2002:bool";
const INT = "tag:yaml.org,2002:int";
const TIMESTAMP = "tag:yaml.org,2002:timestamp";

const floatWithExponent: ScalarTag = {
  tag: FLOAT,
  default: true,
  test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*[eE][-+][0-9]+$/,
  resolve: (text) => Number.parseFloat(text.replaceAll("_", "")),
};

/** Unlike YAML 1.1, PyYAML leaves a lone `y` or `n` a text: both are common names of parameters. */
const bool: ScalarTag = {
  tag: BOOL,
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:yes|true|on)$/i.test(text),
};

/** `08` is no octal number and, unlike in YAML 1.1's grammar, no decimal one either: it stays a text. */
const int: ScalarTag = {
  tag: INT,
  default: true,
  test: /^[-+]?(?:0|[1-9][0-9_]*)$/,
  resolve: (text) => Number(text.replaceAll("_", "")),
};

function papermillTags(tags: Tags): Tags {
  const replaced = new Set([BOOL, TIMESTAMP]);
  const kept = tags.filter((tag) => typeof tag === "string" || !(replaced.has(tag.tag) || isReplaced(tag)));
  return [floatWithExponent, bool, int, ...kept];
}

/** Of the numbers, the tags for exponents and for decimals; those for octal, hexadecimal and base 60 stay. */
function isReplaced(tag: Exclude<Tags[number], string>): boolean {
  const format = "format" in tag ? tag.format : undefined;
  return (tag.tag === FLOAT && format === "EXP") || (tag.tag === INT && format === undefined);
}

/**
 * The mapping that a YAML (or JSON) text holds; an empty text is an empty mapping.
 * @param origin how to name the text in an error: `params.yaml`, `-y`.
 */
export function parseYamlParameters(text: string, origin: string): Readonly<Record<string, JsonValue>> {
  const value = parseYaml(text, origin);
  if (value === null || value === false || value === "" || value === 0) return {};
  if (!isJsonObject(value)) {
    throw new CommandError(`${origin} must hold names and values (\`lr: 0.05\`), not ${describe(value)}.`);
  }
  return value;
}

function parseYaml(text: string, origin: string): JsonValue {
  try {
    const document = parseDocument(text, {
      version: "1.1",
      schema: "yaml-1.1",
      merge: true,
      customTags: papermillTags,
      prettyErrors: true,
      logLevel: "error",
    });
    const problem = document.errors[0];
    if (problem !== undefined) throw problem;
    return toJson(document.toJS({ maxAliasCount: 1000 }), origin);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const [line] = messageOf(error).split("\n");
    throw new CommandError(`${origin} is not valid YAML: ${line?.replace(/:$/, "")}`, { cause: error });
  }
}

/** Sets and ordered maps become what JSON has; what it has not is refused by name. */
function toJson(value: unknown, origin: string): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item, origin));
  if (value instanceof Set) return [...value].map((item) => toJson(item, origin));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item, origin)]));
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, origin)]));
  }
  throw new CommandError(
    `${origin} holds a value that a notebook parameter cannot be (binary data or a custom tag).`,
  );
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  return `the single value ${JSON.stringify(value)}`;
}
