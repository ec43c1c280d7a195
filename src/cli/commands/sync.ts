import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

interface SyncOptions {
  readonly watch?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Send what processes left on this machine's disk when they ended or were killed: metrics, logs, figures, each once " +
        "and in order. A local server takes what belongs to its folder by itself.",
    )
    .argument("[DIR]", "a spool, a run's folder in it, or one writer's; default: this user's spool")
    .option("--watch", "go on, for what comes later; Ctrl-C ends it")
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      "\nThe server is the one that LOOPBOOK_URL names (with LOOPBOOK_TOKEN), else a local one that shows the notebook's folder, " +
        "else the one that the process last reached.\nThe exit code is 1 when something is left.\n\nExamples:\n  loopbook sync\n" +
        "  LOOPBOOK_URL=https://lab.example.org LOOPBOOK_TOKEN=… loopbook sync /scratch/job-17/spool --watch",
    )
    .action(async (folder: string | undefined, options: SyncOptions) => {
      const { syncCommand } = await import("../exec/sync-command.ts");
      await syncCommand(context, folder === undefined ? null : absolutePath(context, folder), options);
    });
}
