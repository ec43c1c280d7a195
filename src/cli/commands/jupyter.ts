import { existsSync, statSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import type { Command } from "commander";
import { findOwner } from "../../server/registry.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { portNumber } from "../options/run-command-line.ts";
import { warmOption } from "../options/warm-kernels.ts";
import { absolutePath } from "../paths.ts";
import { realPath } from "../processes/live-runs.ts";
import { localServers } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";

interface JupyterOptions {
  readonly browser: boolean;
  readonly port?: number;
  readonly python?: string;
  readonly warm: readonly string[];
  readonly logLevel: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Open a folder (or a notebook) in your own JupyterLab, on Loopbook's live notebooks: whoever has them open in " +
        "Loopbook's page, and every run, is in them too. JupyterLab and jupyter-collaboration must be installed.",
    )
    .argument("[PATH]", "a notebook or a folder; default: the current folder")
    .option("--no-browser", "only print the addresses")
    .option("--port <number>", "listen there; default: 7717, or the next free one", portNumber)
    .option("--python <path>", "the Python that has JupyterLab; default: found as kernels are")
    .addOption(warmOption())
    .option("--log-level <level>", "DEBUG, INFO, WARNING or ERROR", "INFO")
    .addHelpText(
      "after",
      "\nThe addresses carry a token: who has it can do what you can.\n\nExamples:\n  loopbook jupyter\n  loopbook jupyter train.ipynb\n  loopbook jupyter ~/notebooks --python ~/.venvs/lab/bin/python",
    )
    .action(async (typed: string | undefined, options: JupyterOptions) => {
      const path = realPath(absolutePath(context, typed ?? "."));
      if (!existsSync(path)) throw new LoopbookError("no-such-file", `There is no ${path}.`);
      const folder = statSync(path).isDirectory() ? path : dirname(path);
      refuseWhereServed(folder, path);
      const { startJupyter } = await import("../../server/jupyter/proxy-process.ts");
      const { terminal } = context;
      terminal.err("Starting JupyterLab …\n");
      const python = options.python === undefined ? {} : { python: absolutePath(context, options.python) };
      const jupyter = await startJupyter(folder, python);
      try {
        const { serveInForeground } = await import("../processes/serve-in-foreground.ts");
        void jupyter.ended.then((words) => terminal.err(`JupyterLab's server ended: ${words}\n`));
        await serveInForeground(context, {
          folder,
          port: options.port,
          kind: "up",
          logLevel: options.logLevel,
          warmKernels: options.warm,
          jupyter,
          onServed: async (addressOf) => {
            const shown = path === folder ? undefined : relative(folder, path);
            const lab = labAddress(addressOf(), shown);
            terminal.out(`${lab}\n`);
            terminal.err(`JupyterLab ${jupyter.version}. Loopbook's own page: ${addressOf(shown)}\n`);
            terminal.err("Ctrl-C ends both; notebooks are saved, kernels end.\n");
            if (!options.browser) return;
            const { openInBrowser } = await import("../browser/open-in-browser.ts");
            await openInBrowser(lab, context);
          },
        });
      } finally {
        await jupyter.stop();
      }
    });
}

/** One process has a folder's notebooks; JupyterLab goes with that one. */
function refuseWhereServed(folder: string, path: string): void {
  const server = localServers().find((entry) => entry.folder === folder);
  const owner = server ?? findOwner(stateFolder(), path);
  if (owner === undefined) return;
  const what = owner.kind === "up" ? `The local server of ${owner.folder}` : `A live run in ${owner.folder}`;
  const how = owner.kind === "up" ? "End it first with `loopbook down`." : "Wait for its end, or stop it.";
  throw new CommandError(`${what} (process ${owner.pid}) has these notebooks already. ${how}`);
}

function labAddress(address: string, path: string | undefined): string {
  const url = new URL(address);
  url.pathname =
    path === undefined ? "/lab" : `/lab/tree/${path.split(sep).map(encodeURIComponent).join("/")}`;
  return url.href;
}
