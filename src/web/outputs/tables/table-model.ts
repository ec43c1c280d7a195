/** A table as the page holds it, wherever its rows come from. Pure. */
import type { FrameColumn } from "../../../api/frames.ts";

export type Column = FrameColumn;

/** What an output itself holds of a table. */
export interface HeldTable {
  readonly index: readonly Column[];
  readonly columns: readonly Column[];
  /** Names of the header's levels; empty ones have none. */
  readonly levelNames: readonly string[];
  /** Index and columns of each row, as they are read. */
  readonly rows: readonly (readonly string[])[];
  /** Rows are left out behind so many; null: none are. */
  readonly gapAt: number | null;
  /** Columns are left out. */
  readonly cutsColumns: boolean;
  /** Of the whole, where the output says it. */
  readonly shape: { readonly rows: number; readonly columns: number } | null;
}

/** Whether the output holds less than there is. */
export function isCut(table: HeldTable): boolean {
  return table.gapAt !== null || table.cutsColumns;
}

const NUMBER = /^[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?%?$/i;
const MISSING = new Set(["", "NaN", "None", "NaT", "<NA>", "null", "nan"]);
const TIME = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

export function isMissing(text: string): boolean {
  return MISSING.has(text);
}

/** Not a number: null. */
export function numberOf(text: string): number | null {
  if (/^[-+]?inf(?:inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return NUMBER.test(text) ? Number(text.replace(/[_,%]/g, "")) : null;
}

/** What a column holds, from how its cells are written. */
export function kindOf(cells: readonly string[]): Column["kind"] {
  const there = cells.filter((cell) => !isMissing(cell));
  if (there.length === 0) return "text";
  if (there.every((cell) => numberOf(cell) !== null)) return "number";
  if (there.every((cell) => cell === "True" || cell === "False" || cell === "true" || cell === "false"))
    return "bool";
  return there.every((cell) => TIME.test(cell)) ? "time" : "text";
}
