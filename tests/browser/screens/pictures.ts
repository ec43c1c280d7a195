/** Pictures small enough to be kept beside the sources, and the page that lists them. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { rootFolder } from "../browser-support.ts";
import type { Screen } from "./states.ts";

const PYTHON = join(
  resolve(process.env.LOOPBOOK_TEST_PYTHON ?? join(rootFolder, ".loopbook/python")),
  "bin/python",
);

/** Fewer colours, and fewer still when it is larger than it should be: screens are flat. */
const REDUCE = `
import io, sys
from PIL import Image
picture = Image.open(sys.stdin.buffer).convert("RGB")
for colours in (96, 64, 40, 24):
    small = io.BytesIO()
    picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    if small.tell() <= 60_000:
        break
open(sys.argv[1], "wb").write(small.getvalue())
`;

export function writePicture(file: string, png: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    const child = execFile(PYTHON, ["-c", REDUCE, file], (error) => (error ? fail(error) : done()));
    child.stdin?.end(png);
  });
}

export function screensPage(screens: readonly Screen[]): string {
  const picture = (name: string, says: string, width: number, theme: string): string =>
    `<img src="../images/screens/${name}-${width}-${theme}.png" width="${width === 400 ? 130 : 410}" alt="${says}, ${width} px wide, ${theme}">`;
  const parts = screens.map(({ name, says }) =>
    [
      `## ${says}`,
      "",
      ...[1280, 400].flatMap((width) => ["light", "dark"].map((theme) => picture(name, says, width, theme))),
    ].join("\n"),
  );
  return [
    "# Screens",
    "",
    "Every screen at 1280 and 400 pixels, light and dark. `node tests/browser/screens/main.ts` makes the pictures and this page from live runs; with a folder and words behind it, only some, to look at.",
    "",
    parts.join("\n\n"),
    "",
  ].join("\n");
}
