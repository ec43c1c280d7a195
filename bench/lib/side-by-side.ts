/** A table of one figure a row: ours, what others have, what the machine allows at best. */
import type { Table } from "./report.ts";
import { median, summary } from "./statistics.ts";

export interface Compared {
  readonly what: string;
  readonly ours: readonly number[];
  /** Absent: not measured. */
  readonly jupyter?: readonly number[];
  readonly hocuspocus?: readonly number[];
  /** What nothing can be better than, and what that is. */
  readonly limit?: { readonly values: readonly number[]; readonly is: string };
  readonly goal: string;
  readonly digits?: number;
}

const HEAD = [
  ...["", "loopbook", "jupyter-collaboration", "hocuspocus", "limit"],
  ...["of jupyter-collaboration", "of the limit", "goal"],
] as const;

export function sideBySide(title: string, how: string, rows: readonly Compared[]): Table {
  return { title, how, head: HEAD, rows: rows.map(rowOf) };
}

function rowOf({ what, ours, jupyter, hocuspocus, limit, goal, digits = 1 }: Compared): readonly string[] {
  const shown = (values?: readonly number[]): string => (values?.length ? summary(values, digits) : "–");
  const ratio = (values?: readonly number[]): string => {
    if (!values?.length || median(values) === 0) return "–";
    const of = median(ours) / median(values);
    return `${of >= 10 ? of.toFixed(0) : of >= 0.1 ? of.toFixed(2) : of.toPrecision(2)} ×`;
  };
  return [
    what,
    shown(ours),
    shown(jupyter),
    shown(hocuspocus),
    limit ? `${shown(limit.values)} (${limit.is})` : "–",
    ratio(jupyter),
    ratio(limit?.values),
    goal,
  ];
}
