import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { CellId } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { findCell } from "../find-cell.ts";
import { blameLine, HISTORY_HEAD, historyRow, textLines } from "../history/history-lines.ts";
import { withHistory } from "../history/open-history.ts";
import { absolutePath } from "../paths.ts";
import { tableLines } from "../terminal/progress-view.ts";

interface HistoryOptions {
  readonly cell?: string;
  readonly limit: number;
  readonly json?: true;
}

const DEFAULT_LIMIT = 50;

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Who changed which cell of a notebook and when, newest first. What one author does to one cell without a pause " +
        "of 30 seconds is one entry. With --cell also what became of its text.",
    )
    .argument("<NOTEBOOK>")
    .option("--cell <cell>", "only this cell: its number, id, name or tag; the id of one that was deleted")
    .option("-n, --limit <number>", "how many entries", positive, DEFAULT_LIMIT)
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook history train.ipynb\n  loopbook history train.ipynb --cell 3\n  loopbook history train.ipynb --json | jq '.[] | select(.author.kind == \"file\")'",
    )
    .action((notebook: string, options: HistoryOptions) =>
      withHistory(context, absolutePath(context, notebook), async (history) => {
        const { terminal } = context;
        const now = await history.notebook("now", { outputs: false });
        const cell = options.cell === undefined ? undefined : cellOf(options.cell, now.cells);
        const entries = await history.entries({
          limit: options.limit,
          ...(cell !== undefined && { cell }),
        });
        if (options.json) {
          terminal.out(`${JSON.stringify(entries)}\n`);
          return;
        }
        if (cell !== undefined) terminal.out(`${blameLine(entries)}\n`);
        else if (entries.length === 0)
          terminal.err(
            "Nothing is recorded yet. A history begins when a notebook is first edited in Loopbook.\n",
          );
        if (entries.length === 0) return;
        const lines = tableLines(
          [HISTORY_HEAD, ...entries.map((entry) => historyRow(entry, now))],
          terminal.columns(),
        );
        const [head = "", ...rows] = lines;
        terminal.out(`${head}\n`);
        for (const [index, row] of rows.entries()) {
          terminal.out(`${row}\n`);
          const entry = entries[index];
          if (cell === undefined || entry === undefined) continue;
          for (const line of textLines(entry, terminal.outColours)) terminal.out(`${line}\n`);
        }
      }),
    );
}

/** One that is gone is named by its whole id. */
function cellOf(wanted: string, cells: readonly Parameters<typeof asNameable>[0][]): string {
  const found = findCell(cells.map(asNameable), wanted);
  return found.ok ? found.id : wanted;
}

function asNameable({
  id,
  cell_type,
  metadata,
}: {
  readonly id?: string;
  readonly cell_type: string;
  readonly metadata: Parameters<typeof findCell>[0][number]["metadata"];
}): Parameters<typeof findCell>[0][number] {
  return { id: CellId.of(id ?? ""), cellType: cell_type, metadata };
}

function positive(text: string): number {
  const number = Number(text);
  if (!/^[1-9]\d*$/.test(text) || number > 1_000)
    throw new InvalidArgumentError("It takes a whole number from 1 to 1000.");
  return number;
}
