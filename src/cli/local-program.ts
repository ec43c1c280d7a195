/** The one place of the command line where the program's parts are put together: host, store, kernels, server. */
import { join } from "node:path";
import { keptToken } from "../people/token.ts";
import { type RunningServer, type ServerOptions, startServer } from "../server/server.ts";
import type { Host } from "../usecases/host.ts";
import type { Logger } from "../util/logger.ts";
import type { CliContext } from "./context.ts";
import { pageFolder } from "./page-folder.ts";
import { stateFolder } from "./state-folder.ts";
import { terminalLogger } from "./terminal/terminal-logger.ts";
import { loopbookVersion } from "./version.ts";

export type ServedHost = RunningServer;

/** A host of this process. Nothing runs yet; the ledger is opened when the first run needs it. */
export async function openHost(
  logLevel: string,
  context: CliContext,
  warmKernels: readonly string[] = [],
  options: { readonly keepsNotebooks?: boolean } = {},
): Promise<Host> {
  const { createLocalHost } = await import("../worker/local-host.ts");
  return createLocalHost({
    stateFolder: stateFolder(),
    version: loopbookVersion(),
    logger: terminalLogger(logLevel, context.terminal),
    warmKernels,
    ...options,
  });
}

/** Serves a host's page and API on 127.0.0.1. @throws LoopbookError `port-busy`, … */
export function serveHost(
  host: Host,
  folder: string,
  port: number | undefined,
  options: Partial<Pick<ServerOptions, "allowedHosts" | "kind" | "lazy" | "token" | "jupyter">> & {
    readonly logger?: Logger;
  } = {},
): Promise<ServedHost> {
  const pages = pageFolder();
  return startServer({
    kind: "run",
    logger: options.logger ?? terminalLogger("INFO", { err: (text) => void process.stderr.write(text) }),
    ...options,
    host,
    folder,
    stateFolder: stateFolder(),
    version: loopbookVersion(),
    ...(port === undefined ? {} : { port }),
    ...(pages === null ? {} : { pageFolder: pages }),
  });
}

/** The token of the server that stays: a bookmark and an open page survive its restart. */
export function keptServerToken(): string {
  return keptToken(join(stateFolder(), "server-token"));
}
