import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSteps, decodeTimes, encodeSteps, encodeTimes, joinBytes, splitBytes } from "./column-codec.ts";

const bits = (column: Float64Array): readonly bigint[] => [...new BigUint64Array(column.slice().buffer)];

test("columns come back to the bit, whatever is in them", () => {
  const any = fc.array(fc.double(), { maxLength: 300 }).map((list) => Float64Array.from(list));
  const steps = fc.array(fc.oneof(fc.maxSafeInteger(), fc.nat(1_000), fc.constant(Number.NaN)), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(any, steps, (column, list) => {
      expect(bits(decodeTimes(encodeTimes(column), column.length))).toEqual(bits(column));
      expect(bits(joinBytes(splitBytes(column), column.length))).toEqual(bits(column));
      expect([...decodeSteps(encodeSteps(Float64Array.from(list)), list.length)]).toEqual(
        list.map((n) => n + 0),
      );
    }),
    { numRuns: 300 },
  );
});

test("steps that count up cost next to nothing, times that jitter a few bytes", () => {
  const count = 4_096;
  expect(encodeSteps(Float64Array.from({ length: count }, (_, at) => at * 10)).length).toBeLessThan(100);
  const jitter = Float64Array.from(
    { length: count },
    (_, at) => 1.7e9 + at * 0.1 + ((at * 7_919) % 1_000) / 1e6,
  );
  expect(encodeTimes(jitter).length / count).toBeLessThan(2.5);
});
