import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { liveProcesses } from "./registry.ts";

/** Where `loopbook open` and `loopbook up` are found when nobody else sits there; so bookmarks keep working. */
export const USUAL_PORT = 7717;
/** After this many taken neighbours the platform picks any free port. */
const NEIGHBOURS = 20;

export interface PortWish {
  /** Asked for by the user: this one or an error. 0: any free one. Absent: the usual one, or the next that is free. */
  readonly port?: number | undefined;
  /** For naming who has the port. */
  readonly stateFolder: string;
}

/**
 * Binds to 127.0.0.1 and tells the port.
 * @throws LoopbookError `port-busy`, `port-forbidden`, `cannot-listen`.
 */
export async function listen(server: Server, wish: PortWish): Promise<number> {
  if (wish.port !== undefined) return listenOn(server, wish.port, wish.stateFolder);
  for (let port = USUAL_PORT; port < USUAL_PORT + NEIGHBOURS; port++) {
    try {
      return await listenOn(server, port, wish.stateFolder);
    } catch (error) {
      if (!(error instanceof LoopbookError && error.code === "port-busy")) throw error;
    }
  }
  return listenOn(server, 0, wish.stateFolder);
}

async function listenOn(server: Server, port: number, stateFolder: string): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: "127.0.0.1" }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    throw listenError(cause, port, stateFolder);
  }
  return (server.address() as AddressInfo).port;
}

function listenError(cause: unknown, port: number, stateFolder: string): LoopbookError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    return new LoopbookError(
      "port-busy",
      `Port ${port} is taken by ${whoHas(port, stateFolder)}. Choose another with --port, or leave --port out to get a free one.`,
      { cause, retry: true },
    );
  }
  if (code === "EACCES") {
    return new LoopbookError(
      "port-forbidden",
      `This account may not listen on port ${port}. Choose one above 1023 with --port.`,
      { cause },
    );
  }
  return new LoopbookError(
    "cannot-listen",
    `Loopbook could not listen on 127.0.0.1:${port} (${messageOf(cause)}). Try another --port.`,
    { cause },
  );
}

function whoHas(port: number, stateFolder: string): string {
  const entry = liveProcesses(stateFolder).find(({ url }) => new URL(url).port === String(port));
  if (!entry) return "another program";
  const what = entry.kind === "up" ? "the Loopbook server" : "a Loopbook run";
  return `${what} of ${entry.folder} (process ${entry.pid}; \`loopbook ps\` shows it)`;
}
