/** Jupyter clients of a notebook's kernel whose server is killed: they come back to the next one. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { endHeldKernels } from "./held-support.ts";
import { Channels } from "./jupyter-support.ts";
import { KERNEL_ENV } from "./kernel-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { codeCell, notebookOf } from "./session-support.ts";

const SOURCE = join(import.meta.dirname, "../../src");
const TOKEN = "t".repeat(40);
const SERVER = (folder: string, stateFolder: string): string => `
import { createLocalHost } from ${JSON.stringify(join(SOURCE, "worker/local-host.ts"))};
import { startServer } from ${JSON.stringify(join(SOURCE, "server/server.ts"))};
import { silentLogger as logger } from ${JSON.stringify(join(SOURCE, "util/logger.ts"))};
const common = { stateFolder: ${JSON.stringify(stateFolder)}, version: "test", logger };
const host = createLocalHost({ ...common, keepsNotebooks: true });
const server = await startServer({ ...common, host, folder: ${JSON.stringify(folder)}, port: 0, kind: "up", token: ${JSON.stringify(TOKEN)} });
console.log(server.url);
process.on("SIGTERM", () => void server.close().then(() => host.close()).then(() => process.exit(0)));
`;

/** A folder whose server can be killed and started anew. */
function aPlace() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-jupyter-outlives-")));
  const [folder, state] = [join(base, "project"), join(base, "state")];
  mkdirSync(folder);
  writeFileSync(join(folder, "nb.ipynb"), serialiseNotebook(notebookOf([codeCell("a", "x")])));
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await endHeldKernels(state);
    rmSync(base, { recursive: true, force: true });
  });
  return async () => {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", SERVER(folder, state)], {
      env: KERNEL_ENV,
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    const server = { url: line.trim(), token: TOKEN };
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `token ${TOKEN}` };
      const answer = await fetch(server.url + path, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as { id: string; kernel: { id: string } };
    };
    const kill = async (): Promise<void> => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { server: server as Parameters<typeof Channels.open>[0]["server"], ask, kill };
  };
}

test("the kernel has the same id, and what it said meanwhile comes, each request from its beginning", async () => {
  const start = aPlace();
  const first = await start();
  const session = await first.ask("POST", "/api/sessions", { path: "nb.ipynb", type: "notebook" });
  const before = await Channels.open(first, session.kernel.id, { sessionId: "s" });
  await before.done(before.execute("x = 1"));
  const id = before.execute(
    "import time\nfor i in range(60):\n    print(i, flush=True)\n    time.sleep(0.05)",
  );
  await waitFor("its output", () => before.printed(id).includes("5\n"), 20_000);
  // A save tells the kernel's holder what need not be told again; of this it needs all.
  const content = notebookOf([codeCell("a", "x"), codeCell("b", "saved")]);
  await first.ask("PUT", "/api/contents/nb.ipynb", { type: "notebook", format: "json", content });
  await waitFor("more of it", () => before.printed(id).includes("15\n"), 20_000);
  await first.kill();

  const second = await start();
  const back = await Channels.open(second, session.kernel.id, { sessionId: "s", protocol: "v1" });
  expect((await back.done(id)).content).toMatchObject({ status: "ok" });
  const heard = back.of(id).map(({ type }) => type);
  expect(heard.filter((type) => type === "clear_output")).toHaveLength(1);
  expect(heard.indexOf("clear_output")).toBeLessThan(heard.indexOf("stream"));
  expect(back.printed(id)).toBe(Array.from({ length: 60 }, (_, i) => `${i}\n`).join(""));
  const more = back.execute("print(x)");
  await back.done(more);
  expect(back.printed(more)).toBe("1\n");
  expect(await second.ask("GET", `/api/sessions/${session.id}`)).toMatchObject({
    id: session.id,
    path: "nb.ipynb",
    kernel: { id: session.kernel.id },
  });
  // Another client has nothing of it.
  const other = await Channels.open(second, session.kernel.id, { sessionId: "t" });
  await other.done(other.execute("1"));
  expect(other.of(id)).toEqual([]);
}, 90_000);

test("so does a kernel that a client had for itself, with its session", async () => {
  const start = aPlace();
  const first = await start();
  const session = await first.ask("POST", "/api/sessions", { path: "mine-jvsc-1.ipynb", type: "notebook" });
  await first.ask("PATCH", `/api/sessions/${session.id}`, { name: "mine" });
  const before = await Channels.open(first, session.kernel.id, { sessionId: "s" });
  const old = before.execute("x = 2; print('told')");
  await before.done(old);
  // Once more, so that what was told is known to be.
  await before.done(before.execute("pass"));
  const id = before.execute(
    "import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.05)",
  );
  await waitFor("its output", () => before.printed(id).includes("5\n"), 20_000);
  await first.kill();

  const second = await start();
  expect(await second.ask("GET", "/api/sessions")).toMatchObject([
    { id: session.id, path: "mine-jvsc-1.ipynb", name: "mine", kernel: { id: session.kernel.id } },
  ]);
  const back = await Channels.open(second, session.kernel.id, { sessionId: "s" });
  expect((await back.done(id)).content).toMatchObject({ status: "ok" });
  expect(back.printed(id)).toBe(Array.from({ length: 40 }, (_, i) => `${i}\n`).join(""));
  expect(back.printed(old)).toBe("");
  const more = back.execute("print(x)");
  await back.done(more);
  expect(back.printed(more)).toBe("2\n");
}, 90_000);
