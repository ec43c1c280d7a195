/**
 * Values written as literals of a programming language, read without evaluating anything.
 */
import { LoopbookError } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";

/**
 * How a literal was written, where the value alone does not tell: a float that is whole, a tuple. A new value in
 * its place is printed the same way (`1.0` becomes `2.0`, a tuple stays a tuple, quotes stay what they were).
 */
export interface LiteralForm {
  readonly isFloat?: boolean;
  readonly quote?: '"' | "'";
  readonly container?: string;
  /** Behind a whole number: R's and Scala's `L`. */
  readonly suffix?: string;
}

export interface Literal {
  readonly value: JsonValue;
  readonly form: LiteralForm;
  /** Behind its last character. */
  readonly end: number;
}

/** Why a text is no literal. `at` is an index into the text. */
export class LiteralFault extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

export interface LiteralSyntax {
  /** Reads the literal that starts at `at`, white space before it skipped. @throws LiteralFault */
  read(text: string, at: number): Literal;
  /** The value as a literal. @throws LiteralFault where the language has no literal for it. */
  print(value: JsonValue, like?: LiteralForm): string;
  /** White space and comments between a literal and what follows: the position behind them. */
  skipSpace(text: string, at: number): number;
}

/** Reads a literal, or says why there is none. */
export function tryRead(syntax: LiteralSyntax, text: string, at: number): Literal | LiteralFault {
  try {
    return syntax.read(text, at);
  } catch (error) {
    if (error instanceof LiteralFault) return error;
    // The readers call themselves for what is inside; thousands of levels end here.
    if (error instanceof RangeError) return new LiteralFault("it is nested too deeply", at);
    throw error;
  }
}

/** A fault as the error that leaves this folder: code `not-a-literal`, the place in words. */
export function notALiteral(text: string, fault: LiteralFault): LoopbookError {
  const before = text.slice(0, fault.at).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const place = line === 1 ? `column ${column}` : `line ${line}, column ${column}`;
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return new LoopbookError(
    "not-a-literal",
    `${JSON.stringify(shown)} is not a literal value: ${fault.message} (${place}). Values are read as they stand and never evaluated; give a number, a text in quotes, a list or a dictionary.`,
    { cause: fault },
  );
}
