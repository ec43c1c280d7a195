import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cell, Notebook } from "../../nbformat/notebook.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { NotebookWriter, serialiseNotebook } from "../../nbformat/serialise.ts";
import { BaseChanged, BaseFile } from "./base-file.ts";
import { markOf } from "./file-mark.ts";
import { NotebookEncoder } from "./notebook-encoder.ts";
import { NotebookFiles } from "./notebook-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-save-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function aCell(id: string, source: string, printed = ""): Cell {
  const outputs = printed === "" ? [] : [{ output_type: "stream", name: "stdout", text: printed } as const];
  return { cell_type: "code", id, metadata: {}, source, execution_count: null, outputs };
}

function aNotebook(cells: readonly Cell[]): Notebook {
  return { cells: [...cells], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

/** Several blocks of a save, with characters of all lengths at every place. */
const MUCH = "aé😀\n".repeat(30_000);

const someText = fc.constantFrom("", "x", "é", "😀 = 1\ny", "long ".repeat(20_000), MUCH);
const someStep = fc.oneof(
  fc.record({ do: fc.constant("change" as const), at: fc.nat(9), text: someText }),
  fc.record({ do: fc.constant("print" as const), at: fc.nat(9), text: someText }),
  fc.record({ do: fc.constantFrom("add" as const, "delete" as const, "to-front" as const), at: fc.nat(9) }),
  fc.record({
    do: fc.constantFrom("without-ids" as const, "with-ids" as const, "touch" as const),
    at: fc.nat(9),
  }),
);

test("after any edits and saves the file holds what printing everything gives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { maxLength: 12 }), fc.boolean(), async (steps, hasFile) => {
      const path = join(folder, "nb.ipynb");
      const first = aNotebook(["a", "b", "c"].map((id) => aCell(id, `${id} = 1`, "é\n")));
      const files = new NotebookFiles();
      await rm(path, { force: true });
      if (hasFile) await writeFile(path, JSON.stringify(first, null, 4));
      const { notebook, origin } = hasFile ? await files.load(path) : { notebook: first, origin: undefined };
      let current = notebook;
      for (const [turn, step] of steps.entries()) {
        const { cells } = current;
        const at = step.at % Math.max(1, cells.length);
        const cell = cells[at];
        if (step.do === "touch") {
          const { atime } = await stat(path).catch(() => ({ atime: new Date() }));
          await utimes(path, atime, new Date(1_000_000 * turn)).catch(() => {});
        } else if (step.do === "add") {
          current = { ...current, cells: cells.toSpliced(at, 0, aCell(`new-${turn}`, `${turn}`)) };
        } else if (step.do === "with-ids") current = { ...current, nbformat_minor: 5 };
        else if (step.do === "without-ids") current = { ...current, nbformat_minor: 4 };
        else if (cell === undefined) continue;
        else if (step.do === "delete") current = { ...current, cells: cells.toSpliced(at, 1) };
        else if (step.do === "to-front") current = { ...current, cells: [cell, ...cells.toSpliced(at, 1)] };
        else if (step.do === "change")
          current = { ...current, cells: cells.with(at, { ...cell, source: step.text }) };
        else if (step.do === "print") {
          const printed = aCell(cell.id ?? "", cell.source, step.text);
          current = { ...current, cells: cells.with(at, printed) };
        }
        const saved = await files.save(path, current);
        expect(saved.type).toMatch(/^(saved|unchanged)$/);
        expect((await readFile(path, "utf8")) === serialiseNotebook(current, origin)).toBe(true);
        expect(await files.save(path, current)).toEqual({ type: "unchanged" });
      }
      expect(await readdir(folder)).toEqual(steps.length > 0 || hasFile ? ["nb.ipynb"] : []);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("a big notebook that did not change is not written, also where nothing can be", async () => {
  const path = join(folder, "nb.ipynb");
  const files = new NotebookFiles();
  const notebook = aNotebook([aCell("a", "1", MUCH), aCell("b", "2", MUCH)]);
  expect(await files.save(path, notebook)).toMatchObject({ type: "saved" });
  const before = await stat(path, { bigint: true });
  const again = (): Notebook => ({ ...notebook, cells: notebook.cells.map((cell) => ({ ...cell })) });
  expect(await files.save(path, again())).toEqual({ type: "unchanged" });
  const { ino, mtimeNs } = await stat(path, { bigint: true });
  expect([ino, mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  expect(await readdir(folder)).toEqual(["nb.ipynb"]);
});

test("cells are copied from the file that was written last, and printed when it is not there", async () => {
  const path = join(folder, "nb.ipynb");
  const files = new NotebookFiles();
  const cells = [aCell("a", "1"), aCell("b", "2")];
  await files.save(path, aNotebook(cells));
  let looks = 0;
  Object.defineProperty(cells[0], "source", { get: () => `looked ${++looks}`, enumerable: true });
  await files.save(path, aNotebook([...cells, aCell("c", "3")]));
  expect(looks).toBe(0);
  await rm(path);
  await files.save(path, aNotebook([...cells, aCell("c", "4")]));
  expect(looks).toBeGreaterThan(0);
  expect((await readFile(path, "utf8")).includes("looked")).toBe(true);
});

test("what was copied from a file that somebody wrote meanwhile is not used", async () => {
  const path = join(folder, "nb.ipynb");
  const writer = new NotebookWriter(parseNotebook(serialiseNotebook(aNotebook([])), path).origin);
  const notebook = aNotebook([aCell("a", "1", MUCH), aCell("b", "2", MUCH)]);
  const whole = new NotebookEncoder(writer.pieces(notebook), null);
  await writeFile(path, whole.blocks());
  const spans = whole.spans();
  const mark = await markOf(path);
  const file = await BaseFile.open(path, mark);
  if (file === null || spans === null) throw new Error("There is a file with cells.");
  const copied = new NotebookEncoder(writer.pieces(notebook), { file, spans });
  await copied.next();
  await writeFile(path, "theirs", { flag: "r+" });
  const rest = async (): Promise<void> => {
    for await (const _block of copied.blocks());
  };
  await expect(rest()).rejects.toBeInstanceOf(BaseChanged);
  await file.close();
  expect(await BaseFile.open(path, mark)).toBeNull();
});
