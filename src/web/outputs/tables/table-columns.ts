/** How a table's columns stand: their order, names, alignment and widths. Pure. */
import type { Column } from "./table-model.ts";

const CHARACTER = 8;
const PADDING = 26;
const SORT_SIGN = 14;
const MIN_WIDTH = 60;
const MAX_AUTO_WIDTH = 340;
export const MAX_WIDTH = 1200;

export interface LaidColumn {
  /** As in `FrameSort`: below zero, a level of the index. */
  readonly column: number;
  /** Where its cells are in a row. */
  readonly place: number;
  readonly isIndex: boolean;
  readonly labels: readonly string[];
  readonly kind: Column["kind"];
  readonly dtype: string;
  readonly width: number;
  /** Of a column that stays in view at the left; null: it scrolls. */
  readonly left: number | null;
}

/** How it is called in one line. */
export function nameOf({
  labels,
  isIndex,
  column,
}: Pick<LaidColumn, "labels" | "isIndex" | "column">): string {
  const name = labels.filter((label) => label !== "").join(" / ");
  return name !== "" ? name : isIndex ? (column === -1 ? "Index" : `Index level ${-column}`) : "(no name)";
}

export function isRight({ kind }: Pick<LaidColumn, "kind">): boolean {
  return kind === "number" || kind === "duration";
}

/** Wide enough for its name and what is seen of it. */
export function autoWidth(labels: readonly string[], cells: readonly string[]): number {
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const head = longest(labels.slice(-1)) * CHARACTER + SORT_SIGN;
  const width = Math.max(head, longest(cells) * CHARACTER) + PADDING;
  return Math.round(Math.min(MAX_AUTO_WIDTH, Math.max(MIN_WIDTH, width)));
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}

/** Index columns stay in view as long as they leave room for others. */
const MAX_STUCK = 180;

export function layColumns(
  index: readonly Column[],
  columns: readonly Column[],
  columnsFrom: number,
  widthOf: (column: number, labels: readonly string[], place: number) => number,
): readonly LaidColumn[] {
  const all = [
    ...index.map((one, at) => ({ one, column: -1 - at, isIndex: true })),
    ...columns.map((one, at) => ({ one, column: columnsFrom + at, isIndex: false })),
  ].map(({ one, column, isIndex }, place) => {
    const { labels, kind, dtype } = one;
    return { column, place, isIndex, labels, kind, dtype, width: widthOf(column, labels, place) };
  });
  const stuck = all.filter(({ isIndex }) => isIndex).reduce((sum, { width }) => sum + width, 0) <= MAX_STUCK;
  let left = 0;
  return all.map((column) => {
    const laid = { ...column, left: column.isIndex && stuck ? left : null };
    left += column.width;
    return laid;
  });
}

export interface HeadCell {
  readonly label: string;
  readonly span: number;
  /** Place of the first column below it. */
  readonly place: number;
}

/** The cells of a level above the last: the same labels side by side, below the same parent, are one. */
export function headLevel(columns: readonly LaidColumn[], level: number): readonly HeadCell[] {
  const cells: { label: string; span: number; place: number }[] = [];
  let parent = "";
  for (const { isIndex, labels, place } of columns) {
    const path = isIndex ? `${place}` : JSON.stringify(labels.slice(0, level + 1));
    const last = cells.at(-1);
    if (last && !isIndex && path === parent) last.span++;
    else cells.push({ label: isIndex ? "" : (labels[level] ?? ""), span: 1, place });
    parent = path;
  }
  return cells;
}
