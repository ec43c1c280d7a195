import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { insideFolder, isWithin, shownPath } from "./folder-path.ts";

let base: string;
let folder: string;

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-folder-")));
  folder = join(base, "work");
  mkdirSync(join(folder, "sub"), { recursive: true });
  mkdirSync(join(base, "workbench"));
  writeFileSync(join(base, "secret.txt"), "secret");
  writeFileSync(join(folder, "a.ipynb"), "{}");
  symlinkSync(base, join(folder, "out"));
  symlinkSync(join(base, "secret.txt"), join(folder, "leak.txt"));
  symlinkSync(join(folder, "sub"), join(folder, "in"));
  symlinkSync(join(base, "nowhere"), join(folder, "dangling"));
  return () => rmSync(base, { recursive: true, force: true });
});

describe("a path that a request names", () => {
  test.each([
    ["", ""],
    ["a.ipynb", "a.ipynb"],
    ["sub/../a.ipynb", "a.ipynb"],
    ["sub/new.ipynb", "sub/new.ipynb"],
    ["in/new.ipynb", "in/new.ipynb"],
    ["./..a", "..a"],
  ])("%j leads to %j", async (path, expected) => {
    expect(await insideFolder(folder, path)).toBe(join(folder, expected));
  });

  test("may be absolute when it is in the folder", async () => {
    expect(await insideFolder(folder, join(folder, "a.ipynb"))).toBe(join(folder, "a.ipynb"));
  });

  test.each([
    ["..", "outside-folder"],
    ["../secret.txt", "outside-folder"],
    ["../workbench", "outside-folder"],
    ["sub/../../secret.txt", "outside-folder"],
    ["/etc/passwd", "outside-folder"],
    ["leak.txt", "outside-folder"],
    ["out/secret.txt", "outside-folder"],
    ["out/new.ipynb", "outside-folder"],
    ["dangling", "outside-folder"],
    ["missing/new.ipynb", "no-such-file"],
    ["a.ipynb/x", "no-such-file"],
    ["a\0.ipynb", "bad-request"],
  ])("%j is refused with %s", async (path, code) => {
    await expect(insideFolder(folder, path)).rejects.toMatchObject({ code });
  });

  test("never leads out, however it is made up", async () => {
    const part = fc.constantFrom("..", ".", "sub", "out", "leak.txt", "in", "a.ipynb", "/", "", "etc");
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const given = await insideFolder(folder, parts.join("/")).catch(() => folder);
        expect(isWithin(folder, given)).toBe(true);
        const real = (() => {
          try {
            return realpathSync(given);
          } catch {
            return folder;
          }
        })();
        expect(isWithin(folder, real)).toBe(true);
      }),
    );
  });
});

test("paths are shown relative to the folder, with slashes", () => {
  expect(shownPath(folder, join(folder, "sub", "b.ipynb"))).toBe("sub/b.ipynb");
  expect(shownPath(folder, join(base, "secret.txt"))).toBe(join(base, "secret.txt"));
});
