/** The launcher on a Node that is too old: it goes on by itself on a newer one, or says in one line what to type. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, ROOT } from "./cli-support.ts";

const LAUNCHER = join(ROOT, "bin/loopbook.js");
const runtime = createRequire(import.meta.url)(join(ROOT, "bin/node-runtime.cjs")) as {
  isSupported(version: string): boolean;
  packageName(): string;
};

/** A Node of this machine that is too old for Loopbook. */
const oldNode = [process.env.LOOPBOOK_MACHINE_NODE, "/usr/bin/node", "/usr/local/bin/node"].find(
  (node) => node !== undefined && existsSync(node) && !runtime.isSupported(versionOf(node)),
);

function versionOf(node: string): string {
  return execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
}

test.each([
  ["v20.20.2", false],
  ["22.17.9", false],
  ["22.18.0", true],
  ["23.11.0", false],
  ["24.10.9", false],
  ["24.11.0", true],
  ["26.0.0", true],
])("Node %s is good enough: %s", (version, isGood) => expect(runtime.isSupported(version)).toBe(isGood));

describe.skipIf(oldNode === undefined)("started by an older Node", () => {
  const old = oldNode ?? "";
  let folder: CliFolder;
  let cache: string;
  beforeAll(() => {
    folder = new CliFolder();
    cache = mkdtempSync(join(tmpdir(), "loopbook-cache-"));
    // As a fetched one lies there.
    const place = join(
      cache,
      `node-${process.version}-${runtime.packageName().slice("node-".length)}`,
      "bin",
    );
    mkdirSync(place, { recursive: true });
    symlinkSync(process.execPath, join(place, "node"));
  });
  afterAll(async () => {
    await folder.remove();
    rmSync(cache, { recursive: true, force: true });
  });
  const launch = (args: readonly string[], input?: string) =>
    folder.run(args, {
      command: [old, LAUNCHER],
      env: { LOOPBOOK_CACHE: cache, LOOPBOOK_SOURCE: "1" },
      ...(input === undefined ? {} : { input }),
    });

  test("goes on with the one that it finds: arguments, input, output and exit code are the same", async () => {
    expect(await launch(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n", stderr: "" });
    expect((await launch(["rnu"])).code).toBe(2);
    const notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}';
    const piped = await launch(["run", "-", "-", "--prepare-only"], notebook);
    expect(piped).toMatchObject({ code: 0, stdout: notebook });
  });

  test("passes signals on, and nothing is left behind when it is killed", async () => {
    folder.notebook("busy.ipynb", [{ source: "print('busy', flush=True)\nimport time; time.sleep(60)" }]);
    const start = () =>
      folder.start(["run", "busy.ipynb", "busy-out.ipynb", "--log-output"], {
        command: [old, LAUNCHER],
        env: { LOOPBOOK_CACHE: cache, LOOPBOOK_SOURCE: "1" },
      });
    const stopped = start();
    await stopped.says("busy\n");
    stopped.process.kill("SIGTERM");
    expect((await stopped.ended).code).toBe(130);

    const killed = start();
    await killed.says("busy\n");
    killed.process.kill("SIGKILL");
    // Its output closes when the process behind it has ended, too.
    await killed.ended;
    expect(killed.stderr()).toContain("busy: Stopped");
  });

  test("says in one line what to type when there is none and none can be fetched", () => {
    const empty = mkdtempSync(join(tmpdir(), "loopbook-empty-"));
    const { status, stderr } = spawnSync(old, [LAUNCHER, "run", "nb.ipynb"], {
      encoding: "utf8",
      env: {
        ...process.env,
        LOOPBOOK_CACHE: empty,
        npm_config_offline: "true",
        npm_config_cache: join(empty, "npm"),
      },
    });
    expect(status).toBe(1);
    expect(stderr).toContain("npx -p node@24 -p loopbook loopbook run nb.ipynb");
    expect(readdirSync(empty).filter((name) => name.startsWith(".fetch"))).toEqual([]);
    rmSync(empty, { recursive: true, force: true });
  });
});
