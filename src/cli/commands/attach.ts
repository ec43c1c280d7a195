import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../util/clock.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { portNumber } from "../options/run-command-line.ts";
import { stateFolder } from "../state-folder.ts";

interface AttachOptions {
  readonly browser: boolean;
  readonly port?: number;
  readonly logLevel: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Join a notebook that is live in a Jupyter server with jupyter-collaboration, as one more author: it is shown and " +
        "edited in Loopbook's page, with everybody who has it open there. It stays theirs: their server saves and runs it.",
    )
    .argument("<ADDRESS>", "the notebook's address in JupyterLab, with ?token=… (or JUPYTER_TOKEN)")
    .option("--no-browser", "only print the address of Loopbook's page")
    .option("--port <number>", "listen there; default: 7717, or the next free one", portNumber)
    .option("--log-level <level>", "DEBUG, INFO, WARNING or ERROR", "INFO")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook attach 'http://localhost:8888/lab/tree/train.ipynb?token=…'\n  JUPYTER_TOKEN=… loopbook attach https://hub.example.org/user/ana/lab/tree/train.ipynb",
    )
    .action(async (address: string, options: AttachOptions) => {
      const { JupyterRoomClient, placeOf } = await import("../../client/jupyter-room-client.ts");
      const named = placeOf(address);
      if (named === null) {
        throw new CommandError(
          `${address} names no notebook of a Jupyter server. Copy its address from the browser: http://host:8888/lab/tree/train.ipynb?token=…`,
        );
      }
      const place = { ...named, token: named.token ?? process.env.JUPYTER_TOKEN ?? null };
      const [{ nodeSockets }, { AttachedSession }, { createAttachedHost }, { serveHost }, foreground] =
        await Promise.all([
          import("../../client/node-socket.ts"),
          import("../../worker/attached/attached-session.ts"),
          import("../../worker/attached/attached-host.ts"),
          import("../local-program.ts"),
          import("../processes/serve-in-foreground.ts"),
        ]);
      const headers: Record<string, string> = {};
      if (place.token !== null) headers.authorization = `token ${place.token}`;
      const room = new JupyterRoomClient({ place, openSocket: nodeSockets(headers) });
      const { terminal } = context;
      try {
        await room.join();
      } catch (error) {
        room.close();
        throw error;
      }
      room.onState((state) => {
        if (state.type === "live") terminal.err("Connected again.\n");
        else if (state.reason !== "closed")
          terminal.err(`${state.reason}${state.type === "offline" ? "; trying again …" : ""}\n`);
      });
      const folder = emptyFolder();
      const name = basename(place.path);
      const host = createAttachedHost(new AttachedSession(join(folder, name), room, systemClock));
      try {
        const server = await serveHost(host, folder, options.port, { kind: "run", lazy: false });
        const ended = foreground.untilToldToEnd();
        const page = server.addressOf(name);
        terminal.out(`${page}\n`);
        terminal.err(`${place.path} of ${place.baseUrl}, live. Ctrl-C leaves it; it stays as it is there.\n`);
        if (options.browser) {
          const { openInBrowser } = await import("../browser/open-in-browser.ts");
          await openInBrowser(page, context);
        }
        await ended;
        await server.close();
      } finally {
        await host.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

/** What the page shows as the notebook's folder: there are no other files to be seen through it. */
function emptyFolder(): string {
  const place = join(stateFolder(), "attached");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(place, "nb-"));
}
