/**
 * What `npm pack` gives, installed where nothing else is, with the Node that a user may have (20) and with 24.
 * Needs `dist/`: `npm run build` first (`npm test` does).
 */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const prefix = path.resolve(process.env.LOOPBOOK_TEST_PYTHON ?? path.join(root, ".loopbook/python"));
const version: string = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).version;

/** The Node that was there before ours, where `npm test` was started with one. */
const nodes = [...new Set([process.env.LOOPBOOK_MACHINE_NODE, "/usr/bin/node", process.execPath])].filter(
  (node): node is string => node !== undefined && existsSync(node),
);

// Plotly, Mermaid, Vega, PDF.js and the widgets are five of these: what is shown needs no network.
const LARGEST_TARBALL_BYTES = 8_000_000;
const folder = mkdtempSync(path.join(tmpdir(), "loopbook-packaging-"));
const installed = path.join(folder, "node_modules", "loopbook");
let tarball: { filename: string; size: number; unpackedSize: number; files: { path: string }[] };

const environment = (node: string) => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_OPTIONS)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
    VIRTUAL_ENV: prefix,
    LOOPBOOK_HOME: path.join(folder, "state"),
  };
};
const npx = (node: string, ...words: string[]) =>
  run("npx", ["--no-install", "loopbook", ...words], { cwd: folder, env: environment(node) });

beforeAll(async () => {
  if (!existsSync(path.join(root, "dist", "cli.js")))
    throw new Error("dist/ is not built. Type: npm run build");
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root });
  [tarball] = JSON.parse(packed.stdout);
  await run("npm", ["install", "--no-audit", "--no-fund", "--offline", path.join(folder, tarball.filename)], {
    cwd: folder,
    env: environment(process.execPath),
  });
  console.info(
    `loopbook-${version}.tgz: ${(tarball.size / 1000).toFixed(0)} kB, unpacked ${(tarball.unpackedSize / 1000).toFixed(0)} kB`,
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  it("brings no dependency, no install script, and only what runs", () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"])
      expect(manifest[kind] ?? {}).toEqual({});
    for (const hook of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts ?? {}).not.toHaveProperty(hook);
    const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages).sort()).toEqual(["", "node_modules/loopbook"]);

    const places = new Set(tarball.files.map((file) => file.path.split("/")[0]));
    expect([...places].sort()).toEqual(["LICENSE", "README.md", "bin", "dist", "package.json"]);
    expect(tarball.files.filter((file) => /\.map$|\.test\./.test(file.path))).toEqual([]);
    expect(tarball.size).toBeLessThan(LARGEST_TARBALL_BYTES);
  });

  it("carries the licences of what is bundled", () => {
    const licences = readFileSync(path.join(installed, "dist", "THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["fastify", "yjs", "react", "zod", "katex"])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  });

  it.each(nodes)("tells its version, started by %s", async (node) => {
    expect((await npx(node, "--version")).stdout).toBe(`${version}\n`);
  });

  it.each(nodes)("runs a notebook, started by %s", async (node) => {
    const input = path.join(folder, "in.ipynb");
    const output = path.join(folder, "out.ipynb");
    rmSync(output, { force: true });
    writeFileSync(
      input,
      JSON.stringify({
        cells: [
          {
            cell_type: "code",
            execution_count: null,
            id: "a",
            metadata: { tags: ["parameters"] },
            outputs: [],
            source: "x = 1",
          },
          {
            cell_type: "code",
            execution_count: null,
            id: "b",
            metadata: {},
            outputs: [],
            source: "print(x + 1)",
          },
        ],
        metadata: { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } },
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
    await npx(node, "run", input, output, "-p", "x", "41");
    const { cells } = JSON.parse(readFileSync(output, "utf8"));
    expect([cells.at(-1).outputs[0].text].flat().join("")).toBe("42\n");
  });

  it("is a library, too: the example runs", async () => {
    for (const file of ["library/sweep.ts", "quickstart/quickstart.ipynb"])
      copyFileSync(path.join(root, "examples", file), path.join(folder, path.basename(file)));
    const { stdout } = await run(process.execPath, ["sweep.ts", "quickstart.ipynb", "sweep"], {
      cwd: folder,
      env: environment(process.execPath),
    });
    expect(stdout.trim().split("\n")).toEqual(
      [0.05, 0.1, 0.2, 0.4].map((lr) => `sweep/lr-${lr}.ipynb: lr ${lr}, steps 20`),
    );
  });

  it("runs notebooks as a library", async () => {
    copyFileSync(path.join(root, "examples/quickstart/quickstart.ipynb"), path.join(folder, "program.ipynb"));
    writeFileSync(
      path.join(folder, "program.mjs"),
      `import { runNotebook } from "loopbook";
       const run = await runNotebook("program.ipynb", { parameters: { steps: 3 }, onHold: () => true });
       console.log(run.snapshot.status, run.loopbookVersion);`,
    );
    const { stdout } = await run(process.execPath, ["program.mjs"], {
      cwd: folder,
      env: environment(process.execPath),
    });
    expect(stdout).toBe(`completed ${version}\n`);
  });

  it("has types that a strict compiler accepts", async () => {
    writeFileSync(
      path.join(folder, "typed.mts"),
      'import { openNotebook, type NotebookFile } from "loopbook";\nconst file: NotebookFile = await openNotebook("x.ipynb");\n// @ts-expect-error a name is a text\nfile.get(1);\n',
    );
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "--types", "node"];
    const types = ["--typeRoots", path.join(root, "node_modules", "@types")];
    await run(process.execPath, [tsc, ...options, ...types, "typed.mts"], { cwd: folder }).catch((error) => {
      throw new Error(error.stdout);
    });
  });
});
