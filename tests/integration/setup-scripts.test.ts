/** What the scripts say when something is missing: the fault, and what to do, never a stack. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(cwd: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...words], { cwd, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

/** A checkout without `node_modules` and without state. */
function aFreshCheckout(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "loopbook-checkout-"));
  folders.push(folder);
  for (const name of ["scripts", "bin", "package.json", "package-lock.json", ".npmrc"])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  return folder;
}

/** A PATH on which there is Node, npm, and nothing else. */
function pathWithoutPython(folder: string): string {
  const bin = path.join(folder, "only-node");
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, "node"));
  const npm = (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((place) => path.join(place, "npm"))
    .find((file) => existsSync(file));
  if (npm) symlinkSync(realpathSync(npm), path.join(bin, "npm"));
  return bin;
}

const without = (...names: string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));

describe("setup", () => {
  it("says that Python is missing, and how to get it", async () => {
    const folder = aFreshCheckout();
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const env = { ...without("VIRTUAL_ENV", "LOOPBOOK_PYTHON"), PATH: pathWithoutPython(folder) };
    const { code, output } = await run(folder, ["scripts/setup.cjs"], env);
    expect(output).toContain("No Python was found");
    expect(output).toMatch(/^→ Install it .*python3-venv/m);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it("says that there is no network", async () => {
    const folder = aFreshCheckout();
    const env = {
      ...without("VIRTUAL_ENV", "LOOPBOOK_PYTHON"),
      PATH: pathWithoutPython(folder),
      npm_config_registry: "http://127.0.0.1:9",
      npm_config_cache: path.join(folder, "cache"),
      npm_config_fetch_retries: "0",
    };
    const { code, output } = await run(folder, ["scripts/setup.cjs"], env);
    expect(output).toContain("npm could not reach its registry.");
    expect(output).toMatch(/^→ Check the network/m);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it("finds nothing to do in a checkout that is set up", async () => {
    await run(root, ["scripts/setup.cjs"], process.env);
    const startedAt = performance.now();
    const { code, output } = await run(root, ["scripts/setup.cjs"], process.env);
    expect(output).toContain("Everything is up to date.");
    expect(code).toBe(0);
    // Generous: what is checked is that nothing is installed or built, not how fast the machine is.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("demo", () => {
  it("says whose port it is when the wanted one is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      const { code, output } = await run(
        root,
        ["scripts/demo.cjs", "--no-browser", "--port", String(port)],
        process.env,
      );
      expect(output).toContain(`Port ${port} is taken`);
      expect(output).toMatch(/--port/);
      expect(output).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
    } finally {
      taken.close();
    }
  });

  it("names its options when it is given another", async () => {
    const { code, output } = await run(root, ["scripts/demo.cjs", "--fast"], process.env);
    expect(output).toContain("The demo has no option --fast.");
    expect(code).toBe(1);
  });
});
