/** Sorts and filters the rows that an output holds, as the kernel would all of them. Pure. */
import type { FrameFilter, FrameSort } from "../../../api/frames.ts";
import { type HeldTable, isMissing, numberOf } from "./table-model.ts";

export interface TableQuery {
  readonly sort: readonly FrameSort[];
  readonly filters: readonly FrameFilter[];
  readonly search: string;
}

export function isPlain({ sort, filters, search }: TableQuery): boolean {
  return sort.length === 0 && filters.length === 0 && search === "";
}

/** Where a column's cells are in a row. Below zero: a level of the index, -1 the first. */
export function placeOf(column: number, indexes: number): number {
  return column < 0 ? -column - 1 : indexes + column;
}

/** Places of the rows that pass, in order. */
export function heldView(table: HeldTable, { sort, filters, search }: TableQuery): readonly number[] {
  const indexes = table.index.length;
  const wanted = search.toLowerCase();
  const rows = table.rows.flatMap((row, at) => {
    if (wanted !== "" && !row.some((cell) => cell.toLowerCase().includes(wanted))) return [];
    return filters.every((filter) => passes(row[placeOf(filter.column, indexes)] ?? "", filter)) ? [at] : [];
  });
  const orders = sort.map(({ column, descending }) => {
    const place = placeOf(column, indexes);
    return { place, sign: descending ? -1 : 1 };
  });
  if (orders.length === 0) return rows;
  return rows.toSorted((a, b) => {
    for (const { place, sign } of orders) {
      const order = compareCells(table.rows[a]?.[place] ?? "", table.rows[b]?.[place] ?? "", sign);
      if (order !== 0) return order;
    }
    return a - b;
  });
}

/** Numbers as numbers, what is missing at the end either way. */
export function compareCells(a: string, b: string, sign: number): number {
  const [missingA, missingB] = [isMissing(a), isMissing(b)];
  if (missingA || missingB) return Number(missingA) - Number(missingB);
  return sign * compare(a, b);
}

function compare(a: string, b: string): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x === y ? 0 : x < y ? -1 : 1;
  if (x !== null || y !== null) return x === null ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}

export function passes(cell: string, { op, value, to }: FrameFilter): boolean {
  const low = value ?? "";
  switch (op) {
    case "missing":
      return isMissing(cell);
    case "present":
      return !isMissing(cell);
    case "contains":
      return cell.toLowerCase().includes(low.toLowerCase());
    case "eq":
      return same(cell, low);
    case "ne":
      return !same(cell, low);
    default:
      break;
  }
  if (isMissing(cell)) return false;
  switch (op) {
    case "lt":
      return compare(cell, low) < 0;
    case "le":
      return compare(cell, low) <= 0;
    case "gt":
      return compare(cell, low) > 0;
    case "ge":
      return compare(cell, low) >= 0;
    default:
      return compare(cell, low) >= 0 && compare(cell, to ?? "") <= 0;
  }
}

function same(cell: string, value: string): boolean {
  const [x, y] = [numberOf(cell), numberOf(value)];
  return x !== null && y !== null ? x === y : cell === value || cell.toLowerCase() === value.toLowerCase();
}
