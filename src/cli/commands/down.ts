import type { Command } from "commander";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { realPath } from "../processes/live-runs.ts";
import { endLocalServer, localServers } from "../processes/local-server.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "End the local server. Its runs are stopped, with everything saved; or, with --keep, left with their kernels to the next one.",
    )
    .argument("[FOLDER]", "which one, when several are up")
    .option("--all", "end all of them")
    .option("--keep", "runs and kernels stay, for an update: `loopbook up` takes them back")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook down\n  loopbook down --all\n  loopbook down --keep && loopbook up",
    )
    .action(async (path: string | undefined, options: { all?: true; keep?: true }) => {
      const servers = localServers();
      const folder = path === undefined ? null : realPath(absolutePath(context, path));
      const meant = folder === null ? servers : servers.filter((entry) => entry.folder === folder);
      if (meant.length === 0) {
        context.terminal.err("No local server is up.\n");
        return;
      }
      if (meant.length > 1 && !options.all) {
        const folders = meant.map((entry) => `  ${entry.folder}`).join("\n");
        throw new LoopbookError("which-server", `Several are up; name a folder, or --all:\n${folders}`, {
          exitCode: 2,
        });
      }
      for (const entry of meant) {
        await endLocalServer(entry, options.keep ? "keep" : "end");
        context.terminal.out(`The local server of ${entry.folder} has ended.\n`);
      }
    });
}
