import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { putInTrash, type TrashPlaces } from "./trash.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "loopbook-trash-"));
  mkdirSync(join(base, "work"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
});

const places = (more: Partial<TrashPlaces> = {}): TrashPlaces => ({
  env: { HOME: join(base, "home") },
  platform: "linux",
  userId: 1000,
  now: new Date(2026, 10, 24, 9, 5, 7),
  ...more,
});

function aFile(name: string, text: string): string {
  const path = join(base, "work", name);
  writeFileSync(path, text);
  return path;
}

test("a file is in the trash with the note that brings it back, and two of one name are two", async () => {
  const trash = join(base, "home/.local/share/Trash");
  for (const text of ["first", "second"]) await putInTrash(aFile("a b.ipynb", text), places());
  // One that has lost its note.
  writeFileSync(join(trash, "files/a b 3.ipynb"), "lost");
  await putInTrash(aFile("a b.ipynb", "third"), places());
  expect(readFileSync(join(trash, "files/a b 3.ipynb"), "utf8")).toBe("lost");
  expect(readFileSync(join(trash, "files/a b 4.ipynb"), "utf8")).toBe("third");
  expect(readdirSync(join(base, "work"))).toEqual([]);
  expect(readFileSync(join(trash, "files/a b.ipynb"), "utf8")).toBe("first");
  expect(readFileSync(join(trash, "files/a b 2.ipynb"), "utf8")).toBe("second");
  expect(readFileSync(join(trash, "info/a b 2.ipynb.trashinfo"), "utf8")).toBe(
    `[Trash Info]\nPath=${base}/work/a%20b.ipynb\nDeletionDate=2026-11-24T09:05:07\n`,
  );
});

test("XDG_DATA_HOME says where, and macOS has a place of its own", async () => {
  const data = join(base, "data");
  const there = await putInTrash(aFile("a.ipynb", "x"), places({ env: { HOME: base, XDG_DATA_HOME: data } }));
  expect(there).toBe(join(data, "Trash/files/a.ipynb"));
  expect(await putInTrash(aFile("a.ipynb", "x"), places({ platform: "darwin" }))).toBe(
    join(base, "home/.Trash/a.ipynb"),
  );
});

test("where there is no trash the file stays where it is", async () => {
  const path = aFile("a.ipynb", "x");
  await expect(putInTrash(path, places({ platform: "win32" }))).rejects.toMatchObject({ code: "no-trash" });
  writeFileSync(join(base, "home"), "no folder");
  await expect(putInTrash(path, places())).rejects.toMatchObject({ code: "no-trash" });
  expect(readFileSync(path, "utf8")).toBe("x");
  await expect(putInTrash(join(base, "gone.ipynb"), places({ env: { HOME: base } }))).rejects.toMatchObject({
    code: "no-such-file",
  });
  expect(existsSync(join(base, ".local/share/Trash/info/gone.ipynb.trashinfo"))).toBe(false);
});
