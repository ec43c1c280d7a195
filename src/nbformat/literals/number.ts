import { LiteralFault } from "./literal.ts";

export interface ScannedNumber {
  readonly value: number;
  readonly isFloat: boolean;
  readonly suffix: string;
  readonly end: number;
}

export interface NumberRules {
  /** Letters that may stand behind a number: R's `L`, Scala's `f`. */
  readonly suffixes?: string;
  /** Among them those that make a float of it. */
  readonly floatSuffixes?: string;
  /** `1f0` is a float (Julia). */
  readonly hasFExponent?: boolean;
  /** `007` is no number. */
  readonly refusesLeadingZeros?: boolean;
}

const INTEGERS = "0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+";
const DECIMAL = String.raw`(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)`;
const NUMBER = new RegExp(String.raw`(?:${INTEGERS}|${DECIMAL}(?:[eE][+-]?\d(?:_?\d)*)?)`, "y");
const NUMBER_WITH_F = new RegExp(String.raw`(?:${INTEGERS}|${DECIMAL}(?:[eEfF][+-]?\d(?:_?\d)*)?)`, "y");

/**
 * An unsigned number at `at`, in the forms that the languages share: `1`, `1_000`, `0xff`, `.5`, `1.`, `1e-3`.
 * Undefined when there is none.
 * @throws LiteralFault for a whole number that does not fit: we hold numbers as 64-bit floats.
 */
export function scanNumber(text: string, at: number, rules: NumberRules = {}): ScannedNumber | undefined {
  const pattern = rules.hasFExponent ? NUMBER_WITH_F : NUMBER;
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  if (found === undefined) return undefined;
  const isRadix = /^0[xob]/i.test(found);
  const digits = isRadix ? found.replaceAll("_", "") : found.replaceAll("_", "").replace(/f/i, "e");
  const next = text.charAt(at + found.length);
  const suffix = next !== "" && (rules.suffixes ?? "").includes(next) ? next : "";
  const end = at + found.length + suffix.length;
  const isFloatSuffix = suffix !== "" && (rules.floatSuffixes ?? "").includes(suffix);
  const isFloat = !isRadix && (/[.eE]/.test(digits) || isFloatSuffix);
  const value = Number(digits);
  if (/[\w$]/.test(text.charAt(end)) || (rules.refusesLeadingZeros && !isFloat && /^0+[1-9]/.test(digits)))
    throw new LiteralFault(`${/^[\w.$]+/.exec(text.slice(at, at + 40))?.[0] ?? found} is not a number`, at);
  if (!isFloat && !Number.isSafeInteger(value))
    throw new LiteralFault("the whole number is beyond ±2^53 and cannot be held exactly", at);
  return { value, isFloat, suffix, end };
}

/**
 * The usual text of a finite number; `asFloat` makes a whole one `2.0`. Beyond ±2^53 every number is written as a
 * float, because it is one: no language shall take it for an exact whole number.
 */
export function printFinite(value: number, asFloat = false): string {
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  const isExact = Number.isSafeInteger(value) && !asFloat;
  return !isExact && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
