/**
 * The build: the page by vite, the program and the library by rolldown, the library's types by tsc, and the licences
 * of everything that was bundled. Not minified: a stack trace from a user should be readable. But without comments and
 * in ASCII, because Node keeps a program's text in memory, and two bytes a character where one needs two.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { build as buildPage } from "vite";
import { inAscii } from "./in-ascii.ts";
import { createLicenceCollector } from "./licences.ts";
import { writeLook } from "./write-look.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const dist = path.join(root, "dist");
const at = (...parts: string[]): string => path.join(root, ...parts);

async function buildProgram(licences: ReturnType<typeof createLicenceCollector>): Promise<void> {
  const input: Record<string, string> = {};
  for (const [name, file] of [
    ["cli", "src/cli/main.ts"],
    ["library", "src/library.ts"],
    // A process of its own: it must start in no time, so it brings its own few parts only.
    ["holder", "src/compute/holder/main.ts"],
  ] as const)
    if (existsSync(at(file))) input[name] = at(file);
  const bundle = await rolldown({
    input,
    cwd: root,
    platform: "node",
    plugins: [licences.plugin, inAscii],
    transform: { target: "node22" },
    // Of yjs there must be one copy, else two histories never merge.
    resolve: { conditionNames: ["node", "import", "default"] },
    onLog(level, log, handle) {
      if (log.code !== "CIRCULAR_DEPENDENCY" && log.code !== "EVAL") handle(level, log);
    },
  });
  const options = {
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: false,
    comments: false,
  } as const;
  // What is there stays usable until the new one is known to work.
  await bundle.generate(options);
  await rm(path.join(dist, "chunks"), { recursive: true, force: true });
  await bundle.write(options);
  await bundle.close();
}

async function buildTypes(): Promise<void> {
  if (!existsSync(at("src/library.ts"))) return;
  const types = path.join(dist, "types");
  await rm(types, { recursive: true, force: true });
  await tsc(["--project", at("scripts/lib/build/tsconfig.types.json"), "--outDir", types]);
  await writeFile(path.join(dist, "library.d.ts"), 'export * from "./types/library.ts";\n');
}

function tsc(args: readonly string[]): Promise<void> {
  const script = at("node_modules/typescript/bin/tsc");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`tsc ended with ${code} while writing the library's types.`)),
    );
  });
}

async function sizeOf(folder: string, keep: (file: string) => boolean): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && keep(path.relative(folder, file))) bytes += (await stat(file)).size;
  }
  return bytes;
}

const startedAt = performance.now();
const licences = createLicenceCollector(root);
await Promise.all([
  buildProgram(licences),
  buildTypes(),
  buildPage({
    configFile: at("src/web/vite.config.ts"),
    logLevel: "warn",
    build: { rolldownOptions: { checks: { bundlerTimings: false } } },
    plugins: [licences.plugin],
  }),
]);
await writeLook(at, dist);
await writeFile(path.join(dist, "THIRD-PARTY-LICENSES.txt"), await licences.text());

const isPage = (file: string): boolean => file.startsWith("web");
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString("en")} kB`;
console.log(
  `dist/: program and library ${kilobytes(await sizeOf(dist, (file) => !isPage(file)))}, ` +
    `page ${kilobytes(await sizeOf(dist, isPage))}, ${licences.count()} bundled packages, ` +
    `${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
);
