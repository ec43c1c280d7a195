import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { OutputStore } from "../../document/output-store.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { systemClock } from "../../util/clock.ts";
import { NotebookId, OutputRef } from "../../util/ids.ts";
import { FileOutputStores } from "./file-outputs.ts";
import { DEFAULT_QUOTA } from "./quota.ts";

let home: string;
let id: NotebookId;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loopbook-outputs-"));
  id = NotebookId.create();
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const folder = (): string => join(home, "rooms", id, "outputs");
const files = (): string[] => readdirSync(folder());
const bytesOnDisk = (): number => files().reduce((sum, name) => sum + statSync(join(folder(), name)).size, 0);

function aStore(options: { fileBytes?: number; quotaBytes?: number } = {}): OutputStore {
  const { fileBytes = 300, quotaBytes } = options;
  const quota = quotaBytes === undefined ? DEFAULT_QUOTA : { ...DEFAULT_QUOTA, notebookBytes: quotaBytes };
  // Never by time: what is on disk is what was flushed.
  const clock = { ...systemClock, schedule: () => () => {} };
  return new FileOutputStores({ stateFolder: home, quota, clock, fileBytes }).of(id);
}

async function whole(store: OutputStore, ref: OutputRef): Promise<string | null> {
  const text = store.text(ref);
  if (text === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of text) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

const display = (text: string): Output => ({
  output_type: "display_data",
  data: { "text/plain": text },
  metadata: {},
});
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join("");

describe("a log", () => {
  test("gives its lines, whichever file they are in", async () => {
    const store = aStore();
    const ref = OutputRef.create();
    for (let from = 0; from < 1_000; from += 50) store.append(ref, 0, numbered(from, from + 50));
    expect(files().length).toBeGreaterThan(20);
    expect(store.log(ref)).toMatchObject({ lines: 1_000, missing: null });
    expect(await store.lines(ref, 437, 440)).toEqual(["line 437", "line 438", "line 439"]);
    expect(await store.lines(ref, 998, 2_000)).toEqual(["line 998", "line 999"]);
    expect(await store.lines(ref, 5_000, 6_000)).toEqual([]);
    expect(store.ends(ref).first.startsWith("line 0\n")).toBe(true);
    expect(store.ends(ref).last.endsWith("line 999\n")).toBe(true);
  });

  test("cuts lines and answers that are too long", async () => {
    const store = aStore({ fileBytes: 1_000_000 });
    const ref = OutputRef.create();
    store.append(ref, 0, `${"é".repeat(50)}\nshort\n`);
    expect(await store.lines(ref, 0, 2, { maxLineBytes: 21 })).toEqual([`${"é".repeat(10)}…`, "short"]);
    expect(await store.lines(ref, 0, 2, { maxBytes: 10 })).toEqual(["é".repeat(50)]);
  });

  test("is searched as it is read, in all its files, and in steps", async () => {
    const store = aStore();
    const ref = OutputRef.create();
    store.append(ref, 0, numbered(0, 500));
    store.append(ref, 0, "\u001b[31mERR\u001b[0mOR in line 500\nand line 7");
    const all = { limit: 100, maxBytes: 1e9 };
    expect(await store.search(ref, { query: "line 49", ...all })).toEqual({
      lines: [49, 490, 491, 492, 493, 494, 495, 496, 497, 498, 499],
      count: 11,
      next: null,
    });
    expect((await store.search(ref, { query: "error IN", ...all }))?.count).toBe(0);
    expect((await store.search(ref, { query: "error in", ...all }))?.lines).toEqual([500]);
    expect((await store.search(ref, { query: "line 7", ...all, from: 80 }))?.lines).toEqual([501]);
    expect(await store.search(ref, { query: "line", limit: 2, maxBytes: 1e9 })).toMatchObject({
      lines: [0, 1],
      count: 502,
    });
    let from: number | null = 0;
    let count = 0;
    let steps = 0;
    for (; from !== null; steps++) {
      const step: Awaited<ReturnType<OutputStore["search"]>> = await store.search(ref, {
        query: "line",
        from,
        limit: 0,
        maxBytes: 1_000,
      });
      count += step?.count ?? 0;
      from = step?.next ?? null;
    }
    expect(count).toBe(502);
    expect(steps).toBeGreaterThan(3);
  });

  test("over the quota loses its middle, says which lines, and keeps the numbers of the others", async () => {
    const store = aStore({ quotaBytes: 6_000 });
    const ref = OutputRef.create();
    for (let from = 0; from < 2_000; from += 20) store.append(ref, 0, numbered(from, from + 20));
    expect(bytesOnDisk()).toBeLessThan(6_500);
    const missing = store.log(ref)?.missing;
    if (!missing) throw new Error("nothing is missing");
    expect(await store.lines(ref, missing.from - 1, missing.from + 1)).toEqual([
      `line ${missing.from - 1}`,
      null,
    ]);
    expect(await store.lines(ref, missing.to - 1, missing.to + 1)).toEqual([null, `line ${missing.to}`]);
    expect(await store.lines(ref, 1_999, 2_001)).toEqual(["line 1999"]);
    expect(await whole(store, ref)).toContain("lines had to go for want of disk space.]\n");
    await store.close();
    expect(aStore().log(ref)).toMatchObject({ lines: 2_000, missing });
  });

  test("torn off at any byte is its beginning", async () => {
    const store = aStore({ fileBytes: 40 });
    const ref = OutputRef.create();
    const text = "one\ntwo é\nthree 🎈\nfour\nfive and more than this\nsix\nseven";
    store.append(ref, 0, text);
    store.flush();
    const inOrder = files().sort((a, b) => Number(a.split(".").at(-1)) - Number(b.split(".").at(-1)));
    const last = join(folder(), inOrder.at(-1) ?? "");
    const start = Number(inOrder.at(-1)?.split(".").at(-1));
    for (let size = statSync(last).size; size >= 0; size--) {
      truncateSync(last, size);
      const there = Buffer.from(text)
        .subarray(0, start + size)
        .toString("utf8")
        .replace(/\uFFFD+$/, "");
      expect(await whole(aStore({ fileBytes: 40 }), ref)).toBe(there);
    }
  });
});

describe("a value", () => {
  test("is the newest that was put, also for another process once it was flushed", async () => {
    const store = aStore();
    const ref = OutputRef.create();
    store.put(ref, display("one"));
    const { seq } = store.put(ref, display("two"));
    expect(await store.value(ref)).toEqual({ output: display("two"), seq });
    expect(await aStore().value(ref)).toBeNull();
    store.flush();
    expect(await aStore().value(ref)).toEqual({ output: display("two"), seq });
  });

  test("that changes for ever takes no more than a bounded place, and leaves the others alone", async () => {
    const store = aStore({ fileBytes: 10_000 });
    const [kept, changing] = [OutputRef.create(), OutputRef.create()];
    store.put(kept, display("kept"));
    for (let count = 0; count < 2_000; count++) {
      store.put(changing, display(`${count} ${"x".repeat(500)}`));
      store.flush();
    }
    expect(bytesOnDisk()).toBeLessThan(40_000);
    const again = aStore();
    expect((await again.value(changing))?.output).toEqual(display(`1999 ${"x".repeat(500)}`));
    expect((await again.value(kept))?.output).toEqual(display("kept"));
  });

  test("over the quota is not kept, and that is told", async () => {
    const store = aStore({ quotaBytes: 5_000 });
    const ref = OutputRef.create();
    expect(store.put(ref, display("x".repeat(4_000))).isKept).toBe(true);
    expect(store.put(OutputRef.create(), display("x".repeat(4_000))).isKept).toBe(false);
    expect(await store.value(ref)).not.toBeNull();
  });

  test("survives a torn record behind it, and is read again behind that", async () => {
    const store = aStore();
    const [one, two] = [OutputRef.create(), OutputRef.create()];
    store.put(one, display("one"));
    store.flush();
    appendFileSync(join(folder(), files()[0] ?? ""), Buffer.from([200, 0, 0, 0, 1, 2, 3]));
    const next = aStore();
    next.put(two, display("two"));
    next.flush();
    const again = aStore();
    expect((await again.value(one))?.output).toEqual(display("one"));
    expect((await again.value(two))?.output).toEqual(display("two"));
  });

  test("that was damaged is none", async () => {
    const store = aStore();
    const ref = OutputRef.create();
    store.put(ref, display("one"));
    store.flush();
    const path = join(folder(), files()[0] ?? "");
    const size = statSync(path).size;
    truncateSync(path, size - 3);
    appendFileSync(path, "xxx");
    expect(await aStore().value(ref)).toBeNull();
  });
});

test("what nobody refers to is taken away, and an empty folder with it", async () => {
  const store = aStore();
  const [log, value, kept] = [OutputRef.create(), OutputRef.create(), OutputRef.create()];
  store.append(log, 0, numbered(0, 100));
  store.append(kept, 0, numbered(0, 100));
  store.put(value, display("x"));
  store.flush();
  store.keepOnly(new Set([kept]), 60_000);
  expect(store.log(log)).not.toBeNull();
  store.keepOnly(new Set([kept]));
  expect([store.log(log), store.valueSeq(value)]).toEqual([null, null]);
  expect(await whole(store, kept)).toBe(numbered(0, 100));
  store.keepOnly(new Set());
  await store.close();
  expect(readdirSync(join(home, "rooms"))).toEqual([]);
});

test("what a process left behind that died before its notebook was kept goes after a week, and nothing else", async () => {
  for (const [name, isKept] of [
    ["left", false],
    ["kept", true],
    ["young", false],
  ] as const) {
    id = `nb_${name}` as NotebookId;
    const store = aStore();
    store.append(OutputRef.create(), 0, numbered(0, 10));
    store.flush();
    if (isKept) writeFileSync(join(home, "rooms", id, "snapshot"), "");
    if (name !== "young") utimesSync(folder(), 0, 0);
  }
  await new FileOutputStores({ stateFolder: home }).forgetUnused();
  expect(readdirSync(join(home, "rooms")).sort()).toEqual(["nb_kept", "nb_young"]);
});

type Command =
  | { readonly type: "append"; readonly log: number; readonly drop: number; readonly text: string }
  | { readonly type: "put"; readonly value: number; readonly text: string }
  | { readonly type: "keep"; readonly logs: readonly boolean[]; readonly values: readonly boolean[] }
  | { readonly type: "durable" | "reopen" };

const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom(
    "\n",
    "é\n",
    "🎈",
    "a line\nand another\n",
    `${"long ".repeat(30)}\n`,
    "\u001b[1mbold\u001b[0m\n",
  ),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("append" as const),
      log: fc.nat(2),
      drop: fc.nat(8),
      text: fc.array(piece, { maxLength: 5 }).map((all) => all.join("")),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("put" as const), value: fc.nat(3), text: piece }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("keep" as const),
      logs: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      values: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("durable" as const, "reopen" as const) }) },
);

test("is what a plain list in memory would be, also after it was closed and opened again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      id = NotebookId.create();
      let store = aStore({ fileBytes: 120 });
      const logs = [0, 1, 2].map(() => ({ ref: OutputRef.create(), text: null as string | null }));
      const values = [0, 1, 2, 3].map(() => ({ ref: OutputRef.create(), output: null as Output | null }));
      for (const step of commands) {
        if (step.type === "append") {
          const log = logs[step.log];
          if (!log) continue;
          const before = log.text ?? "";
          const open = before.length - (before.lastIndexOf("\n") + 1);
          let drop = Math.min(step.drop, open);
          // As the fold does it: never half a character.
          if (/[\uDC00-\uDFFF]/.test(before[before.length - drop] ?? "")) drop--;
          log.text = before.slice(0, before.length - drop) + step.text;
          const facts = store.append(log.ref, drop, step.text);
          const ends = log.text.split("\n").length - 1;
          expect(facts).toMatchObject({
            bytes: Buffer.byteLength(log.text),
            lines: ends + (log.text === "" || log.text.endsWith("\n") ? 0 : 1),
          });
        } else if (step.type === "put") {
          const value = values[step.value];
          if (!value) continue;
          value.output = display(step.text);
          store.put(value.ref, value.output);
        } else if (step.type === "keep") {
          const refs = new Set<OutputRef>();
          for (const [index, log] of logs.entries()) {
            if (step.logs[index]) refs.add(log.ref);
            else log.text = null;
          }
          for (const [index, value] of values.entries()) {
            if (step.values[index]) refs.add(value.ref);
            else value.output = null;
          }
          store.keepOnly(refs);
        } else if (step.type === "durable") await store.durable();
        else {
          await store.close();
          store = aStore({ fileBytes: 120 });
        }
      }
      for (const { ref, text } of logs) {
        // An empty log leaves nothing on disk.
        expect((await whole(store, ref)) ?? "").toBe(text ?? "");
        if (!text) continue;
        const lines = text.replace(/\n$/, "").split("\n");
        expect(await store.lines(ref, 0, lines.length)).toEqual(lines);
        const middle = Math.floor(lines.length / 2);
        expect(await store.lines(ref, middle, middle + 2)).toEqual(lines.slice(middle, middle + 2));
        const { first, last } = store.ends(ref);
        expect(text.startsWith(first) && text.endsWith(last)).toBe(true);
      }
      for (const { ref, output } of values) expect((await store.value(ref))?.output ?? null).toEqual(output);
    }),
    { numRuns: 150 },
  );
}, 60_000);
