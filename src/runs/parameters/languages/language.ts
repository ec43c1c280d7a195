/** What a language of kernels must tell so that parameters can be read from its cells and written into them. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { LoopbookError } from "../../../util/errors.ts";
import type { ParameterType } from "../../parameters.ts";

/** One assignment as its cell has it. */
export interface Assignment {
  readonly name: string;
  /** Annotation or type comment as written. */
  readonly declaredType: string | null;
  /** The right-hand side as written. */
  readonly valueSource: string;
  /** The comment behind it, without its sign. */
  readonly comment: string | null;
}

export interface ParameterLanguage {
  /** Language and kernel names, lower case. */
  readonly names: readonly string[];
  comment(text: string): string;
  /** One statement. `declaration` is the source of the cell that declares the name, where there is one. */
  assign(name: string, code: string, declaration: string | null): string;
  /** The value as source. `type` is the declared type, so that 1 of a float stays a float. */
  value(value: JsonValue, type: ParameterType | null): string;
  /** The assignments of a cell, in order. */
  assignments(source: string): readonly Assignment[];
  /** The value of a right-hand side that is a literal. */
  literal(source: string): JsonValue | undefined;
  /** The type that an annotation names; null when it says nothing to us. */
  typeOf?(annotation: string): ParameterType | null;
}

/** The value cannot be written in this language; better said than written wrongly. */
export function notExpressible(what: string, language: string): LoopbookError {
  return new LoopbookError(
    "bad-parameter",
    `${what} cannot be written in ${language}. Pass it in another form.`,
    {
      exitCode: 2,
    },
  );
}

export interface NumberWords {
  readonly nan: string;
  readonly infinity: string;
  readonly minusInfinity: string;
}

/** A number as nearly every language writes it. */
export function numberSource(value: number, type: ParameterType | null, words: NumberWords): string {
  if (Number.isNaN(value)) return words.nan;
  if (value === Number.POSITIVE_INFINITY) return words.infinity;
  if (value === Number.NEGATIVE_INFINITY) return words.minusInfinity;
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return type === "float" && !/[.e]/.test(text) ? `${text}.0` : text;
}

/** Characters that would be lost, invisible or misleading as they are: controls, line separators, lone surrogates. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A text in double quotes with backslash escapes.
 * @param escapeCode how the language writes a code point (or a lone surrogate) that must not stand as it is.
 * @param more further characters that get a backslash (`$`).
 */
export function quoted(text: string, escapeCode: (code: number) => string, more = ""): string {
  let body = "";
  for (const char of text) {
    if (char === "\n") body += "\\n";
    else if (char === "\r") body += "\\r";
    else if (char === "\t") body += "\\t";
    else if (char === "\\" || char === '"' || (more !== "" && more.includes(char))) body += `\\${char}`;
    else if (UNSAFE.test(char)) body += escapeCode(char.codePointAt(0) ?? 0);
    else body += char;
  }
  return `"${body}"`;
}

export function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** `\uHHHH` in UTF-16 units, as Java and its relatives want it. */
export function utf16Escape(code: number): string {
  const char = String.fromCodePoint(code);
  return [...Array(char.length).keys()].map((index) => `\\u${hex(char.charCodeAt(index), 4)}`).join("");
}

/** Assignments of languages in which one line is one: the pattern has groups `name`, `value` and maybe `type`. */
export function lineAssignments(
  pattern: RegExp,
  commentSign: string,
): (source: string) => readonly Assignment[] {
  return (source) => {
    const found: Assignment[] = [];
    for (const line of source.split("\n")) {
      const { code, comment } = splitComment(line, commentSign);
      const groups = pattern.exec(code.trim())?.groups;
      const name = groups?.name;
      const valueSource = groups?.value?.trim();
      if (name === undefined || valueSource === undefined) continue;
      found.push({ name, declaredType: groups?.type?.trim() ?? null, valueSource, comment });
    }
    return found;
  };
}

/** A line without its trailing comment; a sign inside quotes is none. */
function splitComment(line: string, sign: string): { code: string; comment: string | null } {
  let quote: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (quote !== null) {
      if (char === "\\" && quote !== "'") at++;
      else if (char === quote) quote = null;
    } else if (char === '"' || char === "'" || char === "`") {
      quote = char;
    } else if (line.startsWith(sign, at)) {
      const comment = line.slice(at + sign.length).trim();
      return { code: line.slice(0, at), comment: comment === "" ? null : comment };
    }
  }
  return { code: line, comment: null };
}
