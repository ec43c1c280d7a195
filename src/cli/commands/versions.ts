import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { VERSIONS_HEAD, versionRow } from "../history/history-lines.ts";
import { withHistory } from "../history/open-history.ts";
import { absolutePath } from "../paths.ts";
import { tableLines } from "../terminal/progress-view.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "List the versions of a notebook, newest first: those with a name, and those that were kept by themselves " +
        "(around runs, before merges and restores, while people work).",
    )
    .argument("<NOTEBOOK>")
    .option("--named", "only those with a name")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook versions train.ipynb\n  loopbook diff train.ipynb@3 train.ipynb@now\n  loopbook restore train.ipynb@3",
    )
    .action((notebook: string, options: { named?: true; json?: true }) =>
      withHistory(context, absolutePath(context, notebook), async (history) => {
        const { terminal } = context;
        const all = await history.versions();
        const versions = options.named ? all.filter(({ name }) => name !== null) : all;
        if (options.json) terminal.out(`${JSON.stringify(versions)}\n`);
        else if (versions.length === 0)
          terminal.err('No version is kept yet. Type: loopbook version NOTEBOOK "name"\n');
        else
          terminal.out(
            `${tableLines([VERSIONS_HEAD, ...versions.map(versionRow)], terminal.columns()).join("\n")}\n`,
          );
      }),
    );
}
