/** The local server: started, found, used by other commands, ended; and the address that `open` prints. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, printedBy, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

interface Status {
  readonly processes: readonly { readonly pid: number; readonly kind: string; readonly url: string }[];
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("up starts it once, status tells it without its token, down ends it", async () => {
  const up = await folder.run(["up", "--port", "0"]);
  expect(up.code).toBe(0);
  const again = await folder.run(["up"]);
  expect(again.stdout).toBe(up.stdout);
  const { processes } = await folder.json<Status>(["status"]);
  expect(processes).toHaveLength(1);
  expect(JSON.stringify(processes)).not.toContain("token");
  const pid = processes[0]?.pid ?? 0;
  expect((await folder.run(["down"])).stdout).toContain("has ended");
  await until(
    () => !isAlive(pid),
    () => `the end of process ${pid}`,
  );
  expect((await folder.run(["down"])).stderr).toContain("No local server is up");
});

test("a detached run starts the server, goes on when its terminal is gone, and is steered by its id", async () => {
  folder.notebook("far.ipynb", [{ source: "print('release')", tags: ["hold"] }]);
  const { code, stdout, stderr } = await folder.run([
    "run",
    "far.ipynb",
    "far-out.ipynb",
    "--detach",
    "--name",
    "far",
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain("The local server of");
  const id = stdout.trim();
  await until(
    async () => (await folder.json<{ status: string }[]>(["ps"]))[0]?.status === "held",
    () => "the detached run's hold",
  );
  expect((await folder.run(["approve", id])).code).toBe(0);
  await until(
    async () => (await folder.json<unknown[]>(["ps"])).length === 0,
    () => "the detached run's end",
  );
  expect(printedBy(folder.read("far-out.ipynb"))).toBe("release\n");
  const record = await folder.json<{ snapshot: { exitCode: number; name: string } }>(["show", id]);
  expect(record.snapshot).toMatchObject({ exitCode: 0, name: "far" });
  await folder.run(["down"]);
});

test("open prints an address on 127.0.0.1 that lets its owner in, and nobody else", async () => {
  folder.notebook("page.ipynb", [{ source: "1 + 1" }]);
  const server = folder.start(["open", "page.ipynb", "--no-browser", "--port", "0"]);
  await server.says(/\?token=\w+/);
  const address = new URL(server.stdout().trim());
  expect(address.hostname).toBe("127.0.0.1");
  expect(address.pathname).toBe("/open/page.ipynb");
  const signedIn = await fetch(address, { redirect: "manual" });
  expect(signedIn.status).toBe(303);
  expect(signedIn.headers.get("location")).not.toContain("token");
  const stranger = await fetch(new URL("/api/status", address));
  expect(stranger.status).toBe(401);
  // Another `open` of the same folder finds the server that there is.
  const second = await folder.run(["open", "page.ipynb", "--no-browser"]);
  expect(second.stdout).toBe(server.stdout());
  server.process.kill("SIGINT");
  expect((await server.ended).code).toBe(0);
});

test("open starts the browser that BROWSER names, with the address as one argument", async () => {
  folder.notebook("browse.ipynb", []);
  const script = folder.write(
    "browser.sh",
    `#!/bin/sh\nprintf '%s %s' $# "$1" > "${folder.file("opened.txt")}"\n`,
  );
  const server = folder.start(["open", "browse.ipynb", "--port", "0"], {
    env: { BROWSER: `sh ${script} %s` },
  });
  await until(
    () => folder.exists("opened.txt"),
    () => "the browser's start",
  );
  await server.says("Ctrl-C ends the server");
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(folder.file("opened.txt"), "utf8")).toBe(`1 ${server.stdout().trim()}`);
  server.process.kill("SIGTERM");
  await server.ended;
});

test("a notebook that the server has open is run there, not by a second process", async () => {
  folder.notebook("owned.ipynb", [{ source: "print('run')" }]);
  await folder.run(["step", "owned.ipynb"], { input: "q\n" });
  const second = await folder.run(["run", "owned.ipynb", "--in-place"]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("--detach");
  expect((await folder.run(["run", "owned.ipynb", "--in-place", "--detach"])).code).toBe(0);
  await until(
    () => printedBy(folder.read("owned.ipynb")) === "run\n",
    () => "the run's output",
  );
  await folder.run(["down"]);
});

test("a taken port and a missing path are told in one line", async () => {
  const server = folder.start(["up", "--foreground", "--port", "0"]);
  await server.says("http://127.0.0.1:");
  expect(server.stdout()).not.toMatch(/token=/);
  const port = /127\.0\.0\.1:(\d+)/.exec(server.stdout())?.[1] ?? "";
  folder.notebook("port.ipynb", [{ source: "1" }]);
  const taken = await folder.run(["run", "port.ipynb", "--port", port]);
  expect(taken.code).not.toBe(0);
  expect(taken.stderr).toMatch(new RegExp(`^error: Port ${port} is taken by the Loopbook server`));
  expect((await folder.run(["open", "gone.ipynb"])).stderr).toMatch(
    /^error: There is no [^\n]*gone\.ipynb\.\n$/,
  );
  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});
