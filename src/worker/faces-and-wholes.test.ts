/** The fold with a store behind it: whatever a kernel says, faces lead back to what the document would have held. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_RESULTS, writeResult } from "../document/cell-results.ts";
import type { OutputEdit } from "../document/edits.ts";
import { NO_FILE_LIMIT } from "../document/file-cut.ts";
import { storedOf } from "../document/output-face.ts";
import { OutputFold } from "../document/output-fold.ts";
import { DisplayIndex } from "../document/output-fold-displays.ts";
import { OutputKeeper } from "../document/output-keeper.ts";
import type { LogFacts } from "../document/output-store.ts";
import { WholeOutputs } from "../document/whole-outputs.ts";
import type { Output } from "../nbformat/notebook.ts";
import type { OutputMessage } from "../nbformat/output-message.ts";
import { MemoryOutputs } from "../store/memory/outputs.ts";
import { CellId, type OutputRef } from "../util/ids.ts";

const cellId = CellId.of("a");

function applied(edits: readonly OutputEdit[], before: readonly Output[]): readonly Output[] {
  let results = { ...NO_RESULTS, outputs: before };
  for (const edit of edits) {
    const next = writeResult(results, edit);
    if (next === null) throw new Error(`${edit.type} does not fit`);
    results = { ...results, ...next };
  }
  return results.outputs;
}

const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("a\n", "50%", "\r51%", "\b", "\r\n", "\u001b[31mred\u001b[0m\n", "é🎈"),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 100, max: 3_000 }).map((size) => `${"long ".repeat(size / 5)}\n`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 400 }).map((size) => "line\n".repeat(size)) },
);
const data = fc.oneof(
  fc.constant({ "text/plain": "small" }),
  text.map((plain) => ({ "text/plain": plain, "text/html": plain.repeat(3) })),
);
const displayId = fc.constantFrom(null, null, "d1", "d2");
const message: fc.Arbitrary<OutputMessage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("stream" as const),
      name: fc.constantFrom("stdout", "stderr"),
      text,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("display_data" as const),
      data,
      metadata: fc.constant({}),
      displayId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("update_display_data" as const),
      data,
      metadata: fc.constant({}),
      displayId: fc.constantFrom("d1", "d2"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("error" as const),
      ename: text,
      evalue: text,
      traceback: fc.array(text, { maxLength: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("clear_output" as const), wait: fc.boolean() }) },
);

test("faces are small, and their wholes are what there would be without a store", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(message, fc.boolean()), { maxLength: 40 }),
      fc.constantFrom("consecutive" as const, "by-name" as const),
      async (messages, streams) => {
        const store = new MemoryOutputs();
        const plain = new OutputFold({ cellId, displays: new DisplayIndex(), streams });
        const kept = new OutputFold({
          cellId,
          displays: new DisplayIndex(),
          streams,
          keeper: new OutputKeeper(store),
        });
        let outputs: readonly Output[] = [];
        for (const [said, drains] of messages) {
          plain.add(said);
          kept.add(said);
          if (drains) outputs = applied(kept.drain(), outputs);
        }
        outputs = applied(kept.drain(), outputs);
        for (const output of outputs) {
          if (output.output_type === "error") continue;
          expect(JSON.stringify(output).length).toBeLessThan(6_000);
        }
        const whole = await new WholeOutputs(store, NO_FILE_LIMIT).outputs(outputs);
        expect(whole).toEqual(plain.outputs());
        expect(whole.filter((output) => storedOf(output) !== null)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test("a million lines do not lie in memory, and the file gets their ends with a stated cut", async () => {
  const store = new MemoryOutputs();
  const kept = new OutputFold({ cellId, displays: new DisplayIndex(), keeper: new OutputKeeper(store) });
  let outputs: readonly Output[] = [];
  for (let line = 0; line < 30_000; line += 1_000) {
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${line + index}\n`);
    kept.add({ type: "stream", name: "stdout", text: lines.join("") });
    outputs = applied(kept.drain(), outputs);
  }
  expect(outputs).toHaveLength(1);
  const [output] = await new WholeOutputs(store, { lines: 1_000, bytes: 1_000_000 }).outputs(outputs);
  if (output?.output_type !== "stream") throw new Error("no stream");
  const shown = output.text.split("\n");
  expect(shown).toHaveLength(1_002);
  expect([shown[0], shown[499], shown[501], shown[1_000]]).toEqual([
    "line 0",
    "line 499",
    "line 29500",
    "line 29999",
  ]);
  expect(shown[500]).toContain("29,000 lines");
});

test("a hundred megabytes in one message are not cut, though a stream without a store would be", () => {
  const store = new CountingOutputs();
  const kept = new OutputFold({
    cellId,
    displays: new DisplayIndex(),
    keeper: new OutputKeeper(store),
    maxStreamLength: 1_000_000,
  });
  kept.add({ type: "stream", name: "stdout", text: "é line\n".repeat(1_000_000) });
  kept.drain();
  expect(store.length).toBe(7_000_000);
});

class CountingOutputs extends MemoryOutputs {
  length = 0;
  override append(_ref: OutputRef, drop: number, text: string): LogFacts {
    this.length += text.length - drop;
    return { seq: 1, bytes: this.length, lines: 1, missing: null };
  }
}
