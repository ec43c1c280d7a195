/** What is taken from a table: to the clipboard, to a file. */
import { usePage } from "../../notebook/page-context.ts";
import { saveFile } from "../tools/save-file.ts";
import type { GridRange } from "./grid-moves.ts";
import { isRight, type LaidColumn, nameOf } from "./table-columns.ts";
import { toCsv, toMarkdown, toTsv } from "./table-text.ts";
import type { AskFrame, FrameRows } from "./use-frame-rows.ts";

/** More is downloaded instead. */
const MAX_COPIED_ROWS = 50_000;
const MAX_MARKDOWN_ROWS = 2_000;
const TEXT_ROWS = 20_000;
const MAX_DOWNLOAD_BYTES = 1_000_000_000;

export interface TableCopies {
  copyRange(range: GridRange): Promise<void>;
  copyAll(as: "tsv" | "markdown"): Promise<void>;
  download(): Promise<void>;
}

interface CopyOptions {
  readonly rows: FrameRows;
  readonly columns: readonly LaidColumn[];
  /** Where all rows are to be had; null: what the output holds is all. */
  readonly ask: AskFrame | null;
}

export function useTableCopies({ rows, columns, ask }: CopyOptions): TableCopies {
  const page = usePage();
  const copy = async (text: string, what: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    page.tell(`${what} copied.`);
  };
  const attempt = (work: () => Promise<void>) => (): Promise<void> =>
    work().catch((error: unknown) =>
      page.tell(error instanceof Refusal ? error.message : "That could not be copied."),
    );
  const cellsOf = (row: readonly string[]): string[] => columns.map(({ place }) => row[place] ?? "");
  const shown = async (from: number, to: number): Promise<string[][]> => {
    const read: string[][] = [];
    while (from + read.length < to) {
      const at = from + read.length;
      const known = at === rows.gapAt ? [] : rows.row(at);
      if (known !== undefined) {
        if (at === rows.gapAt) read.push(columns.map(() => "…"));
        else read.push(cellsOf(known));
        continue;
      }
      const answer = await ask?.({ from: at, to: Math.min(to, at + 500) });
      if (answer?.type !== "page" || answer.cells.length === 0)
        throw new Refusal("Not all of these rows could be read.");
      read.push(...answer.cells.map((row) => cellsOf(row)));
    }
    return read;
  };
  const text = async (as: "csv" | "tsv", limit: number, tell: (done: number) => void): Promise<string[]> => {
    if (ask === null) {
      const all = await shown(0, rows.count);
      const head = columns.map((column) =>
        column.isIndex && column.labels.join("") === "" ? "" : nameOf(column),
      );
      return [as === "csv" ? toCsv([head, ...all]) : toTsv([head, ...all])];
    }
    const parts: string[] = [];
    let bytes = 0;
    for (let from = 0; ; ) {
      const answer = await ask({ from, to: from + TEXT_ROWS, text: as });
      if (answer.type !== "text") throw new Refusal(`The kernel could not give all rows (${answer.type}).`);
      if (answer.shown > limit)
        throw new Refusal(`More than ${limit.toLocaleString("en")} rows are not copied: download them.`);
      parts.push(answer.text);
      bytes += answer.text.length;
      from = answer.to;
      tell(from);
      if (from >= answer.shown || bytes > MAX_DOWNLOAD_BYTES) return parts;
    }
  };
  return {
    copyRange: (range) =>
      attempt(async () => {
        const all = await shown(range.from.row, Math.min(rows.count, range.to.row + 1));
        const part = all.map((row) => row.slice(range.from.column, range.to.column + 1));
        const single = part.length === 1 && part[0]?.length === 1;
        await copy(
          single ? (part[0]?.[0] ?? "") : toTsv(part),
          single ? "The cell is" : `${countOf(part.length, "row")}`,
        );
      })(),
    copyAll: (as) =>
      attempt(async () => {
        if (as === "tsv") {
          const parts = await text("tsv", MAX_COPIED_ROWS, () => undefined);
          await copy(parts.join(""), "The table is");
          return;
        }
        if (rows.count > MAX_MARKDOWN_ROWS)
          throw new Refusal(
            `More than ${MAX_MARKDOWN_ROWS.toLocaleString("en")} rows are not copied as Markdown.`,
          );
        const all = await shown(0, rows.count);
        const head = columns.map((column) =>
          column.isIndex && column.labels.join("") === "" ? "" : nameOf(column),
        );
        await copy(toMarkdown(head, all, columns.map(isRight)), "The table is");
      })(),
    download: () =>
      attempt(async () => {
        let told = 0;
        const parts = await text("csv", Number.POSITIVE_INFINITY, (done) => {
          if (done - told < 200_000) return;
          told = done;
          page.tell(`${done.toLocaleString("en")} rows read …`);
        });
        saveFile(`${rows.name ?? "table"}.csv`, new Blob(parts, { type: "text/csv;charset=utf-8" }));
      })(),
  };
}

class Refusal extends Error {}

const countOf = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? " is" : "s are"}`;
