/** Declared parameters as source of a parameters' cell, in the form that `parameters/infer.ts` reads back. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import { messageOf } from "../../util/errors.ts";
import { findLanguage } from "../parameters/languages/all.ts";
import type { ParameterLanguage } from "../parameters/languages/language.ts";
import { typeOf } from "./specs.ts";

export interface CellLanguage {
  readonly kernelName: string | null;
  readonly language: string | null;
}

/** Lines for those that can be written in this language, and why the others cannot. */
export function declarations(
  parameters: readonly DeclaredParameter[],
  where: CellLanguage,
): { readonly lines: readonly string[]; readonly faults: readonly string[] } {
  const language = findLanguage(where.kernelName, where.language);
  if (language === null)
    return { lines: [], faults: parameters.map(({ name }) => `${name}: unknown language`) };
  const lines: string[] = [];
  const faults: string[] = [];
  for (const parameter of parameters) {
    try {
      lines.push(declaration(parameter, language));
    } catch (error) {
      faults.push(`${parameter.name}: ${messageOf(error)}`);
    }
  }
  return { lines, faults };
}

function declaration(parameter: DeclaredParameter, language: ParameterLanguage): string {
  const { name, value } = parameter;
  const type = typeOf(parameter);
  const code = language.value(value, type);
  // Python's builtin types may stand as annotations anywhere; nothing needs to be imported for them.
  const isTyped = language.names.includes("python") && parameter.type !== undefined && value !== null;
  const assignment = isTyped ? `${name}: ${parameter.type} = ${code}` : language.assign(name, code, null);
  const read = language.assignments(assignment);
  if (read.length !== 1 || read[0]?.name !== name)
    throw new Error("it is not a name that can be assigned to");
  const comment = commentOf(parameter);
  return comment === null ? assignment : `${assignment}  ${language.comment(comment)}`;
}

/** `0.0001 … 1, learning rate`; `one of: adam, sgd; the optimizer`. */
function commentOf({ min, max, choices, help }: DeclaredParameter): string | null {
  const text = help?.replace(/\s+/g, " ").trim() ?? "";
  if (choices !== undefined && choices.length > 1 && choices.every(isPlain)) {
    return [`one of: ${choices.map(String).join(", ")}`, ...(text === "" ? [] : [text])].join("; ");
  }
  if (min !== undefined || max !== undefined) {
    const range = `${min === undefined ? "" : `${min} `}…${max === undefined ? "" : ` ${max}`}`;
    return text === "" ? range : `${range}, ${text}`;
  }
  return text === "" ? null : text;
}

/** What the list in a comment can hold and give back. */
function isPlain(choice: JsonValue): boolean {
  if (typeof choice === "number") return Number.isFinite(choice);
  return (
    typeof choice === "string" && /^[\p{L}_][\p{L}\p{N}_ .+/-]*$/u.test(choice) && choice.trim() === choice
  );
}
