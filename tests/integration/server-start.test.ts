/** Every run binds an address, so that must load next to nothing; the rest comes with the first request. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** Runs in a process of its own, because this one has everything loaded already. */
const SCRIPT = `
import { registerHooks } from "node:module";
const loaded = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(found.url)?.[1];
    if (name) loaded.add(name);
    return found;
  },
});
const { startServer } = await import(process.argv[1] + "src/server/server.ts");
const nothing = () => () => {};
const host = { notebooks: () => [], runs: () => [], onOpened: nothing, onMoved: nothing, onRun: nothing };
const logger = { debug() {}, info() {}, warn() {}, error: console.error };
const server = await startServer({
  host, logger, folder: process.argv[2], stateFolder: process.argv[2], port: 0, kind: "run", version: "1",
});
const atStart = [...loaded];
const answer = await fetch(server.url + "/api/status", { headers: { authorization: "Bearer " + server.token } });
const status = (await answer.json()).version;
await server.close();
console.log(JSON.stringify({ atStart, afterRequest: [...loaded], status }));
`;

test("binding loads no package; the first request loads what it needs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loopbook-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "-e",
    SCRIPT,
    root.href,
    folder,
  ]);
  const seen = JSON.parse(stdout);
  expect(seen.status).toBe("1");
  expect(seen.atStart).toEqual([]);
  expect(seen.afterRequest).toContain("fastify");
  expect(seen.afterRequest).not.toContain("yjs");
});
