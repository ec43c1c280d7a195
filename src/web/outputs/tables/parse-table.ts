/** Reads the HTML table of a DataFrame (pandas, polars, and those that write as they do) from sanitised markup. */
import { type Column, type HeldTable, kindOf } from "./table-model.ts";

const ELLIPSIS = new Set(["...", "…"]);

/** Null: it is not as regular as ours; then it is drawn as it is. */
export function parseTable(fragment: DocumentFragment, html: string): HeldTable | null {
  const tables = fragment.querySelectorAll("table");
  const [table] = tables;
  if (
    !table ||
    tables.length > 1 ||
    table.querySelector("img, svg, a, pre, tfoot, td[colspan], tbody th[colspan]")
  )
    return null;
  // A colour of its own is somebody's meaning.
  if ([...table.querySelectorAll<HTMLElement>("td, tbody th")].some(isColoured)) return null;
  const headRows = [...(table.tHead?.rows ?? [])];
  const body = gridOf([...table.tBodies].flatMap((part) => [...part.rows]));
  const head = gridOf(headRows);
  const width = Math.max(0, ...head.map((row) => row.length));
  if (headRows.length === 0 || width === 0 || body.some((row) => row.length !== width)) return null;
  const firstRow = table.tBodies[0]?.rows[0];
  const indexes = firstRow
    ? [...firstRow.cells].filter((cell) => cell.tagName === "TH").length
    : (headRows[0]?.querySelectorAll("th:empty").length ?? 0);
  const dtypes = polarsTypes(headRows);
  const labels = dtypes ? head.slice(0, 1) : head;
  const gap = body.findIndex((row) => row.length > 0 && row.every((cell) => ELLIPSIS.has(cell)));
  const rows = gap === -1 ? body : body.toSpliced(gap, 1);
  const cutColumn = width > 3 ? columnOfDots(rows, head, indexes, width) : null;
  const named = namesRow(labels, indexes);
  const levels = named === null ? labels : labels.slice(0, -1);
  const lastLevel = levels.at(-1);
  const keep = (row: readonly string[]): readonly string[] =>
    cutColumn === null ? row : row.toSpliced(cutColumn, 1);
  const kept = rows.map(keep);
  const columns: Column[] = [];
  for (let at = indexes; at < width; at++) {
    if (at === cutColumn) continue;
    const cells = rows.map((row) => row[at] ?? "");
    const dtype = dtypes?.[at] ?? "";
    columns.push({ labels: levels.map((row) => row[at] ?? ""), dtype, kind: kindOf(cells) });
  }
  const index = Array.from({ length: indexes }, (_, at): Column => {
    const name = named?.[at] ?? "";
    return { labels: [name], dtype: "", kind: kindOf(rows.map((row) => row[at] ?? "")) };
  });
  const levelNames = indexes === 0 ? [] : levels.map((row) => row[indexes - 1] ?? "");
  if (!lastLevel) return null;
  return {
    index,
    columns,
    levelNames,
    rows: kept,
    gapAt: gap === -1 ? null : gap,
    cutsColumns: cutColumn !== null,
    shape: shapeOf(html),
  };
}

function isColoured(cell: HTMLElement): boolean {
  const { style } = cell;
  return style.backgroundColor !== "" || style.color !== "" || style.fontWeight !== "";
}

/** Texts by row and column, spans filled. */
function gridOf(rows: readonly HTMLTableRowElement[]): readonly (readonly string[])[] {
  const grid: string[][] = rows.map(() => []);
  rows.forEach((row, at) => {
    let column = 0;
    for (const cell of row.cells) {
      while (grid[at]?.[column] !== undefined) column++;
      const text = (cell.textContent ?? "").trim();
      for (let down = 0; down < Math.max(1, cell.rowSpan); down++)
        for (let right = 0; right < Math.max(1, cell.colSpan); right++) {
          const line = grid[at + down];
          if (line) line[column + right] = text;
        }
      column += Math.max(1, cell.colSpan);
    }
  });
  return grid;
}

/** polars writes each column's type below its name. */
function polarsTypes(rows: readonly HTMLTableRowElement[]): readonly string[] | null {
  const [, second] = rows;
  if (rows.length !== 2 || !second || second.querySelector("th")) return null;
  return [...second.cells].map((cell) => (cell.textContent ?? "").trim());
}

/** The last row of a header names the levels of the index, and nothing else. */
function namesRow(head: readonly (readonly string[])[], indexes: number): readonly string[] | null {
  const last = head.at(-1);
  if (head.length < 2 || !last || indexes === 0) return null;
  return last.slice(indexes).every((cell) => cell === "") && last.some((cell) => cell !== "") ? last : null;
}

function columnOfDots(
  rows: readonly (readonly string[])[],
  head: readonly (readonly string[])[],
  indexes: number,
  width: number,
): number | null {
  for (let at = indexes; at < width; at++) {
    const isDots = (row: readonly string[]): boolean => ELLIPSIS.has(row[at] ?? "");
    if (head[0] && isDots(head[0]) && rows.every(isDots)) return at;
  }
  return null;
}

function shapeOf(html: string): HeldTable["shape"] {
  const found =
    /<p>(\d+) rows × (\d+) columns<\/p>/.exec(html) ??
    /<small>shape: \(([\d_]+), ([\d_]+)\)<\/small>/.exec(html);
  const [rows, columns] = [found?.[1], found?.[2]].map((digits) =>
    Number((digits ?? "").replaceAll("_", "")),
  );
  return found === null || rows === undefined || columns === undefined ? null : { rows, columns };
}
