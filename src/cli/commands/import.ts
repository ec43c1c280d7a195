import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

interface ImportOptions {
  readonly output?: string;
  readonly follow?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Bring runs that another tracker kept into notebooks: TensorBoard's event files, W&B's offline folders and MLflow's " +
        "file stores, whatever of them is in DIR. A second import of the same adds only what is new.",
    )
    .argument("<DIR>", "a folder with such files in it, or below it")
    .option("-o, --output <path>", "the notebook; of several runs the folder for their notebooks")
    .option("--follow", "go on, while the files grow; Ctrl-C ends it")
    .option("--json", "print what was imported as JSON")
    .addHelpText(
      "after",
      "\nA local server takes them when it shows the notebook's folder, or the one that LOOPBOOK_URL names; else one is " +
        "started for the time of the import.\n\nExamples:\n  loopbook import runs/\n  loopbook import wandb/ -o notebooks/\n" +
        "  loopbook import lightning_logs/version_3 -o fit.ipynb --follow",
    )
    .action(async (folder: string, options: ImportOptions) => {
      const { importCommand } = await import("../import/import-command.ts");
      await importCommand(context, {
        folder: absolutePath(context, folder),
        output: options.output === undefined ? null : absolutePath(context, options.output),
        follow: options.follow === true,
        json: options.json === true,
      });
    });
}
