/** A file that other programs change while its notebook is open, and a pipeline and people write into it. */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EditOrigin } from "../../src/document/live-notebook.ts";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { SessionEvent } from "../../src/usecases/notebook-session.ts";
import { CellId } from "../../src/util/ids.ts";
import { until } from "./kernel-support.ts";
import { ana, codeCell, notebookOf, type OpenSession, openSession } from "./session-support.ts";

let open: OpenSession | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const byAna: EditOrigin = { type: "person", label: "ana/browser" };
const read = async (path: string): Promise<Notebook> => parseNotebook(await readFile(path), "nb").notebook;
const sourcesOf = (notebook: Notebook): string[] => notebook.cells.map(({ source }) => source);
const liveSources = (): string[] => (open ? sourcesOf(open.session.live.toNotebook()) : []);
async function eventually(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`Not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** As git and most editors do it. */
async function replaceFile(path: string, notebook: Notebook | string): Promise<void> {
  await writeFile(`${path}.new`, typeof notebook === "string" ? notebook : serialiseNotebook(notebook));
  await rename(`${path}.new`, path);
}
async function change(path: string, id: string, source: string): Promise<void> {
  const { cells, ...rest } = await read(path);
  const changed = cells.map((cell): Cell => (cell.id === id ? { ...cell, source } : cell));
  await replaceFile(path, { ...rest, cells: changed });
}

test("an edit outside appears in the live notebook, beside unsaved edits, and both are saved", async () => {
  open = await openSession(notebookOf([codeCell("a", "a = 1"), codeCell("b", "b = 1")]));
  const { session, path } = open;
  session.live.apply({ type: "set-source", id: CellId.of("a"), source: "a = 2" }, byAna);
  await change(path, "b", "b = 3");
  await until("it is merged", () => liveSources()[1] === "b = 3");
  expect(liveSources()).toEqual(["a = 2", "b = 3"]);
  await session.save();
  expect(session.saveState()).toMatchObject({ type: "saved" });
  expect(sourcesOf(await read(path))).toEqual(["a = 2", "b = 3"]);
  expect(session.conflicts.list()).toEqual([]);
});

test("nothing is written when only others write", async () => {
  open = await openSession(notebookOf([codeCell("a", "a = 1")]));
  const { session, path } = open;
  await session.save();
  const odd = JSON.stringify({ ...notebookOf([codeCell("a", "a = 2")], { x: { z: 1, b: 2 } }) });
  await replaceFile(path, odd);
  await until("it is merged", () => liveSources()[0] === "a = 2");
  expect(await session.save()).toMatchObject({ type: "saved" });
  expect(await readFile(path, "utf8")).toBe(odd);
});

test("a true conflict keeps both, in the document and in the file, and blocks nothing", async () => {
  open = await openSession(notebookOf([codeCell("a", "lr = 1"), codeCell("b", "print('on')")]));
  const { session, path } = open;
  const events: SessionEvent[] = [];
  session.on((event) => events.push(event));
  const typed = (source: string) =>
    session.live.apply({ type: "set-source", id: CellId.of("a"), source }, byAna);
  typed("lr = 5");
  await change(path, "a", "lr = 7");
  const conflict = { cellId: "a", what: "source", base: "lr = 1", mine: "lr = 5", theirs: "lr = 7" };
  await until("the conflict is told", () => session.conflicts.list().length === 1);
  expect(session.conflicts.list()).toEqual([conflict]);
  expect(events).toContainEqual({ type: "conflicts", conflicts: [conflict] });
  expect(await open.run("b")).toMatchObject({ type: "completed" });
  await session.save();
  expect((await read(path)).cells[0]).toMatchObject({
    source: "lr = 5",
    metadata: { loopbook: { conflict: { source: { base: "lr = 1", theirs: "lr = 7" } } } },
  });
  expect(session.conflicts.resolve("a", "both", ana)).toBe(true);
  expect(session.conflicts.resolve("a", "both", ana)).toBe(false);
  expect(liveSources()).toEqual(["lr = 5", "lr = 7", "print('on')"]);
  expect(session.conflicts.list()).toEqual([]);
});

test("a broken file is not taken and not written over; the next good one is merged with what was typed", async () => {
  open = await openSession(notebookOf([codeCell("a", "a = 1"), codeCell("b", "b = 1")]));
  const { session, path } = open;
  const good = await readFile(path, "utf8");
  const half = good.slice(0, good.length / 2);
  await writeFile(path, half);
  session.live.apply({ type: "set-source", id: CellId.of("a"), source: "a = 2" }, byAna);
  await until("it says so", () => session.saveState().type === "waiting");
  await session.save();
  expect(await readFile(path, "utf8")).toBe(half);
  expect(liveSources()).toEqual(["a = 2", "b = 1"]);
  await writeFile(path, good.replace("b = 1", "b = 2"));
  await eventually(
    "it is saved",
    async () => sourcesOf(await read(path).catch(() => notebookOf([])))[0] === "a = 2",
  );
  expect(liveSources()).toEqual(["a = 2", "b = 2"]);
  expect(sourcesOf(await read(path))).toEqual(["a = 2", "b = 2"]);
});

test("what is unsaved when a notebook is closed over a broken file is put beside it", async () => {
  open = await openSession(notebookOf([codeCell("a", "a = 1")]));
  const { session, path } = open;
  await writeFile(path, "<<<<<<< HEAD");
  session.live.apply({ type: "set-source", id: CellId.of("a"), source: "a = 2" }, byAna);
  await until("it says so", () => session.saveState().type === "waiting");
  await session.close();
  expect(await readFile(path, "utf8")).toBe("<<<<<<< HEAD");
  expect(sourcesOf(await read(path.replace(".ipynb", ".unsaved.ipynb")))).toEqual(["a = 2"]);
});

test("copies that synchronising tools left are listed, and merged without deleting anything", async () => {
  open = await openSession(notebookOf([codeCell("a", "a = 1"), codeCell("b", "b = 1")]));
  const { session, path } = open;
  const copy = join(dirname(path), "nb.sync-conflict-20261124-101500-ABCDEFG.ipynb");
  await writeFile(copy, serialiseNotebook(notebookOf([codeCell("a", "a = 9"), codeCell("c", "c = 1")])));
  expect(await session.conflicts.copies()).toEqual(["nb.sync-conflict-20261124-101500-ABCDEFG.ipynb"]);
  expect(await session.conflicts.mergeCopy("../nb.ipynb")).toBe(false);
  expect(await session.conflicts.mergeCopy("nb.sync-conflict-20261124-101500-ABCDEFG.ipynb")).toBe(true);
  expect(liveSources()).toEqual(["a = 1", "b = 1", "c = 1"]);
  expect(session.conflicts.list()).toMatchObject([{ cellId: "a", mine: "a = 1", theirs: "a = 9" }]);
  expect(await session.conflicts.copies()).toEqual([]);
  await rm(copy);
});

test("a pipeline prints, a person types, and another program changes the file twenty times a second: all is there", async () => {
  const seconds = 6;
  open = await openSession(
    notebookOf([
      codeCell(
        "train",
        `import time\nfor i in range(${seconds * 50}):\n    print(i, flush=True); time.sleep(0.02)`,
      ),
      codeCell("typed", ""),
      codeCell("outside", ""),
    ]),
  );
  const { session, path } = open;
  const train = open.run("train");
  const isOver = { train: false };
  void train.finally(() => {
    isOver.train = true;
  });
  let typed = "";
  let outside = 0;
  const endMs = performance.now() + seconds * 1_000;
  let nextMs = performance.now();
  while (performance.now() < endMs) {
    typed += `t${outside}\n`;
    session.live.apply({ type: "set-source", id: CellId.of("typed"), source: typed }, byAna);
    // The other program works on what is in the file, as they all do; each time it adds a line to its cell.
    const bytes = await readFile(path, "utf8");
    const now = parseNotebook(bytes, "nb").notebook;
    const cells = now.cells.map(
      (cell): Cell => (cell.id === "outside" ? { ...cell, source: `${cell.source}o${outside}\n` } : cell),
    );
    const text = serialiseNotebook({ ...now, cells });
    await writeFile(`${path}.new`, text);
    // What we saved meanwhile it would overwrite unseen: a program of any care looks again, and so does this one.
    if ((await readFile(path, "utf8")) === bytes) {
      if (outside % 2 === 0) await rename(`${path}.new`, path);
      else await writeFile(path, text);
      outside += 1;
    }
    nextMs += 50;
    const pause = new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
    await pause;
  }
  expect(await train).toMatchObject({ type: "completed" });
  await eventually("all is saved", async () => {
    const saved = await session.save();
    return saved.type === "saved" && (await read(path)).cells[1]?.source === typed;
  });
  const expected = Array.from({ length: outside }, (_, index) => `o${index}\n`).join("");
  expect(outside).toBeGreaterThan(seconds * 15);
  expect(liveSources().slice(1)).toEqual([typed, expected]);
  expect(sourcesOf(await read(path)).slice(1)).toEqual([typed, expected]);
  const numbers = Array.from({ length: seconds * 50 }, (_, index) => `${index}\n`).join("");
  expect(open.printed("train")).toBe(numbers);
  // That program may still overwrite, by an older state, what we saved in the very moment: never unseen.
  for (const conflict of session.conflicts.list())
    expect(typed.startsWith(String("theirs" in conflict ? conflict.theirs : "?"))).toBe(true);
  expect((await readdir(dirname(path))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}, 40_000);
