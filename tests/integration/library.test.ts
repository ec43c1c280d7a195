/** The library on real files: what it writes, what it leaves alone, and that its documented examples run. */
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createNotebook, openNotebook } from "../../src/library.ts";
import { PYTHON_PREFIX } from "./cli-support.ts";

const fixture = (name: string): string =>
  new URL(`../../src/nbformat/fixtures/${name}`, import.meta.url).pathname;

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-library-"));
  path = join(folder, "train.ipynb");
  await writeFile(path, await readFile(fixture("tabs-string-source.ipynb")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (): Promise<string> => readFile(path, "utf8");

describe("a notebook file", () => {
  it("is changed by value, in its own style, and nothing beside it is left", async () => {
    const before = await text();
    const notebook = await openNotebook(path);
    expect(notebook.names()).toEqual(["lr", "epochs", "name"]);
    expect(notebook.get("lr")).toBe(0.1);
    notebook.set("lr", 0.05, { expected: 0.1 });
    expect(await notebook.save()).toBe("saved");
    expect(await text()).toBe(before.replace("lr = 0.1 ", "lr = 0.05 "));
    expect(await readdir(folder)).toEqual(["train.ipynb"]);
    expect((await openNotebook(path)).get("lr")).toBe(0.05);
  });

  it("is not written when nothing changed", async () => {
    const before = await stat(path, { bigint: true });
    const notebook = await openNotebook(path);
    notebook.set("lr", 0.1);
    expect(await notebook.save()).toBe("unchanged");
    expect(await stat(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
  });

  it("is saved again and again", async () => {
    const notebook = await openNotebook(path);
    for (const lr of [0.2, 0.3, 0.1]) {
      notebook.set("lr", lr);
      expect(await notebook.save()).toBe("saved");
    }
    expect(await text()).toBe(await readFile(fixture("tabs-string-source.ipynb"), "utf8"));
    expect(await notebook.save()).toBe("unchanged");
  });

  it("is not overwritten when somebody else changed it, unless told", async () => {
    const notebook = await openNotebook(path);
    const theirs = (await text()).replace("lr = 0.1", "lr = 0.9");
    await writeFile(path, theirs);
    notebook.set("epochs", 5);
    await expect(notebook.save()).rejects.toMatchObject({
      code: "notebook-changed-on-disk",
      message: expect.stringContaining(path),
    });
    expect(await text()).toBe(theirs);
    expect(await notebook.save({ overwrite: true })).toBe("saved");
    expect((await openNotebook(path)).get("lr")).toBe(0.1);
    notebook.set("epochs", 6);
    expect(await notebook.save()).toBe("saved");
  });

  it("is written anew when it went away", async () => {
    const notebook = await openNotebook(path);
    await rm(path);
    expect(await notebook.save()).toBe("saved");
    expect(await text()).toBe(await readFile(fixture("tabs-string-source.ipynb"), "utf8"));
  });

  it("keeps its mode, and a link to it stays a link", async () => {
    const link = join(folder, "link.ipynb");
    await chmod(path, 0o640);
    await symlink("train.ipynb", link);
    const notebook = await openNotebook(link);
    notebook.set("lr", 7);
    await notebook.save();
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await openNotebook(path)).get("lr")).toBe(7);
  });

  it("that cannot be written stays as it was, and says why", async () => {
    await chmod(path, 0o444);
    const before = await text();
    const notebook = await openNotebook(path);
    notebook.set("lr", 7);
    await expect(notebook.save()).rejects.toMatchObject({
      code: "notebook-not-saved",
      message: expect.stringContaining("read-only"),
    });
    expect(await text()).toBe(before);
    expect(await readdir(folder)).toEqual(["train.ipynb"]);
  });

  it("that cannot be read is told in one line, and not touched", async () => {
    await writeFile(path, '{"cells": [');
    await expect(openNotebook(path)).rejects.toMatchObject({
      code: "notebook-unreadable",
      message: `${path} is not valid JSON: it ends before a list is closed (line 1). Was it cut off while being copied?`,
    });
    expect(await text()).toBe('{"cells": [');
    await expect(openNotebook(join(folder, "none.ipynb"))).rejects.toMatchObject({
      message: `${join(folder, "none.ipynb")} does not exist.`,
    });
    await expect(openNotebook(folder)).rejects.toMatchObject({
      message: `${folder} is a folder, not a notebook.`,
    });
    await truncate(path, 200 * 1024 * 1024);
    await expect(openNotebook(path)).rejects.toMatchObject({
      message: expect.stringContaining("is 200 MB; Loopbook reads notebooks up to 100 MB."),
    });
  });
});

describe("changes", () => {
  it("of values are refused with the reason", async () => {
    const notebook = await openNotebook(path);
    expect(() => notebook.get("lrr")).toThrow(
      expect.objectContaining({
        code: "no-such-value",
        message: `${path}: There is no value called lrr. There are: lr, epochs, name.`,
      }),
    );
    expect(() => notebook.set("lr", 1, { expected: 2 })).toThrow(
      expect.objectContaining({ code: "value-changed" }),
    );
    notebook.setSource("cell-1", "lr = compute()");
    expect(() => notebook.get("lr")).toThrow(expect.objectContaining({ code: "not-a-literal" }));
  });

  it("of cells and metadata are in the file, each on its own lines", async () => {
    const notebook = await openNotebook(path);
    const added = notebook.insertCell("code", "x = 1", { after: "cell-1", metadata: { name: "x" } });
    notebook.setCellMetadata("x", "tags", ["hold"]);
    notebook.setSource(0, "# Title");
    notebook.clearOutputs("cell-2");
    notebook.deleteCell("cell-3");
    notebook.moveCell("cell-5", null);
    notebook.moveCell("cell-5", "cell-5");
    notebook.setMetadata("title", "T");
    notebook.setMetadata("language_info", undefined);
    await notebook.save();
    const again = await openNotebook(path);
    expect(again.notebook).toEqual(notebook.notebook);
    expect(again.cells.map((cell) => cell.id)).toEqual([
      "cell-5",
      "cell-0",
      "cell-1",
      added.id,
      "cell-2",
      "cell-4",
    ]);
    expect(again.cell("cell-2")).toMatchObject({ execution_count: null, outputs: [] });
    expect(again.cell("x")).toMatchObject({ source: "x = 1", metadata: { name: "x", tags: ["hold"] } });
    expect(again.metadata).toEqual({ kernelspec: expect.anything(), title: "T" });
    expect(() => again.setSource("nowhere", "")).toThrow(expect.objectContaining({ code: "no-such-cell" }));
    expect(() => notebook.setSource(added, "")).toThrow(expect.objectContaining({ code: "no-such-cell" }));
  });
});

describe("a new notebook", () => {
  it("gets its file with the first save, and replaces none", async () => {
    const fresh = createNotebook(join(folder, "new.ipynb"));
    fresh.insertCell("markdown", "# Scores");
    fresh.set("lr", 0.1, { create: true });
    fresh.putTable("scores", { columns: ["model"], data: [["svm"]] });
    expect(await fresh.save()).toBe("saved");
    const read = await openNotebook(fresh.path);
    expect(read.notebook).toEqual(fresh.notebook);
    expect(read.getTable("scores")).toEqual({ columns: ["model"], data: [["svm"]] });
    await expect(createNotebook(path).save()).rejects.toMatchObject({ code: "notebook-changed-on-disk" });
  });
});

describe("the documented examples", () => {
  it("run as they stand", async () => {
    const files = ["library.ts", "library/programs.ts"].map((name) =>
      readFile(new URL(`../../src/${name}`, import.meta.url), "utf8"),
    );
    const source = (await Promise.all(files)).join("\n");
    await writeFile(path, (await text()).replace("1/0", "1 / 1"));
    const examples = [...source.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, body = ""]) =>
      body.replace(/^ \* ?/gm, ""),
    );
    expect(examples.length).toBeGreaterThan(0);
    const library = pathToFileURL(new URL("../../src/library.ts", import.meta.url).pathname).href;
    const home = process.cwd();
    vi.stubEnv("VIRTUAL_ENV", PYTHON_PREFIX);
    vi.stubEnv("JUPYTER_PREFER_ENV_PATH", "1");
    vi.stubEnv("LOOPBOOK_HOME", join(folder, "state"));
    process.chdir(folder);
    try {
      for (const [index, example] of examples.entries()) {
        const file = join(folder, `example-${index}.mjs`);
        await writeFile(file, example.replace('"loopbook"', JSON.stringify(library)));
        await import(/* @vite-ignore */ pathToFileURL(file).href);
      }
    } finally {
      process.chdir(home);
      vi.unstubAllEnvs();
    }
    const changed = await openNotebook(path);
    expect(changed.get("lr")).toBe(0.05);
    expect(changed.getTable("scores")).toEqual({ columns: ["model", "f1"], data: [["svm", 0.97]] });
  });
});
