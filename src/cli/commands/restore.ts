import { existsSync } from "node:fs";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { CellId } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { findCell } from "../find-cell.ts";
import { type HistoryHere, withHistory } from "../history/open-history.ts";
import { versionArgument } from "../history/version-argument.ts";
import { absolutePath } from "../paths.ts";

interface RestoreOptions {
  readonly cell?: readonly string[];
  readonly entry?: number;
  readonly outputs?: true;
  readonly json?: true;
}

const collect = (value: string, known: readonly string[] | undefined): readonly string[] => [
  ...(known ?? []),
  value,
];

export function define(command: Command, context: CliContext): void {
  command
    .usage("NOTEBOOK@VERSION [options]")
    .description(
      "Bring back a version of a notebook, or some cells of it, as a new edit: what others write meanwhile stays, and " +
        "the state before is kept as a version, so that this can be taken back.",
    )
    .argument("<NOTEBOOK@VERSION>", "a version's name or number, as `loopbook versions` lists them")
    .option(
      "--cell <cell>",
      "only this cell: its number in that version, id, name or tag (may be repeated)",
      collect,
    )
    .option(
      "--entry <number>",
      "instead of a version: the cell that this entry of `loopbook history` deleted",
      number,
    )
    .option("--outputs", "bring back results too; otherwise cells keep those that they have")
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook restore train.ipynb@v1\n  loopbook restore train.ipynb@3 --cell 5 --cell plots\n  loopbook restore train.ipynb --entry 12",
    )
    .action(async (typed: string, options: RestoreOptions) => {
      const { notebook, version } = versionArgument(typed, (path) => existsSync(absolutePath(context, path)));
      if ((version === null) === (options.entry === undefined))
        throw new CommandError(
          "Name a version (train.ipynb@v1), or with --entry an entry that deleted a cell.",
        );
      await withHistory(context, absolutePath(context, notebook), async (history) => {
        const cells =
          options.cell && version !== null ? await cellsOf(history, version, options.cell) : undefined;
        const done = await history.restore({
          ...(version !== null && { version }),
          ...(options.entry !== undefined && { entry: options.entry }),
          ...(cells && { cells }),
          outputs: options.outputs === true,
        });
        const { terminal } = context;
        if (options.json) {
          terminal.out(`${JSON.stringify({ before: done.before, edits: done.edits })}\n`);
          return;
        }
        const count = done.edits === 1 ? "1 edit" : `${done.edits} edits`;
        terminal.out(
          done.edits === 0 ? `${notebook} is like that already.\n` : `${notebook}: restored by ${count}.\n`,
        );
        if (done.edits > 0 && done.before !== null)
          terminal.out(`To take it back: loopbook restore ${notebook}@${done.before.id}\n`);
      });
    });
}

async function cellsOf(history: HistoryHere, version: string, wanted: readonly string[]): Promise<string[]> {
  const { cells } = await history.notebook(version, { outputs: false });
  const nameable = cells.map(({ id = "", cell_type: cellType, metadata }) => ({
    ...{ id: CellId.of(id), cellType, metadata },
  }));
  return wanted.map((one) => {
    const found = findCell(nameable, one);
    if (!found.ok) throw new CommandError(`In ${version}: ${found.message}`);
    return found.id;
  });
}

function number(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It takes a whole number from 1.");
  return Number(text);
}
