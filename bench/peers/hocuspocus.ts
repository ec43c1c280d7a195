/**
 * Hocuspocus, a server of Yjs documents for Node. No part of this project: it is fetched from npm into a temporary
 * folder, plain JavaScript, without a store (its SQLite needs a compiler).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort, startChild } from "../lib/children.ts";
import type { RoomPeer, RoomServer } from "../lib/room-server.ts";

const PACKAGE = "@hocuspocus/server@4.7.0";
const PROGRAM = `
import { Server } from "@hocuspocus/server";
const port = Number(process.argv[2]);
await new Server({ port, address: "127.0.0.1", quiet: true }).listen();
console.log("listening");
`;

let fetched: RoomPeer | null | undefined;

/** Once for all benchmarks. Null where npm cannot fetch it; why, is said. */
export function hocuspocus(say: (line: string) => void): RoomPeer | null {
  fetched ??= fetchHocuspocus(say);
  return fetched;
}

function fetchHocuspocus(say: (line: string) => void): RoomPeer | null {
  const modules = mkdtempSync(path.join(os.tmpdir(), "loopbook-bench-hocuspocus-"));
  process.once("exit", () => rmSync(modules, { recursive: true, force: true }));
  writeFileSync(path.join(modules, "package.json"), '{"private":true,"type":"module"}');
  writeFileSync(path.join(modules, "server.js"), PROGRAM);
  try {
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE], {
      cwd: modules,
      stdio: "pipe",
      timeout: 120_000,
    });
  } catch (error) {
    say(`hocuspocus is left out: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    return null;
  }
  return { name: "hocuspocus", start: (folder, port) => startHocuspocus(modules, folder, port) };
}

async function startHocuspocus(modules: string, folder: string, port = 0): Promise<RoomServer> {
  const listensOn = port === 0 ? await freePort() : port;
  const child = startChild({
    name: "hocuspocus",
    cwd: folder,
    argv: [process.execPath, path.join(modules, "server.js"), `${listensOn}`],
  });
  await child.says(/listening/);
  return {
    pid: child.pid,
    room: async (name) => ({ url: `ws://127.0.0.1:${listensOn}`, headers: {}, document: name }),
    kill: () => child.end("SIGKILL"),
    close: () => child.end("SIGKILL"),
  };
}
