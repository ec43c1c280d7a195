/**
 * Tables by name: rows as data, not as source.
 *
 * A table is a Markdown cell with `metadata.name`. Its rows stand in `metadata.loopbook.table` as
 * `{ "columns": [...], "data": [[...], ...] }`, so `pandas.DataFrame(**table)` makes a frame of it; its source
 * shows the first rows, for people and for every other notebook program. Metadata, because that is the one place
 * that all programs keep: outputs go when a cell is run or cleared, and some editors drop attachments that no image
 * refers to. Text around the shown rows is the authors' and stays.
 *
 * The cell that nbtransom's `put_df` wrote (`name = pd.DataFrame.from_records(rows, columns=names)`) is read too, and
 * written in place, because later cells use the variable.
 */

import { CellId } from "../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";
import { derivedCellId } from "./cell-ids.ts";
import { hasCellIds } from "./file-origin.ts";
import { type Literal, LiteralFault, tryRead } from "./literals/literal.ts";
import { python, pythonInBrackets } from "./literals/python.ts";
import type { Cell, Notebook } from "./notebook.ts";

export interface Table {
  readonly columns: string[];
  /** One array for each row, as long as `columns`. */
  readonly data: JsonValue[][];
}

export type TableChange =
  | {
      readonly ok: true;
      readonly notebook: Notebook;
      readonly cell: Cell;
      readonly cellIndex: number;
      readonly isNewCell: boolean;
    }
  | {
      readonly ok: false;
      readonly reason: "not-a-table" | "too-large" | "wrong-width";
      readonly message: string;
    };

/** More values than this belong in a file beside the notebook: they would travel with the document to every reader. */
export const MAX_TABLE_VALUES = 100_000;
const SHOWN_ROWS = 10;

/** The table that a cell holds, in our form or nbtransom's; undefined when it holds none. */
export function tableOf(cell: Cell): Table | undefined {
  const own = isJsonObject(cell.metadata.loopbook) ? cell.metadata.loopbook.table : undefined;
  return asTable(own) ?? (cell.cell_type === "code" ? readRecords(cell.source)?.table : undefined);
}

/** The table of that name. */
export function getTable(notebook: Notebook, name: string): Table | undefined {
  const cell = notebook.cells.find((candidate) => candidate.metadata.name === name);
  return cell === undefined ? undefined : tableOf(cell);
}

/**
 * A new notebook with the rows as the table of that name; added at the end where there is none.
 *
 * @example
 * ```ts
 * const changed = putTable(notebook, "scores", { columns: ["model", "f1"], data: [["svm", 0.97], ["knn", 0.95]] });
 * ```
 */
export function putTable(notebook: Notebook, name: string, table: Table): TableChange {
  const { columns, data } = table;
  if (data.some((row) => row.length !== columns.length))
    return {
      ok: false,
      reason: "wrong-width",
      message: `A row of ${name} has not ${columns.length} values, one for each column.`,
    };
  if (columns.length * data.length > MAX_TABLE_VALUES) {
    const message = `${name} has ${columns.length * data.length} values; a notebook holds tables up to ${MAX_TABLE_VALUES}. Keep larger ones in a file beside it.`;
    return { ok: false, reason: "too-large", message };
  }
  const cellIndex = notebook.cells.findIndex((candidate) => candidate.metadata.name === name);
  const old = notebook.cells[cellIndex];
  if (old === undefined) {
    const cell = newTableCell(notebook, name, table);
    return {
      ok: true,
      notebook: { ...notebook, cells: [...notebook.cells, cell] },
      cell,
      cellIndex: notebook.cells.length,
      isNewCell: true,
    };
  }
  const cell = withTable(old, table);
  if (cell === undefined)
    return {
      ok: false,
      reason: "not-a-table",
      message: `The cell named ${name} is not a table; give the table another name.`,
    };
  return {
    ok: true,
    notebook: { ...notebook, cells: notebook.cells.with(cellIndex, cell) },
    cell,
    cellIndex,
    isNewCell: false,
  };
}

/** The first rows as Markdown. */
export function tablePreview(table: Table): string {
  const row = (values: readonly JsonValue[]): string => `| ${values.map(shownValue).join(" | ")} |`;
  const lines = [
    row(table.columns),
    `|${" --- |".repeat(table.columns.length)}`,
    ...table.data.slice(0, SHOWN_ROWS).map(row),
  ];
  if (table.data.length > SHOWN_ROWS)
    lines.push("", `*The first ${SHOWN_ROWS} of ${table.data.length} rows.*`);
  return lines.join("\n");
}

function newTableCell(notebook: Notebook, name: string, table: Table): Cell {
  const metadata: JsonObject = { name, loopbook: { table: asJson(table) } };
  const cell: Cell = { cell_type: "markdown", metadata, source: `**${name}**\n\n${tablePreview(table)}` };
  if (!hasCellIds(notebook)) return cell;
  const taken = new Set(notebook.cells.map((other) => other.id));
  return { ...cell, id: CellId.of(derivedCellId(`table ${name}`, (id) => taken.has(id))) };
}

function withTable(cell: Cell, table: Table): Cell | undefined {
  const loopbook = isJsonObject(cell.metadata.loopbook) ? cell.metadata.loopbook : {};
  const old = asTable(loopbook.table);
  if (old !== undefined) {
    const metadata = { ...cell.metadata, loopbook: { ...loopbook, table: asJson(table) } };
    return { ...cell, metadata, source: cell.source.replace(tablePreview(old), () => tablePreview(table)) };
  }
  const records = cell.cell_type === "code" ? readRecords(cell.source) : undefined;
  if (records === undefined) return undefined;
  const print = python.print;
  const rows = `[${table.data.map((row) => print(row, { container: "tuple" })).join(", ")}]`;
  const { data, columns } = records;
  const source =
    cell.source.slice(0, data.start) +
    rows +
    cell.source.slice(data.end, columns.start) +
    print(table.columns) +
    cell.source.slice(columns.end);
  return { ...cell, source };
}

interface Records {
  readonly table: Table;
  readonly data: { readonly start: number; readonly end: number };
  readonly columns: { readonly start: number; readonly end: number };
}

const RECORDS = /^\s*\w+\s*=\s*(?:pd|pandas)\.DataFrame\.from_records\(\s*/;
const COLUMNS = /\s*,\s*columns\s*=\s*/y;

function readRecords(source: string): Records | undefined {
  const dataStart = RECORDS.exec(source)?.[0].length;
  const data = dataStart === undefined ? undefined : literalAt(source, dataStart);
  if (dataStart === undefined || data === undefined) return undefined;
  COLUMNS.lastIndex = data.end;
  if (!COLUMNS.test(source)) return undefined;
  const columnsStart = COLUMNS.lastIndex;
  const columns = literalAt(source, columnsStart);
  if (columns === undefined || !Array.isArray(columns.value) || !Array.isArray(data.value)) return undefined;
  const names = columns.value.map(String);
  const rows = data.value.map((row) => {
    if (isJsonObject(row)) return names.map((name) => row[name] ?? null);
    return Array.isArray(row) ? row : [row];
  });
  return {
    table: { columns: names, data: rows },
    data: { start: dataStart, end: data.end },
    columns: { start: columnsStart, end: columns.end },
  };
}

function literalAt(source: string, at: number): Literal | undefined {
  const literal = tryRead(pythonInBrackets, source, at);
  return literal instanceof LiteralFault ? undefined : literal;
}

function asTable(value: JsonValue | undefined): Table | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.columns) || !Array.isArray(value.data)) return undefined;
  const rows = value.data.filter((row) => Array.isArray(row));
  return rows.length === value.data.length ? { columns: value.columns.map(String), data: rows } : undefined;
}

function asJson(table: Table): JsonObject {
  return { columns: table.columns, data: table.data };
}

function shownValue(value: JsonValue): string {
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}
