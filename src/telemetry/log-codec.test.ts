import fc from "fast-check";
import { expect, test } from "vitest";
import { LineEncoder, notFiniteName, toNumber } from "./line-records.ts";
import {
  BadLog,
  concatBytes,
  encodeFact,
  encodeRecord,
  encodeRow,
  encodeShape,
  HEADER_BYTES,
  KIND,
  MAX_RECORD_BYTES,
  readRecords,
  stepAt,
  viewOf,
  wholeRecords,
} from "./log-codec.ts";
import { parseFact, parseLine, parseShape } from "./parse-fact.ts";

const aRecord = fc.record({
  kind: fc.integer({ min: 1, max: 255 }),
  shape: fc.integer({ min: 0, max: 65_535 }),
  body: fc.uint8Array({ maxLength: 100 }),
});

test("what was written is read, and of a log that is cut anywhere the whole records before the cut", () => {
  fc.assert(
    fc.property(fc.array(aRecord, { maxLength: 20 }), fc.nat(), (records, anywhere) => {
      const encoded = records.map(({ kind, shape, body }) => encodeRecord(kind, body, shape));
      const log = concatBytes(encoded);
      const cut = anywhere % (log.byteLength + 1);
      let whole = 0;
      let end = 0;
      for (const { byteLength } of encoded) {
        if (end + byteLength > cut) break;
        end += byteLength;
        whole++;
      }
      const read = [...readRecords(log.subarray(0, cut))].map(({ kind, shape, body }) => ({
        kind,
        shape,
        body: Uint8Array.from(body),
      }));
      expect(read).toEqual(records.slice(0, whole));
      expect(wholeRecords(log.subarray(0, cut))).toBe(end);
      // A spool is made of zero bytes where nothing was written yet.
      const spool = concatBytes([log.subarray(0, end), new Uint8Array(64)]);
      expect(wholeRecords(spool)).toBe(end);
    }),
  );
});

test("rows keep time, step and every value to the bit", () => {
  const steps = fc.option(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }));
  fc.assert(
    fc.property(fc.double(), steps, fc.array(fc.double(), { maxLength: 9 }), (time, step, values) => {
      const [record] = readRecords(encodeRow(7, time, step, values));
      const view = viewOf(record?.body ?? new Uint8Array());
      expect(record?.kind).toBe(KIND.row);
      expect(view.getFloat64(0, true)).toBe(time);
      expect(stepAt(view, 8)).toBe(step === null ? Number.NaN : Number(step));
      expect(values.map((_, index) => view.getFloat64(16 + 8 * index, true))).toEqual(values);
    }),
  );
});

test("bytes that are no log are refused where they begin", () => {
  const good = encodeFact({ type: "alive", time: 1 });
  for (const length of [7, 12, MAX_RECORD_BYTES + 8, 0xffff_fff8]) {
    const bad = new Uint8Array(16);
    viewOf(bad).setUint32(0, length, true);
    const read = (): unknown => wholeRecords(concatBytes([good, bad]));
    expect(read).toThrow(BadLog);
    expect(read).toThrow(expect.objectContaining({ at: good.byteLength }));
  }
  const padded = encodeRecord(KIND.fact, new Uint8Array(8));
  padded[5] = 9;
  expect(() => wholeRecords(padded)).toThrow(BadLog);
  expect(encodeRecord(KIND.fact, new Uint8Array())).toHaveLength(HEADER_BYTES);
});

test("facts are read, and what is none says why", () => {
  const read = (value: unknown) => parseFact(new TextEncoder().encode(JSON.stringify(value)));
  expect(read({ type: "log", time: 1, level: "info", text: "x", later: true }).ok).toBe(true);
  expect(read({ type: "end", time: 1, status: "failed", exitCode: 1 })).toEqual({
    ok: true,
    value: { type: "end", time: 1, status: "failed", exitCode: 1 },
  });
  for (const bad of [
    null,
    { type: "log", time: 1, level: "loud", text: "x" },
    { type: "log", time: 1, level: "info", text: "x".repeat(1_000_001) },
    { type: "nothing", time: 1 },
    { type: "artefact", time: 1, name: "a", sha256: "../..", sizeBytes: 1 },
  ]) {
    expect(read(bad)).toEqual({ ok: false, reason: expect.any(String) });
  }
  expect(parseFact(new TextEncoder().encode("{"))).toEqual({ ok: false, reason: "not JSON: {" });
  expect(parseShape(new TextEncoder().encode('["loss", 1]')).ok).toBe(false);
});

test("lines of JSON become the records that an SDK would have written", () => {
  const encoder = new LineEncoder();
  const metrics = (values: object) =>
    encoder.encode(JSON.stringify({ type: "metrics", time: 2, step: 3, values }));
  const first = metrics({ loss: 0.5, acc: "NaN" });
  expect(first).toEqual([encodeShape(0, ["loss", "acc"]), encodeRow(0, 2, 3, [0.5, Number.NaN])]);
  expect(metrics({ loss: 1, acc: "-Infinity" })).toEqual([encodeRow(0, 2, 3, [1, Number.NEGATIVE_INFINITY])]);
  expect(metrics({ other: 1 })).toEqual([encodeShape(1, ["other"]), encodeRow(1, 2, 3, [1])]);
  expect(encoder.encode('{"type":"alive","time":4}')).toEqual([encodeFact({ type: "alive", time: 4 })]);
  expect(() => encoder.encode('{"type":"metrics","time":1,"values":{"a":"x"}}')).toThrow(RangeError);
  expect(parseLine('{"type":"metrics","time":1,"values":{"a":null}}').ok).toBe(false);
});

test("what is not finite has a name and comes back", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(toNumber(notFiniteName(value) ?? 0)).toBe(value);
  expect(notFiniteName(1.5)).toBeNull();
});
