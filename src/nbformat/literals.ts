/**
 * Literals of the languages that notebooks are written in: read and printed, never evaluated.
 *
 * @example
 * ```ts
 * parseLiteral("python", "{'layers': (64, 32), 'lr': 1e-3}"); // { layers: [64, 32], lr: 0.001 }
 * printLiteral("r", [1, 2]); // list(1, 2)
 * ```
 */
import type { JsonObject, JsonValue } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import { bash } from "./literals/bash.ts";
import { javascript } from "./literals/javascript.ts";
import { readJsonLiteral } from "./literals/json.ts";
import { julia } from "./literals/julia.ts";
import {
  type Literal,
  LiteralFault,
  type LiteralForm,
  type LiteralSyntax,
  notALiteral,
  tryRead,
} from "./literals/literal.ts";
import { python } from "./literals/python.ts";
import { r } from "./literals/r.ts";
import { scala } from "./literals/scala.ts";

export type { Literal, LiteralForm, LiteralSyntax } from "./literals/literal.ts";
export { LiteralFault } from "./literals/literal.ts";

export type LiteralLanguage = "python" | "r" | "julia" | "scala" | "bash" | "javascript";

const SYNTAXES: Readonly<Record<LiteralLanguage, LiteralSyntax>> = {
  python,
  r,
  julia,
  scala,
  bash,
  javascript,
};

/** The syntax itself, for readers of whole programs: reads at an offset, throws `LiteralFault`. */
export function literalSyntax(language: LiteralLanguage): LiteralSyntax {
  return SYNTAXES[language];
}

/**
 * The value of a text that is one literal, white space and comments around it allowed. Whole numbers beyond ±2^53
 * are refused rather than rounded.
 * @throws LoopbookError `not-a-literal` with what is wrong and where.
 */
export function parseLiteral(language: LiteralLanguage, text: string): JsonValue {
  return readWhole(text, SYNTAXES[language]).value;
}

/**
 * A value as a person types it on a command line: a Python literal or JSON; what is neither is a text as it stands
 * (`adam`, `2024-01-01`), unless it starts like a list, dictionary or quoted text: then it is a mistake.
 * @throws LoopbookError `not-a-literal`.
 */
export function parseTypedValue(text: string): JsonValue {
  try {
    return readWhole(text, python).value;
  } catch (error) {
    try {
      return readJsonLiteral(text).value;
    } catch {
      if (/^\s*["'[{(]/.test(text)) throw error;
      return text;
    }
  }
}

/**
 * A value as a literal. `like` is how the value that it replaces was written.
 * @throws LoopbookError `not-a-literal` where the language has none (a dictionary in bash).
 */
export function printLiteral(language: LiteralLanguage, value: JsonValue, like?: LiteralForm): string {
  try {
    return SYNTAXES[language].print(value, like);
  } catch (error) {
    throw error instanceof LiteralFault ? notALiteral(JSON.stringify(value), error) : error;
  }
}

/** The language of a notebook's code, from its metadata; undefined when it is none that we know literals of. */
export function literalLanguageOf(metadata: JsonObject): LiteralLanguage | undefined {
  const info = isJsonObject(metadata.language_info) ? metadata.language_info : {};
  const spec = isJsonObject(metadata.kernelspec) ? metadata.kernelspec : {};
  for (const name of [info.name, spec.language, spec.name, spec.display_name]) {
    const language = typeof name === "string" ? languageNamed(name) : undefined;
    if (language !== undefined) return language;
  }
  // A notebook that says nothing is Python to every Jupyter program.
  return info.name === undefined && spec.name === undefined && spec.language === undefined
    ? "python"
    : undefined;
}

function languageNamed(name: string): LiteralLanguage | undefined {
  const lower = name.toLowerCase();
  if (/^(i?python|pyspark|sage|xpython)/.test(lower)) return "python";
  if (/^(r|ir|irkernel|sparkr|xr)$/.test(lower)) return "r";
  if (lower.startsWith("julia")) return "julia";
  if (/^(scala|spylon|almond|toree|apache_toree)/.test(lower)) return "scala";
  if (/^(bash|sh|shell|zsh)$/.test(lower)) return "bash";
  if (/^(javascript|typescript|js|ts|deno|node|ijavascript|tslab|jslab)/.test(lower)) return "javascript";
  return undefined;
}

function readWhole(text: string, syntax: LiteralSyntax): Literal {
  const literal = tryRead(syntax, text, syntax.skipSpace(text, 0));
  if (literal instanceof LiteralFault) throw notALiteral(text, literal);
  const end = syntax.skipSpace(text, literal.end);
  if (end < text.length)
    throw notALiteral(text, new LiteralFault("something follows the value; only a plain value is read", end));
  return literal;
}
