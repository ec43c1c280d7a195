import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { jupyterDataFolders } from "../../src/compute/local/jupyter-paths.ts";
import { findKernelSpecs } from "../../src/compute/local/kernelspecs.ts";
import { aProvider, PYTHON_PREFIX } from "./kernel-support.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "lbs-")));
afterAll(() => rmSync(home, { recursive: true }));

/** An environment in which the real Jupyter and ours run, with folders of the test's own. */
function surroundings(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    HOME: home,
    PATH: `${join(PYTHON_PREFIX, "bin")}${delimiter}/usr/bin:/bin`,
    VIRTUAL_ENV: PYTHON_PREFIX,
    ...more,
  };
}

function addSpec(folder: string, name: string, spec: unknown): void {
  mkdirSync(join(folder, "kernels", name), { recursive: true });
  writeFileSync(
    join(folder, "kernels", name, "kernel.json"),
    typeof spec === "string" ? spec : JSON.stringify(spec),
  );
}

const stated = join(home, "stated");
const user = join(home, ".local/share/jupyter");
addSpec(stated, "Mixed-Case", { argv: ["mixed", "{connection_file}"], display_name: "Mixed", language: "x" });
addSpec(stated, "broken", "{ this is not JSON");
addSpec(user, "bash", {
  argv: ["/bin/mybash"],
  display_name: "Mine",
  language: "bash",
  interrupt_mode: "message",
});
addSpec(user, "mixed-case", { argv: ["other"], display_name: "Other", language: "x" });
addSpec(user, "python3", {
  argv: ["/opt/python", "-m", "ipykernel_launcher"],
  display_name: "User's",
  language: "python",
});

interface ListedSpec {
  readonly resource_dir: string;
  readonly spec: {
    readonly argv: readonly string[];
    readonly display_name: string;
    readonly language: string;
    readonly interrupt_mode: string;
    readonly env: unknown;
    readonly metadata: unknown;
  };
}

const jupyter = join(PYTHON_PREFIX, "bin/jupyter");

describe.each([
  ["a virtual environment that goes first", {}],
  ["no environment is active, the one on PATH counts", { VIRTUAL_ENV: "" }],
  ["user before environment", { JUPYTER_PREFER_ENV_PATH: "0" }],
  ["stated folders", { JUPYTER_PATH: `${stated}${delimiter}/nowhere/` }],
  ["another data folder", { JUPYTER_DATA_DIR: stated, JUPYTER_PREFER_ENV_PATH: "no" }],
  ["XDG", { XDG_DATA_HOME: join(home, "xdg"), JUPYTER_PREFER_ENV_PATH: "yes" }],
])("as the real Jupyter finds them: %s", (_, more) => {
  test("the same folders in the same order", () => {
    const env = surroundings(more);
    const paths = JSON.parse(execFileSync(jupyter, ["--paths", "--json"], { env, encoding: "utf8" }));
    const ours = jupyterDataFolders({ env, homeDir: home, platform: process.platform, cwd: home });
    expect(ours.map(({ path }) => path)).toEqual(paths.data);
  });

  test("the same specs", () => {
    const env = surroundings(more);
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    const listed: Record<string, ListedSpec> = JSON.parse(
      execFileSync(jupyter, ["kernelspec", "list", "--json"], { env, encoding: "utf8", stdio }),
    ).kernelspecs;
    const { specs } = findKernelSpecs({ env, homeDir: home });
    const ours = Object.fromEntries(specs.map((spec) => [spec.name, spec]));
    expect(Object.keys(ours).sort()).toEqual(Object.keys(listed).sort());
    for (const [name, { resource_dir, spec }] of Object.entries(listed)) {
      expect(ours[name]).toMatchObject({
        resourceDir: resource_dir,
        displayName: spec.display_name,
        language: spec.language,
        interruptMode: spec.interrupt_mode,
        env: spec.env,
        metadata: spec.metadata,
      });
      const { argv } = spec;
      // Jupyter puts its own python in when it starts the kernel; ours is put in when the spec is read.
      expect(ours[name]?.argv).toEqual(
        argv[0] === "python" ? [join(PYTHON_PREFIX, "bin/python"), ...argv.slice(1)] : argv,
      );
    }
  });
});

describe("kernelspecs", () => {
  test("a broken kernel.json is left out with a notice that names it", () => {
    const { specs, notices } = findKernelSpecs({
      env: surroundings({ JUPYTER_PATH: stated }),
      homeDir: home,
    });
    expect(specs.map((spec) => spec.name)).not.toContain("broken");
    expect(notices).toEqual([expect.stringContaining(join(stated, "kernels", "broken", "kernel.json"))]);
  });

  test("a Python with ipykernel and no installed spec offers python3", () => {
    const prefix = join(home, "env");
    mkdirSync(join(prefix, "bin"), { recursive: true });
    mkdirSync(join(prefix, "lib/python3.12/site-packages/ipykernel"), { recursive: true });
    writeFileSync(join(prefix, "bin/python"), "", { mode: 0o755 });
    const env = { HOME: join(home, "nobody"), PATH: "/nowhere", VIRTUAL_ENV: prefix };
    const { specs } = findKernelSpecs({ env, homeDir: join(home, "nobody") });
    expect(specs.find((spec) => spec.name === "python3")?.argv).toEqual([
      join(prefix, "bin/python"),
      "-m",
      "ipykernel_launcher",
      "-f",
      "{connection_file}",
    ]);
  });

  test("a wrong name is answered with those that exist and the nearest", async () => {
    const provider = aProvider();
    await expect(provider.start({ specName: "pyhton3" })).rejects.toMatchObject({
      code: "no-such-kernel",
      message: expect.stringMatching(/no kernel named "pyhton3"\. Did you mean python3\? .*bash/),
    });
    await provider.close();
  });

  test("a kernel that ends at its start, is not there, or never answers is told with what it wrote", async () => {
    const folder = join(home, "failing");
    addSpec(folder, "ends", {
      argv: ["/bin/sh", "-c", "echo out of cheese >&2; exit 3"],
      display_name: "Ends",
      language: "x",
    });
    addSpec(folder, "absent", {
      argv: ["/no/such/program", "{connection_file}"],
      display_name: "Absent",
      language: "x",
    });
    addSpec(folder, "silent", {
      argv: ["/bin/sh", "-c", "echo thinking >&2; exec sleep 600"],
      display_name: "Silent",
      language: "x",
    });
    const provider = aProvider({ env: surroundings({ JUPYTER_PATH: folder }) });
    const before = performance.now();
    await expect(provider.start({ specName: "ends" })).rejects.toMatchObject({
      code: "kernel-did-not-start",
      message: expect.stringMatching(/ended with code 3[\s\S]*out of cheese/),
    });
    await expect(provider.start({ specName: "absent" })).rejects.toMatchObject({
      code: "kernel-did-not-start",
      message: expect.stringMatching(/no\/such\/program/),
    });
    expect(performance.now() - before).toBeLessThan(5_000);
    await expect(provider.start({ specName: "silent", startTimeoutMs: 500 })).rejects.toMatchObject({
      code: "kernel-did-not-start",
      retry: true,
      message: expect.stringMatching(/did not answer within 0\.5 s[\s\S]*thinking/),
    });
    await expect(provider.start({ cwd: join(home, "no-such-folder") })).rejects.toMatchObject({
      code: "no-such-folder",
    });
    await provider.close();
  });
});
