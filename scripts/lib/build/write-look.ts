/** `dist/look`: the style sheets and fonts of notebooks that are written as HTML. */
import { readFileSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { joinSheets } from "../../../src/publish/look-files.ts";

export async function writeLook(at: (...parts: string[]) => string, dist: string): Promise<void> {
  const look = path.join(dist, "look");
  await rm(look, { recursive: true, force: true });
  await mkdir(look, { recursive: true });
  await writeFile(
    path.join(look, "look.css"),
    joinSheets((name) => readFileSync(at("src", name), "utf8")),
  );
  const katex = at("node_modules/katex/dist");
  await cp(path.join(katex, "katex.min.css"), path.join(look, "katex.min.css"));
  await cp(path.join(katex, "fonts"), path.join(look, "fonts"), {
    recursive: true,
    filter: (file) => !/\.(?:ttf|woff)$/.test(file),
  });
}
