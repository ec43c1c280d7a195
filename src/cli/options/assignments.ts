/** `NAME=LITERAL` as typed: read in the parameter's declared type, else as a literal; never evaluated. Pure. */
import { parseTypedValue } from "../../nbformat/literals.ts";
import { fitText } from "../../runs/parameters/check.ts";
import type { ParameterSpec, ParameterValues } from "../../runs/parameters.ts";
import { messageOf } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";

const ASSIGNMENT = /^([\p{L}_][\p{L}\p{N}_.-]*)=([\s\S]*)$/u;

export interface SplitWords {
  /** Words before the first assignment: which notebook or run. */
  readonly rest: readonly string[];
  readonly assignments: readonly (readonly [name: string, text: string])[];
}

/** @throws CommandError for a word that is neither. */
export function splitAssignments(words: readonly string[]): SplitWords {
  const rest: string[] = [];
  const assignments: [string, string][] = [];
  for (const word of words) {
    const match = ASSIGNMENT.exec(word);
    if (match !== null) assignments.push([match[1] ?? "", match[2] ?? ""]);
    else if (assignments.length === 0) rest.push(word);
    else
      throw new CommandError(`${word} is no NAME=VALUE. Quote values that hold spaces: layers="[64, 32]".`);
  }
  return { rest, assignments };
}

/** @throws CommandError that names the parameter and what is wrong with its value. */
export function assignmentsOf(
  assignments: SplitWords["assignments"],
  specs: readonly ParameterSpec[] = [],
): ParameterValues {
  const values: Record<string, JsonValue> = {};
  for (const [name, text] of assignments) {
    const spec = specs.find((candidate) => candidate.name === name);
    values[name] = spec === undefined ? literal(name, text) : fitted(text, spec);
  }
  return values;
}

function fitted(text: string, spec: ParameterSpec): JsonValue {
  // A text that is quoted as in code means what is inside.
  const unquoted = spec.type === "str" && /^(["'])[\s\S]*\1$/.test(text) ? literal(spec.name, text) : text;
  const checked = fitText(typeof unquoted === "string" ? unquoted : text, spec);
  if (!checked.ok) throw new CommandError(checked.message);
  return checked.value;
}

function literal(name: string, text: string): JsonValue {
  try {
    return parseTypedValue(text);
  } catch (error) {
    throw new CommandError(`The value of ${name} cannot be read. ${messageOf(error)}`, { cause: error });
  }
}
