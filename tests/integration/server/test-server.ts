import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ApiClient } from "../../../src/client/api-client.ts";
import { LiveClient } from "../../../src/client/live-client.ts";
import { nodeSockets } from "../../../src/client/node-socket.ts";
import { openLive } from "../../../src/client/open-live.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../../src/server/server.ts";
import type { Logger } from "../../../src/util/logger.ts";
import type { BreakableNetwork } from "./breakable-network.ts";
import { MemoryHost } from "./memory-host.ts";

export interface TestServer {
  readonly server: RunningServer;
  readonly host: MemoryHost;
  readonly api: ApiClient;
  readonly viewer: ApiClient;
  readonly folder: string;
  readonly stateFolder: string;
  /** Everything that was logged, as text. */
  readonly log: string[];
}

export const VIEW_TOKEN = "v".repeat(40);

/** A real server on a free port over a host in memory; ended with the test. */
export async function aServer(
  options: Partial<ServerOptions> & { readonly host?: MemoryHost } = {},
): Promise<TestServer> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-server-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const pageFolder = join(base, "page");
  mkdirSync(join(pageFolder, "assets"), { recursive: true });
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>the page</title>");
  writeFileSync(join(pageFolder, "assets", "main-abc123.js"), "console.log(1)");
  writeFileSync(join(pageFolder, "favicon.svg"), "<svg/>");
  const host = options.host ?? new MemoryHost();
  const log: string[] = [];
  const server = await startServer({
    folder,
    port: 0,
    kind: "up",
    stateFolder,
    version: "1.2.3",
    viewToken: VIEW_TOKEN,
    pageFolder,
    logger: loggerInto(log),
    ...options,
    host,
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(base, { recursive: true, force: true });
  });
  return {
    server,
    host,
    folder,
    stateFolder,
    log,
    api: new ApiClient({ baseUrl: server.url, token: server.token, using: "cli" }),
    viewer: new ApiClient({ baseUrl: server.url, token: VIEW_TOKEN }),
  };
}

/** A live client of an open notebook, perhaps over a network that can break; closed with the test. */
export function aLiveClient(api: ApiClient, notebookId: string, network?: BreakableNetwork): LiveClient {
  const client = network
    ? new LiveClient({
        url: `${network.url}/api/notebooks/${notebookId}/live`,
        openSocket: nodeSockets({ ...api.headers(), host: network.host }),
      })
    : openLive(api, notebookId, { openSocket: nodeSockets(api.headers()) });
  onTestFinished(() => client.close());
  return client;
}

function loggerInto(lines: string[]): Logger {
  const write = (message: string, fields?: Record<string, unknown>): void => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}
