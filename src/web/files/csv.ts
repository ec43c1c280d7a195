/** Reads comma, semicolon or tab separated text (RFC 4180, and what programs write of it). Pure. */

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** There is more than was read. */
  readonly truncated: boolean;
}

/** A page that holds more stands still; the whole file is one download away. */
export const MAX_ROWS = 200_000;

export function parseCsv(text: string, maxRows = MAX_ROWS): CsvTable {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let truncated = false;
  while (at < text.length) {
    if (rows.length > maxRows) {
      truncated = true;
      break;
    }
    const { value, end } = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    row.push(value);
    at = end;
    if (text[at] === separator) {
      at += 1;
      if (at >= text.length) row.push("");
      continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  const [header = [], ...body] = rows;
  const kept = body.filter((cells) => cells.length > 1 || cells[0] !== "");
  return { header, rows: kept, truncated };
}

function quoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') return { value, end: at };
    value += '"';
    at += 1;
  }
}

function plain(
  text: string,
  start: number,
  separator: string,
): { readonly value: string; readonly end: number } {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(start, end), end };
}

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const line = text.slice(0, 10_000).split("\n")[0] ?? "";
  const count = (char: string): number => line.split(char).length;
  return [",", ";", "\t"].sort((a, b) => count(b) - count(a))[0] ?? ",";
}

/** Rows that hold these words, in the order of a column: numbers as numbers. */
export function viewOf(
  { rows }: CsvTable,
  filter: string,
  order: { readonly column: number; readonly descending: boolean } | null,
): readonly (readonly string[])[] {
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === "" ? rows : rows.filter((row) => row.some((cell) => cell.toLowerCase().includes(wanted)));
  if (order === null) return found;
  const sign = order.descending ? -1 : 1;
  const keyed = found.map((row) => ({
    row,
    text: row[order.column] ?? "",
    number: numberOf(row[order.column] ?? ""),
  }));
  keyed.sort((a, b) => {
    // What is no number comes last, whichever way.
    if (a.number === null || b.number === null) {
      if (a.number !== null || b.number !== null) return a.number === null ? 1 : -1;
      return sign * (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
    }
    return sign * (a.number - b.number);
  });
  return keyed.map(({ row }) => row);
}

function numberOf(text: string): number | null {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(number) ? null : number;
}
