/** One value in the source of a cell, by name: pure, so that a live document can use it on its texts. */
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import { LiteralFault, tryRead } from "../literals/literal.ts";
import { type LiteralForm, type LiteralLanguage, literalSyntax } from "../literals.ts";
import { type Assignment, findAssignments } from "./assignments.ts";

export type SourceValue =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      readonly form: LiteralForm;
      readonly start: number;
      readonly end: number;
    }
  | SourceFault;

export interface SourceFault {
  readonly ok: false;
  /** `not-a-literal`: the name is there, its value is computed. `ambiguous`: several names, none is this one. */
  readonly reason: "no-such-name" | "not-a-literal" | "ambiguous";
  /** A clause for the user. */
  readonly detail: string;
  /** The right-hand side of a computed value. */
  readonly span?: { readonly start: number; readonly end: number };
}

export type SourceChange =
  | { readonly ok: true; readonly source: string; readonly previous: JsonValue | undefined }
  | SourceFault
  /** Compare-and-set found another value. */
  | { readonly ok: false; readonly reason: "changed"; readonly detail: string; readonly actual: JsonValue }
  | { readonly ok: false; readonly reason: "no-literal-for-value"; readonly detail: string };

export interface SetOptions {
  /** Set only if this is the value now. */
  readonly expected?: JsonValue;
  /** Also replace a right-hand side that is computed. */
  readonly replaceExpression?: boolean;
  /** The whole cell stands for the value: where `name` is not assigned, its only assignment or literal is meant. */
  readonly isWholeCell?: boolean;
}

/**
 * The value that `source` assigns to `name` last.
 *
 * @example
 * ```ts
 * getSourceValue("lr = 0.1  # learning rate", "lr", "python"); // { ok: true, value: 0.1, … }
 * ```
 */
export function getSourceValue(
  source: string,
  name: string,
  language: LiteralLanguage,
  options: Pick<SetOptions, "isWholeCell"> = {},
): SourceValue {
  const assignments = findAssignments(language, source);
  const own = assignments.findLast((assignment) => assignment.name === name);
  if (own !== undefined) return fromAssignment(own, source);
  if (!options.isWholeCell)
    return { ok: false, reason: "no-such-name", detail: `${name} is not assigned there` };
  const [only, ...others] = assignments;
  if (only !== undefined && others.length === 0) return fromAssignment(only, source);
  if (only !== undefined) {
    const names = assignments.map((assignment) => assignment.name).join(", ");
    return {
      ok: false,
      reason: "ambiguous",
      detail: `the cell assigns several names (${names}); ask for one of them`,
    };
  }
  return bareLiteral(source, language);
}

/**
 * `source` with another value for `name`: only the characters of the old literal change; comment, type and the way
 * of writing (quotes, `1.0`, tuple) stay.
 *
 * @example
 * ```ts
 * setSourceValue("lr = 0.1  # rate", "lr", 0.05, "python"); // { ok: true, source: "lr = 0.05  # rate", … }
 * ```
 */
export function setSourceValue(
  source: string,
  name: string,
  value: JsonValue,
  language: LiteralLanguage,
  options: SetOptions = {},
): SourceChange {
  const current = getSourceValue(source, name, language, options);
  if (!current.ok) {
    if (current.span === undefined || !options.replaceExpression || options.expected !== undefined)
      return current;
    return replaced(source, current.span, value, language, {}, undefined);
  }
  if (options.expected !== undefined && !jsonEqual(current.value, options.expected)) {
    const shown = literalSyntax(language).print(current.value, current.form);
    return { ok: false, reason: "changed", detail: `its value is ${shown}`, actual: current.value };
  }
  if (jsonEqual(current.value, value)) return { ok: true, source, previous: current.value };
  return replaced(source, current, value, language, current.form, current.value);
}

function replaced(
  source: string,
  span: { readonly start: number; readonly end: number },
  value: JsonValue,
  language: LiteralLanguage,
  form: LiteralForm,
  previous: JsonValue | undefined,
): SourceChange {
  try {
    const literal = literalSyntax(language).print(value, form);
    return { ok: true, source: source.slice(0, span.start) + literal + source.slice(span.end), previous };
  } catch (error) {
    if (error instanceof LiteralFault)
      return { ok: false, reason: "no-literal-for-value", detail: error.message };
    throw error;
  }
}

function fromAssignment(assignment: Assignment, source: string): SourceValue {
  const span = { start: assignment.valueStart, end: assignment.valueEnd };
  if (!(assignment.literal instanceof LiteralFault)) return { ok: true, ...assignment.literal, ...span };
  const written = source.slice(span.start, Math.min(span.end, span.start + 60));
  const detail = `${assignment.name} is ${JSON.stringify(written)}, which is not a plain value: ${assignment.literal.message}`;
  return { ok: false, reason: "not-a-literal", detail, span };
}

/** A cell that holds nothing but one literal. */
function bareLiteral(source: string, language: LiteralLanguage): SourceValue {
  const syntax = literalSyntax(language);
  const start = syntax.skipSpace(source, 0);
  const literal = tryRead(syntax, source, start);
  if (literal instanceof LiteralFault || syntax.skipSpace(source, literal.end) < source.length) {
    return {
      ok: false,
      reason: "not-a-literal",
      detail: "the cell is neither a value nor the assignment of one",
    };
  }
  return { ok: true, value: literal.value, form: literal.form, start, end: literal.end };
}
