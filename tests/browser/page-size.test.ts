/** The first view of a notebook stays small: what is big comes when it is needed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { buildPage } from "./browser-support.ts";

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

let folder = "";
let manifest: Readonly<Record<string, Chunk>> = {};

beforeAll(async () => {
  folder = await buildPage();
  manifest = JSON.parse(await readFile(join(folder, ".vite/manifest.json"), "utf8"));
});

/** A chunk and all that it needs at once. */
function closure(entries: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const walk = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    for (const next of chunk.imports ?? []) walk(next);
  };
  for (const entry of entries) walk(entry);
  return seen;
}

async function gzipped(keys: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const key of keys) {
    const file = manifest[key]?.file ?? "";
    if (file.endsWith(".js")) bytes += gzipSync(await readFile(join(folder, file)), { level: 9 }).length;
  }
  return bytes;
}

const FIRST_VIEW = ["index.html", "notebook/notebook-page.tsx"];

test("a notebook's first view is at most 200 kB of JavaScript, gzipped", async () => {
  const bytes = await gzipped(closure(FIRST_VIEW));
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(200_000);
});

test("the folder's list needs no document, and is at most 100 kB", async () => {
  expect(await gzipped(closure(["index.html", "listing/folder-page.tsx"]))).toBeLessThanOrEqual(100_000);
});

test("with an editor open it is at most 400 kB", async () => {
  expect(await gzipped(closure([...FIRST_VIEW, "editor/code-editor.tsx"]))).toBeLessThanOrEqual(400_000);
});

test("the editor and KaTeX are not in the first view", async () => {
  const sources = await Promise.all(
    [...closure(FIRST_VIEW)].map((key) => readFile(join(folder, manifest[key]?.file ?? ""), "utf8")),
  );
  const text = sources.join("\n");
  const marks = ["cm-lineWrapping", "KaTeX parse error"];
  expect(marks.filter((mark) => text.includes(mark))).toEqual([]);
});
