import { spawnSync } from "node:child_process";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cell, Notebook } from "../../nbformat/notebook.ts";
import { serialiseNotebook } from "../../nbformat/serialise.ts";
import { NotebookFiles } from "./notebook-files.ts";
import { saveFailure } from "./save-failure.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Four spaces, keys in an order of its own, sources as one string, no newline at the end. */
const HAND_WRITTEN = `{
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"custom": [1.0, 2e3]},
    "cells": [
        {"id": "a", "cell_type": "code", "source": "x = 'ü'", "metadata": {}, "outputs": [], "execution_count": null},
        {"id": "b", "cell_type": "markdown", "source": ["# T\\n", "text"], "metadata": {}}
    ]
}`;

async function aFile(content = HAND_WRITTEN): Promise<string> {
  const path = join(folder, "nb.ipynb");
  await writeFile(path, content);
  return path;
}

function withSource(notebook: Notebook, index: number, source: string): Notebook {
  const cells = notebook.cells.map((cell, at): Cell => (at === index ? { ...cell, source } : cell));
  return { ...notebook, cells };
}

describe("saving", () => {
  test("an untouched notebook writes nothing", async () => {
    const path = await aFile();
    const before = await stat(path, { bigint: true });
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    expect(await files.save(path, notebook)).toEqual({ type: "unchanged" });
    expect((await stat(path, { bigint: true })).ino).toBe(before.ino);
  });

  test("a changed cell changes only itself in the file, and no temporary file stays", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    expect(await files.save(path, withSource(notebook, 0, "x = 'ö'"))).toMatchObject({ type: "saved" });
    expect(await readFile(path, "utf8")).toBe(HAND_WRITTEN.replace("'ü'", "'ö'"));
    expect(await readdir(folder)).toEqual(["nb.ipynb"]);
  });

  test("a second save knows the first as its own", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    await files.save(path, withSource(notebook, 0, "1"));
    expect(await files.save(path, withSource(notebook, 0, "2"))).toMatchObject({ type: "saved" });
    expect(await files.save(path, withSource(notebook, 0, "2"))).toEqual({ type: "unchanged" });
  });

  test("saves that overlap follow one another", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    const saves = ["1", "2", "3"].map((source) => files.save(path, withSource(notebook, 0, source)));
    expect((await Promise.all(saves)).map(({ type }) => type)).toEqual(["saved", "saved", "saved"]);
    expect(await readFile(path, "utf8")).toBe(HAND_WRITTEN.replace("x = 'ü'", "3"));
  });

  test("a notebook without a file becomes one in Jupyter's style", async () => {
    const path = join(folder, "new.ipynb");
    const notebook: Notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    expect(await new NotebookFiles().save(path, notebook)).toMatchObject({ type: "saved" });
    expect(await readFile(path, "utf8")).toBe(
      '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n',
    );
  });

  test("another file takes the style of the one it comes from, and replaces what is there", async () => {
    const files = new NotebookFiles();
    const input = await files.load(await aFile());
    const output = join(folder, "out.ipynb");
    await writeFile(output, "an older run");
    files.adopt(output, input);
    expect(await files.save(output, withSource(input.notebook, 0, "y"))).toMatchObject({ type: "saved" });
    expect(await readFile(output, "utf8")).toBe(HAND_WRITTEN.replace("x = 'ü'", "y"));
  });

  test("characters beyond the basic plane survive wherever the pieces end", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    const long = `${"x".repeat(100)}${"😀".repeat(300_000)}`;
    await files.save(path, withSource(notebook, 0, long));
    const { notebook: again } = await new NotebookFiles().load(path);
    expect(again.cells[0]?.source === long).toBe(true);
  });
});

describe("the file's place in the file system", () => {
  test("a symlink stays one, and its target is written", async () => {
    const path = await aFile();
    const link = join(folder, "link.ipynb");
    await symlink("nb.ipynb", link);
    const files = new NotebookFiles();
    const { notebook } = await files.load(link);
    await files.save(link, withSource(notebook, 0, "linked"));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, "utf8")).toContain("linked");
  });

  test("a symlink to a file that is not there yet makes that file", async () => {
    const link = join(folder, "link.ipynb");
    await mkdir(join(folder, "sub"));
    await symlink("sub/target.ipynb", link);
    const notebook: Notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await new NotebookFiles().save(link, notebook);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(join(folder, "sub", "target.ipynb"))).isFile()).toBe(true);
  });

  test("mode and owner stay", async () => {
    const path = await aFile();
    await chmod(path, 0o640);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(path, 1234, 2345);
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    await files.save(path, withSource(notebook, 0, "1"));
    const after = await stat(path);
    expect(after.mode & 0o7777).toBe(0o640);
    if (isRoot) expect([after.uid, after.gid]).toEqual([1234, 2345]);
  });
});

describe("failures are told and leave the file alone", () => {
  test("a read-only file, also for root", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    await chmod(path, 0o444);
    const result = await files.save(path, withSource(notebook, 0, "1"));
    expect(result).toMatchObject({ type: "failed", code: "read-only" });
    expect(await readFile(path, "utf8")).toBe(HAND_WRITTEN);
    expect(await readdir(folder)).toEqual(["nb.ipynb"]);
  });

  test("a folder that vanished; and saving goes on when it is back", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    const changed = withSource(notebook, 0, "1");
    await rename(folder, `${folder}-away`);
    expect(await files.save(path, changed)).toMatchObject({ type: "failed", code: "no-folder" });
    await rename(`${folder}-away`, folder);
    expect(await files.save(path, changed)).toMatchObject({ type: "saved" });
  });

  test("a full disk", async (context) => {
    const disk = join(folder, "disk");
    await mkdir(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
    if (mounted.status !== 0) return context.skip("needs the right to mount");
    try {
      const path = join(disk, "nb.ipynb");
      await writeFile(path, HAND_WRITTEN);
      const files = new NotebookFiles();
      const { notebook } = await files.load(path);
      const result = await files.save(path, withSource(notebook, 0, "x".repeat(100_000)));
      expect(result).toMatchObject({ type: "failed", code: "disk-full" });
      expect(await readFile(path, "utf8")).toBe(HAND_WRITTEN);
      expect(await readdir(disk)).toEqual(["nb.ipynb"]);
      expect(await files.save(path, withSource(notebook, 0, "small"))).toMatchObject({ type: "saved" });
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  test("anything else is told in the system's words", () => {
    const reason = "nb.ipynb was not saved: EIO: i/o error.";
    expect(saveFailure("/x/nb.ipynb", new Error("EIO: i/o error"))).toMatchObject({
      code: "io-error",
      reason,
    });
  });

  test("what cannot be read says why, with the file's name", async () => {
    const missing = join(folder, "missing.ipynb");
    await expect(new NotebookFiles().load(missing)).rejects.toMatchObject({
      code: "notebook-unreadable",
      message: `${missing} does not exist.`,
    });
    await expect(new NotebookFiles().load(folder)).rejects.toThrow("is a folder, not a notebook");
  });
});

describe("a file that another program changed", () => {
  test("is not overwritten; when that version is moved aside, saving resumes", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    const theirs = HAND_WRITTEN.replace("# T", "# Theirs");
    await writeFile(path, theirs);
    const ours = withSource(notebook, 0, "ours");
    const result = await files.save(path, ours);
    expect(result).toMatchObject({ type: "failed", code: "changed-outside" });
    expect(await readFile(path, "utf8")).toBe(theirs);
    await rename(path, join(folder, "theirs.ipynb"));
    expect(await files.save(path, ours)).toMatchObject({ type: "saved" });
  });

  test("is noticed also when it was changed back in size and time", async () => {
    const path = await aFile();
    const { atime, mtime } = await stat(path);
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    await writeFile(path, HAND_WRITTEN.replace("# T", "# U"));
    await utimes(path, atime, mtime);
    const result = await files.save(path, withSource(notebook, 0, "ours"));
    expect(result).toMatchObject({ code: "changed-outside" });
  });

  test("is ours when only its times changed", async () => {
    const path = await aFile();
    const files = new NotebookFiles();
    const { notebook } = await files.load(path);
    await writeFile(path, HAND_WRITTEN);
    expect(await files.save(path, withSource(notebook, 0, "ours"))).toMatchObject({ type: "saved" });
  });
});

test("saving 5,000 cells leaves the event loop free, the first time and with one of them changed", async () => {
  const path = join(folder, "big.ipynb");
  const cells = Array.from(
    { length: 5_000 },
    (_, index): Cell => ({
      id: `cell-${index}`,
      cell_type: "code",
      metadata: {},
      source: `print(${index})`,
      execution_count: index,
      outputs: [{ output_type: "stream", name: "stdout", text: `${"result ".repeat(100)}\n` }],
    }),
  );
  const notebook: Notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const files = new NotebookFiles();
  const beganMs = performance.now();
  serialiseNotebook(notebook);
  const wholeMs = performance.now() - beganMs;
  const first = await longestTurn(() => files.save(path, notebook));
  const second = await longestTurn(() => files.save(path, withSource(notebook, 2_500, "changed")));
  // Measured: 100 ms for all at once, then 15 and 3 ms.
  expect(first).toBeLessThan(wholeMs / 2);
  expect(second).toBeLessThan(wholeMs / 4);
});

/** The longest that the event loop was held up meanwhile, in milliseconds. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let lastMs = performance.now();
  let isOver = false;
  const beat = (): void => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
    if (!isOver) setImmediate(beat);
  };
  setImmediate(beat);
  await work();
  isOver = true;
  return longestMs;
}
