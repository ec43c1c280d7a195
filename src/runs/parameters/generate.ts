/** The code that gives parameters their values, in the language of the kernel. */
import { LoopbookError } from "../../util/errors.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import { findLanguage } from "./languages/all.ts";
import type { ParameterLanguage } from "./languages/language.ts";

export interface GenerateOptions {
  readonly kernelName: string | null;
  readonly language: string | null;
  readonly specs: readonly ParameterSpec[];
  /** Source of the cells that declare parameters, for languages in which the way of declaring matters. */
  readonly declarations?: string;
}

/**
 * papermill's text: a comment, then an assignment a line, each line ended.
 * @param comment the first line's text; null for none.
 * @throws LoopbookError `no-parameter-language`, `bad-parameter`.
 */
export function assignmentCode(
  values: ParameterValues,
  options: GenerateOptions,
  comment: string | null = "Parameters",
): string {
  const language = languageOf(options);
  const types = new Map(options.specs.map((spec) => [spec.name, spec.type]));
  const lines = comment === null ? [] : [language.comment(comment)];
  for (const [name, value] of Object.entries(values)) {
    checkName(name);
    const code = language.value(value, types.get(name) ?? null);
    lines.push(language.assign(name, code, options.declarations ?? null));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function languageOf({ kernelName, language }: GenerateOptions): ParameterLanguage {
  const found = findLanguage(kernelName, language);
  if (found !== null) return found;
  throw new LoopbookError(
    "no-parameter-language",
    `Parameters cannot be passed to ${language ?? kernelName ?? "this notebook's language"} yet. If its code looks like another language's, name that one with --language.`,
    { exitCode: 2 },
  );
}

/** A name goes into code as it is, so it must be a name and nothing more. */
function checkName(name: string): void {
  if (/^[\p{L}_$.][\p{L}\p{N}_$.]*$/u.test(name)) return;
  throw new LoopbookError(
    "bad-parameter",
    `${JSON.stringify(name)} is not a name that a program can assign to.`,
    {
      exitCode: 2,
    },
  );
}
