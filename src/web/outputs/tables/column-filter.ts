/**
 * What one types above a column: `fox` (holds it), `=fox`, `!=fox`, `> 5`, `<= 2026-01-31`, `5..10`, `empty`, `!empty`.
 * Pure.
 */
import type { FrameFilter } from "../../../api/frames.ts";

export type Condition = Pick<FrameFilter, "op" | "value" | "to">;

const COMPARISONS: readonly (readonly [string, FrameFilter["op"]])[] = [
  [">=", "ge"],
  ["<=", "le"],
  ["!=", "ne"],
  ["≥", "ge"],
  ["≤", "le"],
  ["≠", "ne"],
  ["==", "eq"],
  [">", "gt"],
  ["<", "lt"],
  ["=", "eq"],
];

/** Null: nothing is asked (yet). */
export function conditionOf(typed: string): Condition | null {
  const text = typed.trim();
  if (text === "") return null;
  if (text === "empty") return { op: "missing", value: null, to: null };
  if (text === "!empty") return { op: "present", value: null, to: null };
  for (const [sign, op] of COMPARISONS) {
    if (!text.startsWith(sign)) continue;
    const value = text.slice(sign.length).trim();
    return value === "" ? null : { op, value, to: null };
  }
  const range = /^(\S.*?)\s*\.\.\s*(\S.*)$/.exec(text);
  if (range) return { op: "between", value: range[1] ?? "", to: range[2] ?? "" };
  return { op: "contains", value: text, to: null };
}
