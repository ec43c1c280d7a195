/** Outputs that came with a file are the same before they are written, after that, and in the next process. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OutputStore } from "../../document/output-store.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { NotebookId, OutputRef } from "../../util/ids.ts";
import { MemoryOutputs } from "../memory/outputs.ts";
import { FileOutputStores } from "./file-outputs.ts";

const id = NotebookId.create();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopbook-taken-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aStore = (fileBytes?: number): OutputStore =>
  new FileOutputStores({ stateFolder: folder, ...(fileBytes !== undefined && { fileBytes }) }).of(id);
const outputsFolder = (): string => join(folder, "rooms", id, "outputs");
const stream = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const shown = (text: string): Output => ({
  output_type: "display_data",
  data: { "text/html": text },
  metadata: {},
});

/** Everything that can be asked of an output. */
async function read(store: OutputStore, ref: OutputRef): Promise<unknown> {
  const text: Uint8Array[] = [];
  for await (const piece of store.text(ref) ?? []) text.push(piece);
  const log = store.log(ref);
  return {
    value: (await store.value(ref))?.output ?? null,
    json: JSON.parse(Buffer.from((await store.valueJson(ref))?.json ?? Buffer.from("null")).toString()),
    text: log && Buffer.concat(text).toString(),
    facts: log && { bytes: log.bytes, lines: log.lines, missing: log.missing },
    all: await store.lines(ref, 0, 1_000),
    middle: await store.lines(ref, 1, 3),
    search: await store.search(ref, { query: "e", limit: 100, maxBytes: 1e9 }),
    ends: log && store.ends(ref),
  };
}

test("read in memory, on disk, and by the next process alike, and as a plain store has it", async () => {
  const line = fc.constantFrom("", "one", "eé🎈e", "x".repeat(300), "\u001b[31mred");
  const text = fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean())
    .map(([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""))
    .filter((all) => all !== "");
  const output = fc.oneof(text.map(stream), text.map(shown));
  await fc.assert(
    fc.asyncProperty(fc.array(output, { minLength: 1, maxLength: 8 }), async (outputs) => {
      rmSync(folder, { recursive: true, force: true });
      const store = aStore(700);
      const plain = new MemoryOutputs();
      const refs = outputs.map((one) => {
        const ref = OutputRef.create();
        expect(store.take(ref, one, 100)).not.toBeNull();
        plain.take(ref, one);
        return ref;
      });
      const readAll = (from: OutputStore) => Promise.all(refs.map((ref) => read(from, ref)));
      const expected = await readAll(plain);
      expect(await readAll(store)).toEqual(expected);
      await store.settled();
      expect(await readAll(store)).toEqual(expected);
      // As after the death of the process: nothing was closed.
      expect(await readAll(aStore(700))).toEqual(expected);
      await store.close();
    }),
    { numRuns: 60 },
  );
}, 30_000);

test("hundreds are a few files; nobody waits for one of them; those that nobody refers to go", async () => {
  const store = aStore();
  const refs = Array.from({ length: 300 }, (_, index) => {
    const ref = OutputRef.create();
    store.take(ref, index % 2 === 0 ? stream(`${index}\n`.repeat(1_000)) : shown("x".repeat(5_000)), 5_000);
    return ref;
  });
  expect(readdirSync(outputsFolder())).toEqual([]);
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await store.settled();
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
  expect(readdirSync(outputsFolder()).sort()).toEqual(["texts.1", "values.1"]);
  store.keepOnly(new Set(refs.slice(0, 2)));
  expect([
    store.log(refs[0] ?? refs[1] ?? OutputRef.create())?.lines,
    store.log(refs[2] ?? OutputRef.create()),
  ]).toEqual([1_000, null]);
  store.keepOnly(new Set());
  await store.close();
  expect(() => readdirSync(outputsFolder())).toThrow();
});

test("without room nothing is taken; a long text is read in parts", async () => {
  const quota = { notebookBytes: 10_000, totalBytes: 1e9, freeBytes: 0 };
  const small = new FileOutputStores({ stateFolder: folder, quota }).of(id);
  expect(small.take(OutputRef.create(), shown("x"), 9_000)).not.toBeNull();
  expect(small.take(OutputRef.create(), shown("x"), 2_000)).toBeNull();
  await small.close();
  const store = aStore();
  const ref = OutputRef.create();
  store.take(ref, stream("a line\n".repeat(100_000)), 700_000);
  expect([store.log(ref)?.lines, await store.lines(ref, 99_999, 100_000)]).toEqual([100_000, ["a line"]]);
  expect(readdirSync(outputsFolder()).some((name) => name.startsWith("log."))).toBe(true);
  await store.close();
});
