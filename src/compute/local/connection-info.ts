/**
 * Where a kernel binds its sockets, and the connection file that tells it. Unix-domain sockets where the kernel can
 * use them (files in a folder that only we can enter: nobody else on the machine can listen or connect), else TCP on
 * 127.0.0.1.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Channel } from "../../kernel/message.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ZmtpEndpoint } from "./zmtp/zmtp-socket.ts";

/** As in Jupyter's connection file. With `ipc`, `ip` is a path and the sockets are at `<ip>-<port>`. */
export interface ConnectionInfo {
  readonly transport: "ipc" | "tcp";
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: "hmac-sha256";
  readonly kernel_name: string;
}

/** `sun_path` holds 108 bytes with its final zero (104 on macOS). */
const MAX_SOCKET_PATH = 103;

export function endpointOf(info: ConnectionInfo, channel: Channel): ZmtpEndpoint {
  const port = info[`${channel}_port`];
  return info.transport === "ipc"
    ? { transport: "ipc", path: `${info.ip}-${port}` }
    : { transport: "tcp", host: info.ip, port };
}

/**
 * A folder of our own for connection files and sockets, mode 0700. Removed by the provider, or by its watchdog.
 * @throws LoopbookError `no-runtime-folder` when no place for it has a short enough path.
 */
export function makeRuntimeDir(env: NodeJS.ProcessEnv): string {
  const candidates = [env.LOOPBOOK_RUNTIME_DIR, env.XDG_RUNTIME_DIR, tmpdir(), "/tmp"];
  for (const parent of candidates) {
    if (parent === undefined || !isWritableFolder(parent, parent === env.LOOPBOOK_RUNTIME_DIR)) continue;
    // "/loopb-" and mkdtemp's six characters, then "/k99999-5" inside.
    if (process.platform !== "win32" && Buffer.byteLength(parent) + 22 > MAX_SOCKET_PATH) continue;
    try {
      return mkdtempSync(join(parent, "loopb-"));
    } catch {
      // Read-only or full: the next place may do.
    }
  }
  throw new LoopbookError(
    "no-runtime-folder",
    "No folder was found for the sockets of kernels. Set LOOPBOOK_RUNTIME_DIR to a writable folder with a short path.",
  );
}

function isWritableFolder(path: string, make: boolean): boolean {
  try {
    if (make) mkdirSync(path, { recursive: true, mode: 0o700 });
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Writes `<dir>/<name>.json` (mode 0600) and returns its path with what it says. */
export async function writeConnectionFile(
  dir: string,
  name: string,
  kernelName: string,
  transport: "ipc" | "tcp",
): Promise<{ readonly path: string; readonly info: ConnectionInfo }> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] =
    transport === "ipc" ? ([1, 2, 3, 4, 5] as const) : await freePorts();
  const info: ConnectionInfo = {
    transport,
    ip: transport === "ipc" ? join(dir, name) : "127.0.0.1",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify(info, null, 1), { mode: 0o600, flag: "wx" });
  return { path, info };
}

/** Removes the file and the sockets that a kernel may have left. */
export function removeConnectionFiles(path: string, info: ConnectionInfo): void {
  rmSync(path, { force: true });
  if (info.transport === "tcp") return;
  for (const port of [1, 2, 3, 4, 5]) rmSync(`${info.ip}-${port}`, { force: true });
}

type FivePorts = readonly [number, number, number, number, number];

/** Ports that are free now; another program may take one before the kernel does, and the start then fails and is retried. */
async function freePorts(): Promise<FivePorts> {
  const servers = await Promise.all([listen(), listen(), listen(), listen(), listen()]);
  const [a, b, c, d, e] = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0];
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
