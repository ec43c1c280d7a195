/**
 * The page's own style sheets and KaTeX's fonts, for notebooks that are written as HTML: as the build left them beside
 * the program (`dist/look`), or from the sources.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LoopbookError } from "../util/errors.ts";
import type { Look } from "./notebook-html.ts";

/** In this order; each from `src/`. What CSS modules call `:global(x)` is plain `x` here. */
export const LOOK_SHEETS = [
  "web/theme/tokens.css",
  "web/theme/base.css",
  "web/editor/code.css",
  "web/editor/static-code.module.css",
  "web/markdown/prose.module.css",
  "web/outputs/outputs.module.css",
  "publish/export.css",
] as const;

let known: Look | null = null;

/** @throws LoopbookError `look-missing`. */
export function lookFiles(): Look {
  known ??= builtLook() ?? sourceLook();
  if (known !== null) return known;
  throw new LoopbookError(
    "look-missing",
    "The style sheets of published notebooks are not there: this installation is damaged. Install Loopbook again.",
  );
}

/** Seen from `dist/` and `dist/chunks/`. */
function builtLook(): Look | null {
  for (const place of ["./look/", "../look/"]) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(`${folder}look.css`))
      return {
        css: readFileSync(`${folder}look.css`, "utf8"),
        katexCss: () => readFileSync(`${folder}katex.min.css`, "utf8"),
        font: (name) => readFileSync(`${folder}fonts/KaTeX_${name}.woff2`),
      };
  }
  return null;
}

function sourceLook(): Look | null {
  const source = fileURLToPath(new URL("../", import.meta.url));
  const katex = fileURLToPath(new URL("../../node_modules/katex/dist/", import.meta.url));
  if (!existsSync(`${source}publish/export.css`)) return null;
  return {
    css: joinSheets((name) => readFileSync(`${source}${name}`, "utf8")),
    katexCss: () => readFileSync(`${katex}katex.min.css`, "utf8"),
    font: (name) => readFileSync(`${katex}fonts/KaTeX_${name}.woff2`),
  };
}

/** Without comments; the build writes the same into one file. */
export function joinSheets(read: (name: string) => string): string {
  return LOOK_SHEETS.map(read)
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/:global\(([^)]*)\)/g, "$1")
    .replace(/\n\s*\n/g, "\n");
}
