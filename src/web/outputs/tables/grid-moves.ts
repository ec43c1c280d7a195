/** Where the keys of a grid lead (WAI-ARIA's grid). Pure. */

/** `row` -1: the header. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are seen at once. */
  readonly page: number;
}

/** Null: the key moves nothing. */
export function moveInGrid(at: GridPlace, key: string, isFar: boolean, size: GridSize): GridPlace | null {
  const { row, column } = at;
  const { rows, columns, page } = size;
  const to = (nextRow: number, nextColumn: number): GridPlace => ({
    row: Math.max(-1, Math.min(rows - 1, nextRow)),
    column: Math.max(0, Math.min(columns - 1, nextColumn)),
  });
  switch (key) {
    case "ArrowDown":
      return to(isFar ? rows - 1 : row + 1, column);
    case "ArrowUp":
      return to(isFar ? Math.min(row, 0) : row - 1, column);
    case "ArrowLeft":
      return to(row, isFar ? 0 : column - 1);
    case "ArrowRight":
      return to(row, isFar ? columns - 1 : column + 1);
    case "PageDown":
      return to(row + page - 1, column);
    case "PageUp":
      return to(Math.max(0, row - page + 1), column);
    case "Home":
      return to(isFar ? 0 : row, 0);
    case "End":
      return to(isFar ? rows - 1 : row, columns - 1);
    default:
      return null;
  }
}

export interface GridRange {
  readonly from: GridPlace;
  readonly to: GridPlace;
}

/** The cells between two places, both in it; the header is in none. Null: no cell is. */
export function rangeOf(anchor: GridPlace, active: GridPlace): GridRange | null {
  if (anchor.row < 0 && active.row < 0) return null;
  const row = (pick: typeof Math.min): number => Math.max(0, pick(anchor.row, active.row));
  return {
    from: { row: row(Math.min), column: Math.min(anchor.column, active.column) },
    to: { row: row(Math.max), column: Math.max(anchor.column, active.column) },
  };
}

export function isIn({ from, to }: GridRange, row: number, column: number): boolean {
  return row >= from.row && row <= to.row && column >= from.column && column <= to.column;
}
