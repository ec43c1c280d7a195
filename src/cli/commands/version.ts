import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { VersionView } from "../../api/history.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { type HistoryHere, withHistory } from "../history/open-history.ts";
import { versionArgument } from "../history/version-argument.ts";
import { absolutePath } from "../paths.ts";

interface VersionOptions {
  readonly unname?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Keep a notebook as it is now under a name, or give one of its versions (train.ipynb@3) a name. It stays until " +
        "the name is taken away, whatever happens to the file.",
    )
    .argument("<NOTEBOOK>")
    .argument("[NAME]", 'one line, such as "v1 submitted"')
    .option("--unname", "take the name of NOTEBOOK@VERSION away; it is then thinned with age like others")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook version train.ipynb "v1 submitted"\n  loopbook version train.ipynb@3 "before the bug"\n  loopbook version train.ipynb@v1 --unname\n  loopbook diff train.ipynb@"v1 submitted" train.ipynb@now',
    )
    .action(async (typed: string, name: string | undefined, options: VersionOptions) => {
      const { notebook, version } = versionArgument(typed, (path) => existsSync(absolutePath(context, path)));
      if (options.unname ? version === null || name !== undefined : name === undefined)
        throw new CommandError("Type NOTEBOOK NAME, NOTEBOOK@VERSION NAME, or NOTEBOOK@VERSION --unname.");
      await withHistory(context, absolutePath(context, notebook), async (history) => {
        const kept =
          version === null
            ? await history.name(name ?? "")
            : await history.rename((await find(history, version)).id, name ?? null);
        const { terminal } = context;
        const shown = `${notebook}@${kept.name ?? kept.id}`;
        if (options.json) terminal.out(`${JSON.stringify(kept)}\n`);
        else terminal.out(`${shown}: version #${kept.id}, ${kept.cells} cells\n`);
      });
    });
}

async function find(history: HistoryHere, wanted: string): Promise<VersionView> {
  const versions = await history.versions();
  // Newest first: of several of one name the newest is meant.
  const found =
    versions.find(({ name }) => name === wanted) ??
    versions.find(({ id }) => String(id) === wanted.replace(/^#/, ""));
  if (found) return found;
  throw new CommandError(`There is no version "${wanted}" of this notebook.`);
}
