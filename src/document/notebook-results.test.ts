import fc from "fast-check";
import { expect, test } from "vitest";
import { CellId } from "../util/ids.ts";
import type { OutputEdit } from "./edits.ts";
import { NotebookResults, type WrittenResults } from "./notebook-results.ts";
import { decodeOutputEdits, decodeResults, encodeOutputEdits, encodeResults } from "./results-record.ts";

const all = (): boolean => true;
const id = fc.constantFrom("a", "b", "c").map(CellId.of);
const text = fc.string({ maxLength: 4 });
const output = text.map((value) => ({ output_type: "stream", name: "stdout", text: value }) as const);
const edit: fc.Arbitrary<OutputEdit> = fc.oneof(
  fc.record({ type: fc.constant("begin-execution" as const), id, keepOutputs: fc.boolean() }),
  fc.record({ type: fc.constant("append-output" as const), id, output }),
  fc.record({ type: fc.constant("replace-output" as const), id, index: fc.nat(2), output }),
  fc.record({ type: fc.constant("append-stream" as const), id, index: fc.nat(2), drop: fc.nat(1), text }),
  fc.record({ type: fc.constant("remove-outputs" as const), id }),
  fc.record({ type: fc.constant("clear-outputs" as const), id }),
  fc.record({ type: fc.constant("end-execution" as const), id, executionCount: fc.option(fc.nat(9)) }),
);
const edits = fc.array(edit, { maxLength: 4 });
const seen = (results: NotebookResults): unknown =>
  ["a", "b", "c"].map((name) => results.of(CellId.of(name)));

test("what was kept at any moment and the writes since give the results, write by write", () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 20 }), fc.nat(), (turns, at) => {
      const results = new NotebookResults();
      let kept = encodeResults(results);
      let writes: Uint8Array[] = [];
      results.onWrite((written) => writes.push(encodeOutputEdits(written.edits)));
      for (const [index, turn] of turns.entries()) {
        results.write(turn, null, all);
        if (index !== at % turns.length) continue;
        kept = encodeResults(results);
        writes = [];
      }
      const again = new NotebookResults();
      again.set(decodeResults(kept) ?? [], 1, null);
      for (const bytes of writes) again.write(decodeOutputEdits(bytes) ?? [], null, all);
      expect(seen(again)).toEqual(seen(results));
    }),
  );
});

test("a replica that is told every write, or what changed since it last knew, is the original", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(edits, fc.boolean()), { maxLength: 30 }), (turns) => {
      const [original, replica] = [new NotebookResults(), new NotebookResults()];
      let told: WrittenResults[] = [];
      original.onWrite((written) => told.push(written));
      for (const [turn, isHeard] of turns) {
        told = [];
        original.write(turn, null, all);
        if (!isHeard) continue;
        const missed = told.some((written) => !replica.follow(written, null));
        if (missed) replica.set(original.entries(replica.version), original.version, null);
        expect(replica.version).toBe(missed ? original.version : Math.max(replica.version, 0));
        if (told.length > 0 || missed) expect(seen(replica)).toEqual(seen(original));
      }
    }),
  );
});

test("a change names the cells that changed, and nothing is told of an edit that changes nothing", () => {
  const results = new NotebookResults();
  const a = CellId.of("a");
  const heard: string[][] = [];
  results.onChange(({ cells }) => heard.push([...cells]));
  results.write([{ type: "clear-outputs", id: a }], null, all);
  results.write([{ type: "begin-execution", id: a }], null, () => false);
  expect(heard).toEqual([]);
  expect(results.write([{ type: "append-stream", id: a, index: 0, text: "x" }], null, all)).toEqual({
    ok: false,
    reason: "no-such-output",
  });
  results.write([{ type: "begin-execution", id: a }], null, all);
  expect(heard).toEqual([["a"]]);
});

test("edits that are written together give what they give one by one", () => {
  const some = fc.oneof(
    { weight: 3, arbitrary: edit },
    fc.record({ type: fc.constant("append-output" as const), id, output }),
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 30 }), (given) => {
      const [together, single] = [new NotebookResults(), new NotebookResults()];
      const isCell = (cell: CellId): boolean => cell !== CellId.of("c");
      let told: readonly OutputEdit[] = [];
      together.onWrite((written) => {
        told = written.edits;
      });
      const kept: OutputEdit[] = [];
      single.onWrite((written) => kept.push(...written.edits));
      together.write(given, null, isCell);
      for (const one of given) single.write([one], null, isCell);
      expect(seen(together)).toEqual(seen(single));
      expect(told).toEqual(kept);
    }),
  );
});
