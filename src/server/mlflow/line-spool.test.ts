import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LineSpool } from "./line-spool.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopbook-spool-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function everything(spool: LineSpool, pieceBytes: number): Promise<readonly string[]> {
  const all: string[] = [];
  for (let from = 0; ; ) {
    const { lines, end } = await spool.read(from, pieceBytes);
    if (lines.length === 0) return all;
    all.push(...lines);
    from = end;
  }
}

test("gives back what was handed over, in order, in pieces of any size, also when it is opened again", async () => {
  const line = fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.replace(/\n/g, " "));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 64 }),
      async (batches, pieceBytes) => {
        const path = join(folder, String(count++), "log.jsonl");
        const spool = await LineSpool.open(path);
        await Promise.all(batches.map((batch) => spool.append(batch)));
        const expected = batches.flat();
        expect(await everything(spool, pieceBytes)).toEqual(expected);
        await spool.rest();
        const told: string[] = [];
        const again = await LineSpool.open(path, (one) => told.push(one));
        expect({ told, length: again.length }).toEqual({ told: expected, length: expected.length });
      },
    ),
    { numRuns: 40 },
  );
});

test("takes away what a crash tore off, and goes on behind the last whole line", async () => {
  const path = join(folder, "log.jsonl");
  const spool = await LineSpool.open(path);
  await spool.append(["one", "two"]);
  await spool.rest();
  appendFileSync(path, "torn of");
  const again = await LineSpool.open(path);
  expect(again.length).toBe(2);
  await again.append(["three"]);
  await again.rest();
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\nthree\n");
});
