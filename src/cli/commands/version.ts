import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { withHistory } from "../history/open-history.ts";
import { absolutePath } from "../paths.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Keep a notebook as it is now under a name. It stays until the name is taken away, whatever happens to the file.",
    )
    .argument("<NOTEBOOK>")
    .argument("<NAME>", 'one line, such as "v1 submitted"')
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook version train.ipynb "v1 submitted"\n  loopbook diff train.ipynb@"v1 submitted" train.ipynb@now',
    )
    .action((notebook: string, name: string, options: { json?: true }) =>
      withHistory(context, absolutePath(context, notebook), async (history) => {
        const version = await history.name(name);
        const { terminal } = context;
        if (options.json) terminal.out(`${JSON.stringify(version)}\n`);
        else terminal.out(`${notebook}@${version.name}: version #${version.id}, ${version.cells} cells\n`);
      }),
    );
}
