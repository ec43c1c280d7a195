/**
 * Binds the address of a Loopbook process. Every run does this, so it must cost next to nothing: a bare
 * `node:http` server listens, and everything that answers (`entrance.ts` and what it needs) is loaded when the
 * first request comes.
 */
import { realpathSync } from "node:fs";
import { type Access, OWNER_RIGHTS, VIEWER_RIGHTS } from "../people/access.ts";
import { localParty } from "../people/local-identity.ts";
import { createToken } from "../people/token.ts";
import type { Host } from "../usecases/host.ts";
import { messageOf } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";
import type { Entrance } from "./entrance.ts";
import type { JupyterBehind } from "./jupyter/proxy.ts";
import { listen } from "./listen.ts";
import { type Registration, registerProcess } from "./registry.ts";

export interface ServerOptions {
  readonly host: Host;
  /** The folder whose notebooks it shows. */
  readonly folder: string;
  /** This one or an error; 0: any free one; absent: the usual one or the next that is free. */
  readonly port?: number;
  readonly kind: "up" | "run";
  /** Opens everything; absent: a new one. */
  readonly token?: string;
  /** Lets its holders look on, no more; absent: there is none. */
  readonly viewToken?: string;
  readonly stateFolder: string;
  readonly logger: Logger;
  readonly version: string;
  /** Window title; absent: the folder's setting, or its name. */
  readonly title?: string;
  /** The built page (`dist/web`). */
  readonly pageFolder?: string;
  /** More names that this server is reached by, such as a reverse proxy's. */
  readonly allowedHosts?: readonly string[];
  /** False: load at once what answers requests, for a server whose first visitor is on the way. Default true. */
  readonly lazy?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** A stock Jupyter server, whose JupyterLab is shown under this address beside our own page. */
  readonly jupyter?: JupyterBehind;
}

export interface RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:7717` */
  readonly url: string;
  readonly token: string;
  /** The address to show to its owner: it carries the token. `path` is relative to the folder. */
  addressOf(path?: string): string;
  /** Ends connections and stops; the host is left to its owner. */
  close(): Promise<void>;
}

/** A browser that is being started has the machine to itself for so long. */
const WARM_AFTER_MS = 100;

/** @throws LoopbookError `port-busy`, `port-forbidden`, `cannot-listen`, `state-folder-unwritable`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const folder = realpathSync(options.folder);
  const token = options.token ?? createToken();
  // Not imported: an `import` of `node:http` reads all of its names, and one of them loads the whole of Node's fetch
  // (36 ms and 13 MB instead of 4 and 3).
  const server = process.getBuiltinModule("node:http").createServer();
  const port = await listen(server, { port: options.port, stateFolder: options.stateFolder });
  const url = `http://127.0.0.1:${port}`;

  let entrance: Promise<Entrance> | undefined;
  const enter = (): Promise<Entrance> => {
    entrance ??= import("./entrance.ts").then(
      ({ createEntrance, folderTitle, publicationStore, shareStore }) =>
        createEntrance({
          context: {
            shares: shareStore(options.stateFolder),
            publications: publicationStore(options.stateFolder),
            host: options.host,
            stateFolder: options.stateFolder,
            folder,
            kind: options.kind,
            title: options.title ?? folderTitle(folder),
            version: options.version,
            pageFolder: options.pageFolder ?? null,
            logger: options.logger,
            ...(options.jupyter ? { jupyter: options.jupyter } : {}),
          },
          port,
          allowedHosts: options.allowedHosts ?? [],
          grants: grants(token, options.viewToken, options.env),
        }),
    );
    return entrance;
  };
  server.on("request", (request, response) => {
    enter().then(
      (open) => open.request(request, response),
      (error: unknown) => {
        options.logger.error("the server could not be loaded", { error: messageOf(error) });
        response.writeHead(500).end();
      },
    );
  });
  server.on("upgrade", (request, socket, head) => {
    // Without a listener, a connection that breaks before it is taken over would end the process.
    socket.on("error", () => socket.destroy());
    enter().then(
      (open) => open.upgrade(request, socket, head),
      () => socket.destroy(),
    );
  });
  if (options.lazy === false)
    void enter().then(
      (open) => warmSoon(open, options.logger),
      () => {},
    );

  const unregister = keepRegistered(options, { url, token, folder });
  return {
    port,
    url,
    token,
    addressOf: (path) => `${url}${pagePath(path)}?token=${token}`,
    close: async () => {
      unregister();
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      await (await entrance?.catch(() => undefined))?.close();
      server.closeAllConnections();
      await stopped;
    },
  };
}

/** When who started it has been told its address; their browser starts meanwhile. */
function warmSoon(entrance: Entrance, logger: Logger): void {
  setTimeout(() => {
    entrance.warm().catch((error: unknown) => {
      logger.warn("the server could not be loaded in advance", { error: messageOf(error) });
    });
  }, WARM_AFTER_MS).unref();
}

/** `/` or `/open/<path>`, each segment escaped. */
function pagePath(path: string | undefined): string {
  return path ? `/open/${path.split(/[/\\]/).map(encodeURIComponent).join("/")}` : "/";
}

function grants(token: string, viewToken: string | undefined, env: NodeJS.ProcessEnv | undefined) {
  const party = localParty("browser", env);
  const owner = { token, access: { party, rights: OWNER_RIGHTS } satisfies Access };
  if (viewToken === undefined) return [owner];
  const guest = { kind: "person", who: "guest", using: "browser", displayName: "Guest" } as const;
  return [owner, { token: viewToken, access: { party: guest, rights: VIEWER_RIGHTS } satisfies Access }];
}

function keepRegistered(
  { host, kind, stateFolder, logger }: ServerOptions,
  facts: { readonly url: string; readonly token: string; readonly folder: string },
): () => void {
  const registration: Registration = registerProcess(stateFolder, { ...facts, kind, notebooks: shown(host) });
  const update = (): void => {
    try {
      registration.update(shown(host));
    } catch (error) {
      // A run goes on though the disk is full; commands in other terminals just do not see its newest notebook.
      logger.warn("the list of open notebooks could not be written", { error: messageOf(error) });
    }
  };
  const unsubscribes = [host.onOpened(update), host.onMoved(update), host.onRun(update)];
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
    registration.remove();
  };
}

/** Files that this process has in its hands: open ones, and both ends of runs. */
function shown(host: Host): string[] {
  const paths = host.notebooks().map((session) => session.path);
  for (const run of host.runs()) {
    const { inputPath, outputPath } = run.snapshot();
    paths.push(inputPath, outputPath);
  }
  return [...new Set(paths.filter((path) => path !== null))];
}
