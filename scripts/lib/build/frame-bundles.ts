/**
 * `frame:vega` and its like: what runs inside an output's frame, as one text that the page hands to it. A frame has no
 * origin and fetches nothing, so each bundle is whole; the page fetches it as a chunk of its own when it is needed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FRAME = join(ROOT, "src/web/outputs/frame");
/** They are big and seldom change. */
const CACHE = join(ROOT, "node_modules/.cache/frame-bundles");
const NAME = /^frame:([a-z]+)$/;

interface FrameBundlesPlugin {
  readonly name: string;
  resolveId(id: string): string | null;
  load(this: { addWatchFile(id: string): void }, id: string): Promise<string | null>;
}

export function frameBundles(): FrameBundlesPlugin {
  return {
    name: "frame-bundles",
    resolveId: (id) => (NAME.test(id) ? `\0${id}` : null),
    async load(id) {
      const name = id.startsWith("\0") ? NAME.exec(id.slice(1))?.[1] : undefined;
      if (name === undefined) return null;
      for (const file of sources()) this.addWatchFile(file);
      return `export const code = ${JSON.stringify(await bundled(name))};`;
    },
  };
}

function sources(): readonly string[] {
  return readdirSync(FRAME, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes(".test."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function bundled(name: string): Promise<string> {
  const key = createHash("sha256").update(name);
  for (const file of [fileURLToPath(import.meta.url), join(ROOT, "package-lock.json"), ...sources()])
    key.update(readFileSync(file));
  const cached = join(CACHE, `${name}-${key.digest("hex").slice(0, 32)}.js`);
  try {
    return readFileSync(cached, "utf8");
  } catch {
    // Made below.
  }
  const code = await bundle(name);
  mkdirSync(dirname(cached), { recursive: true });
  // Two builds at once write the same.
  const temporary = `${cached}.${process.pid}`;
  writeFileSync(temporary, code);
  renameSync(temporary, cached);
  return code;
}

async function bundle(name: string): Promise<string> {
  const build = await rolldown({
    input: join(FRAME, `inside/${name}.ts`),
    platform: "browser",
    logLevel: "silent",
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
  });
  try {
    const { output } = await build.generate({
      format: "iife",
      name: "loopbookFrame",
      exports: "named",
      codeSplitting: false,
      minify: true,
    });
    return output[0].code;
  } finally {
    await build.close();
  }
}
