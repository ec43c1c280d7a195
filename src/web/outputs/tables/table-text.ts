/** A table as text for the clipboard and for files. Pure. */

type Rows = readonly (readonly string[])[];

/** For spreadsheets: cells apart by tabs, line ends and tabs within a cell as spaces. */
export function toTsv(rows: Rows): string {
  return rows.map((row) => `${row.map((cell) => cell.replace(/[\t\r\n]+/g, " ")).join("\t")}\n`).join("");
}

/** RFC 4180. */
export function toCsv(rows: Rows): string {
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

/** GitHub's tables; the columns that are right aligned in the page are so here. */
export function toMarkdown(head: readonly string[], rows: Rows, isRight: readonly boolean[]): string {
  const safe = (cell: string): string =>
    cell
      .replaceAll("\\", "\\\\")
      .replaceAll("|", "\\|")
      .replace(/\s*\n\s*/g, "<br>");
  const line = (cells: readonly string[]): string => `| ${cells.map(safe).join(" | ")} |\n`;
  const rule = `| ${head.map((_, at) => (isRight[at] ? "---:" : "---")).join(" | ")} |\n`;
  return line(head) + rule + rows.map(line).join("");
}
