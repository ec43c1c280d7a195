/** What a reader did with a table: kept while its cell is away from the window. Pure. */
import type { FrameFilter, FrameSort } from "../../../api/frames.ts";
import { conditionOf } from "./column-filter.ts";
import type { TableQuery } from "./held-view.ts";

export interface TableState {
  /** The rows come from the kernel. */
  readonly isLive: boolean;
  /** Also when the frame there is not what is shown. */
  readonly asIs: boolean;
  readonly sort: readonly FrameSort[];
  /** What was typed above the columns. */
  readonly typed: Readonly<Record<number, string>>;
  readonly search: string;
  readonly showsFilters: boolean;
  /** In pixels, by column, where somebody chose them. */
  readonly widths: Readonly<Record<number, number>>;
  /** Of a frame with very many columns, the first that is shown. */
  readonly columnsFrom: number;
}

export const INITIAL_TABLE: TableState = {
  isLive: false,
  asIs: false,
  sort: [],
  typed: {},
  search: "",
  showsFilters: false,
  widths: {},
  columnsFrom: 0,
};

export function queryOf({ sort, typed, search }: TableState): TableQuery {
  const filters = Object.entries(typed).flatMap(([column, text]): FrameFilter[] => {
    const condition = conditionOf(text);
    return condition === null ? [] : [{ column: Number(column), ...condition }];
  });
  return { sort, filters, search: search.trim() };
}

/** Ascending, descending, as it was. `also`: beside the columns that sort already, the latest last. */
export function sortedBy(sort: readonly FrameSort[], column: number, also: boolean): readonly FrameSort[] {
  const before = sort.find((one) => one.column === column);
  const next =
    before === undefined
      ? { column, descending: false }
      : before.descending
        ? null
        : { column, descending: true };
  if (!also) return next === null ? [] : [next];
  const others = sort.filter((one) => one.column !== column);
  if (next === null) return others;
  return before === undefined ? [...others, next] : sort.map((one) => (one.column === column ? next : one));
}
