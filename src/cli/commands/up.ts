import { statSync } from "node:fs";
import type { Command } from "commander";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { outputLimitOption } from "../options/output-limit.ts";
import { portNumber } from "../options/run-command-line.ts";
import { warmOption } from "../options/warm-kernels.ts";
import { absolutePath } from "../paths.ts";
import { addressOf } from "../processes/address.ts";
import { realPath } from "../processes/live-runs.ts";
import { localServers, serverLogFile, startLocalServer } from "../processes/local-server.ts";

interface UpOptions {
  readonly foreground?: true;
  readonly port?: number;
  readonly warm: readonly string[];
  readonly allowHost: readonly string[];
  readonly logLevel: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Start the local server for good: it shows a folder, and runs go on in it when terminals are closed.",
    )
    .argument("[FOLDER]", "the folder to show; default: the current one")
    .option("--foreground", "stay in this terminal, log here; end with Ctrl-C")
    .option("--port <number>", "listen there; default: 7717, or the next free one", portNumber)
    .option(
      "--allow-host <name>",
      "answer to this name, too, such as that of a proxy before it (may be repeated)",
      (name: string, known: readonly string[]) => [...known, hostName(name)],
      [],
    )
    .addOption(warmOption())
    .addOption(outputLimitOption())
    .option("--log-level <level>", "DEBUG, INFO, WARNING or ERROR", "INFO")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook up\n  loopbook up ~/notebooks --port 8000\n  loopbook run train.ipynb --in-place --detach    # starts it when needed\n  loopbook down",
    )
    .action(async (path: string | undefined, options: UpOptions) => {
      const folder = realPath(absolutePath(context, path ?? "."));
      if (!isFolder(folder)) throw new CommandError(`${folder} is no folder.`);
      const { terminal } = context;
      const known = localServers().find((entry) => entry.folder === folder);
      if (known !== undefined) {
        terminal.out(`The local server of ${folder} is up (process ${known.pid}):\n  ${addressOf(known)}\n`);
        return;
      }
      if (options.foreground) {
        const { serveInForeground } = await import("../processes/serve-in-foreground.ts");
        return serveInForeground(context, {
          folder,
          port: options.port,
          kind: "up",
          logLevel: options.logLevel,
          warmKernels: options.warm,
          allowedHosts: options.allowHost,
        });
      }
      const entry = await startLocalServer(folder, options.port, options.warm, options.allowHost);
      terminal.out(`The local server of ${folder} is up (process ${entry.pid}):\n  ${addressOf(entry)}\n`);
      terminal.err(`Its log: ${serverLogFile()}. It ends with \`loopbook down\`.\n`);
    });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** `lab.example.org`, with a port or without; of an address, its host. */
function hostName(text: string): string {
  const host = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)?.host ?? "";
  if (host === "") throw new CommandError(`--allow-host takes a name such as lab.example.org, not ${text}.`);
  return host;
}
