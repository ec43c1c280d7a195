import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { findOwner } from "../../server/registry.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { outputLimitOption } from "../options/output-limit.ts";
import { portNumber } from "../options/run-command-line.ts";
import { warmOption } from "../options/warm-kernels.ts";
import { absolutePath } from "../paths.ts";
import { addressOf } from "../processes/address.ts";
import { realPath } from "../processes/live-runs.ts";
import { isInside, serverFor } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";

interface OpenOptions {
  readonly browser: boolean;
  readonly port?: number;
  readonly warm: readonly string[];
  readonly logLevel: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Open a notebook or a folder in the browser. Where a live run or the local server has it, the page is theirs; " +
        "else a server runs in this terminal until Ctrl-C.",
    )
    .argument("[PATH]", "a notebook or a folder; default: the current folder")
    .option("--no-browser", "only print the address")
    .option("--port <number>", "start a server there; default: 7717, or the next free one", portNumber)
    .addOption(warmOption())
    .addOption(outputLimitOption())
    .option("--log-level <level>", "DEBUG, INFO, WARNING or ERROR", "INFO")
    .addHelpText(
      "after",
      "\nThe address carries a token: who has it can do what you can. BROWSER names the browser to use.\n\nExamples:\n  loopbook open\n  loopbook open train.ipynb\n  loopbook open ~/notebooks --no-browser --port 8000",
    )
    .action(async (typed: string | undefined, options: OpenOptions) => {
      const path = realPath(absolutePath(context, typed ?? "."));
      if (!existsSync(path)) throw new LoopbookError("no-such-file", `There is no ${path}.`);
      const live = options.port === undefined ? addressOfLive(path) : null;
      if (live !== null) return show(context, live, options);
      const folder = servedFolder(path, context.cwd);
      const { serveInForeground } = await import("../processes/serve-in-foreground.ts");
      await serveInForeground(context, {
        folder,
        port: options.port,
        kind: "up",
        logLevel: options.logLevel,
        warmKernels: options.warm,
        onServed: async (addressIn) => {
          const entry = addressIn(path === folder ? undefined : path.slice(folder.length + 1));
          await show(context, entry, options);
          context.terminal.err(
            "Ctrl-C ends the server; notebooks are saved, kernels end. If this terminal is closed, they wait a day.\n",
          );
        },
      });
    });
}

/** The page of a process that has this path already. */
function addressOfLive(path: string): string | null {
  const owner = findOwner(stateFolder(), path);
  if (owner !== undefined && isInside(owner.folder, path)) return addressOf(owner, path);
  const server = serverFor(path);
  return server === null ? null : addressOf(server, path);
}

/** The current folder where it holds the path, else the path's own. */
function servedFolder(path: string, cwd: string): string {
  if (statSync(path).isDirectory()) return path;
  const current = realPath(cwd);
  return isInside(current, path) ? current : dirname(path);
}

async function show(context: CliContext, address: string, options: OpenOptions): Promise<void> {
  context.terminal.out(`${address}\n`);
  if (!options.browser) return;
  const { openInBrowser } = await import("../browser/open-in-browser.ts");
  await openInBrowser(address, context);
}
