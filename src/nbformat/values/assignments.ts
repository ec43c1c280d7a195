/** Names assigned at the top level of a cell, and the values they get where those are literals. */
import type { JsonValue } from "../../util/json.ts";
import { LiteralFault, tryRead } from "../literals/literal.ts";
import { type LiteralForm, type LiteralLanguage, literalSyntax } from "../literals.ts";
import { type Statement, scanOutside, statements } from "./statement.ts";

export interface Assignment {
  readonly name: string;
  /** The type as written behind the name, or null. */
  readonly annotation: string | null;
  /** The span of the right-hand side, to be replaced by another value. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The value, or why it is no literal. */
  readonly literal: { readonly value: JsonValue; readonly form: LiteralForm } | LiteralFault;
  /** The comment behind it on its (last) line, without its mark. */
  readonly comment: string;
}

interface Grammar {
  /** Up to and with the name, which is its first group. */
  readonly target: RegExp;
  /** Starts a type behind the name. */
  readonly annotationMark?: string;
  readonly operator: RegExp;
  /** Words that a target must not be. */
  readonly keywords?: ReadonlySet<string>;
}

const EQUALS = /[ \t]*=(?![=>])/y;
const GRAMMARS: Readonly<Record<LiteralLanguage, Grammar>> = {
  python: {
    target: /([\p{L}_][\p{L}\p{N}_]*)/uy,
    annotationMark: ":",
    operator: EQUALS,
    keywords: new Set(["else", "try", "finally", "lambda", "case", "match"]),
  },
  r: { target: /([\p{L}.][\p{L}\p{N}_.]*|`[^`\n]+`)/uy, operator: /[ \t]*(?:<<?-|=(?!=))/y },
  julia: {
    target: /(?:(?:const|global)[ \t]+)?([\p{L}_][\p{L}\p{N}_!]*)/uy,
    annotationMark: "::",
    operator: EQUALS,
  },
  scala: {
    target: /(?:(?:final|lazy|implicit|private)[ \t]+)*(?:(?:val|var)[ \t]+)?([\p{L}_$][\p{L}\p{N}_$]*)/uy,
    annotationMark: ":",
    operator: EQUALS,
  },
  javascript: {
    target: /(?:export[ \t]+)?(?:(?:const|let|var)[ \t]+)?([\p{L}_$][\p{L}\p{N}_$]*)/uy,
    annotationMark: ":",
    operator: EQUALS,
  },
  bash: {
    target: /(?:(?:export|declare|readonly|typeset)[ \t]+(?:-\w+[ \t]+)*)?([A-Za-z_]\w*)/y,
    operator: /=/y,
  },
};

/** All assignments of a source, in order; a name that is assigned twice is there twice. */
export function findAssignments(language: LiteralLanguage, source: string): Assignment[] {
  const found: Assignment[] = [];
  let isLineOfAssignments = false;
  for (const statement of statements(language, source)) {
    if (!statement.isAtLineStart && !isLineOfAssignments) continue;
    const assignment = readAssignment(language, source, statement);
    isLineOfAssignments = assignment !== undefined;
    if (assignment !== undefined) found.push(assignment);
  }
  return found;
}

/** `name = literal` as a statement of the language. @throws LiteralFault where it has no such literal. */
export function printAssignment(language: LiteralLanguage, name: string, value: JsonValue): string {
  const literal = literalSyntax(language).print(value);
  switch (language) {
    case "scala":
      return `val ${name} = ${literal}`;
    case "javascript":
      // `var`, so that the cell can run twice.
      return `var ${name} = ${literal};`;
    case "bash":
      return `${name}=${literal}`;
    default:
      return `${name} = ${literal}`;
  }
}

function readAssignment(
  language: LiteralLanguage,
  source: string,
  statement: Statement,
): Assignment | undefined {
  const grammar = GRAMMARS[language];
  const target = matchAt(grammar.target, source, statement.start);
  const name = target?.[1]?.replaceAll("`", "");
  if (target === undefined || name === undefined || grammar.keywords?.has(name)) return undefined;
  let at = statement.start + target[0].length;
  let annotation: string | null = null;
  const mark = grammar.annotationMark;
  const markAt = at + (/^[ \t]*/.exec(source.slice(at, statement.end))?.[0].length ?? 0);
  if (mark !== undefined && source.startsWith(mark, markAt)) {
    at = scanOutside(language, source, markAt + mark.length, (_, position) => {
      return position >= statement.end || matchAt(grammar.operator, source, position) !== undefined;
    });
    annotation = source.slice(markAt + mark.length, at).trim();
  }
  const operator = at < statement.end ? matchAt(grammar.operator, source, at) : undefined;
  if (operator === undefined) return undefined;
  const afterOperator = at + operator[0].length;
  const blanks =
    language === "bash" ? "" : (/^[ \t]*/.exec(source.slice(afterOperator, statement.end))?.[0] ?? "");
  const valueStart = afterOperator + blanks.length;
  const value = readValue(language, source, valueStart, statement);
  if (value === undefined) return undefined;
  return { name, annotation, valueStart, ...value, comment: statement.comment };
}

function readValue(
  language: LiteralLanguage,
  source: string,
  start: number,
  statement: Statement,
): Pick<Assignment, "valueEnd" | "literal"> | undefined {
  const literal = tryRead(literalSyntax(language), source, start);
  if (literal instanceof LiteralFault) return { valueEnd: Math.max(start, statement.end), literal };
  if (literal.end === statement.end || (start === literal.end && start >= statement.end)) {
    return { valueEnd: literal.end, literal: { value: literal.value, form: literal.form } };
  }
  // In the shell `name=value command` is no assignment.
  if (language === "bash") return undefined;
  return { valueEnd: statement.end, literal: new LiteralFault("it is computed", literal.end) };
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}
