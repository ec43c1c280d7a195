/** A server in this terminal, until it is told to end. */
import { existsSync } from "node:fs";
import type { JupyterBehind } from "../../server/jupyter/proxy.ts";
import { spoolFolder } from "../../worker/spool-folder.ts";
import type { CliContext } from "../context.ts";
import { keptServerToken, openHost, type ServedHost, serveHost } from "../local-program.ts";
import { isInside } from "./local-server.ts";

export interface ForegroundOptions {
  readonly folder: string;
  readonly port: number | undefined;
  readonly kind: "up" | "run";
  readonly logLevel: string;
  readonly warmKernels: readonly string[];
  /** More names that it is reached by. */
  readonly allowedHosts?: readonly string[];
  /** See `ServerOptions.jupyter`. */
  readonly jupyter?: JupyterBehind;
  /** Called with the address once it is served. */
  readonly onServed?: (addressOf: (path?: string) => string) => Promise<void>;
}

export async function serveInForeground(context: CliContext, options: ForegroundOptions): Promise<void> {
  const keepsNotebooks = options.kind === "up";
  const host = await openHost(options.logLevel, context, options.warmKernels, { keepsNotebooks });
  const server = await serveHost(host, options.folder, options.port, {
    kind: options.kind,
    lazy: false,
    ...(options.allowedHosts && { allowedHosts: options.allowedHosts }),
    ...(options.kind === "up" ? { token: keptServerToken() } : {}),
    ...(options.jupyter ? { jupyter: options.jupyter } : {}),
  });
  const ended = untilToldToEnd();
  if (options.kind === "up") {
    const { takeAllBack } = await import("../run/take-back.ts");
    void takeAllBack(host, options.folder, (line) => context.terminal.err(`${line}\n`));
  }
  const spools = options.kind === "up" ? takeSpoolsOf(options.folder, server) : undefined;
  if (options.onServed) await options.onServed(server.addressOf);
  else context.terminal.out(`${shownAddress(context, server)}\n`);
  const how = await ended;
  clearInterval(spools);
  await server.close();
  if (how === "leave" && host.leave) {
    await host.leave();
    // Nothing more is done here: what is under way is the next process's.
    process.exit(0);
  }
  await host.close();
}

const SPOOLS_EVERY_MS = 10_000;

/** What processes left that wrote beside notebooks of this folder and are gone. In the background, and again for later ones. */
function takeSpoolsOf(folder: string, { url, token }: ServedHost): NodeJS.Timeout {
  let isTaking = false;
  const take = async (): Promise<void> => {
    if (isTaking || !existsSync(spoolFolder())) return;
    isTaking = true;
    try {
      const { takeSpools } = await import("../../library/attached/take-spools.ts");
      await takeSpools(spoolFolder(), ({ request: { notebook, origin } }) =>
        isInside(folder, notebook ?? origin.cwd ?? "/") ? { url, token } : null,
      );
    } catch {
      // It stays where it is, for the next time.
    } finally {
      isTaking = false;
    }
  };
  void take();
  return setInterval(() => void take(), SPOOLS_EVERY_MS).unref();
}

/** The token goes to a person's terminal and never into a log. */
function shownAddress({ terminal }: CliContext, server: ServedHost): string {
  return terminal.outIsTty
    ? server.addressOf()
    : `${server.url} (\`loopbook status\` tells the address with its token)`;
}

/**
 * The first Ctrl-C or SIGTERM ends it with everything saved; a second one does not wait. SIGHUP, a terminal that is
 * gone or `loopbook down --keep`, leaves runs and kernels to the next server.
 */
export function untilToldToEnd(): Promise<"end" | "leave"> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal === "SIGHUP" ? "leave" : "end");
      });
    }
  });
}
