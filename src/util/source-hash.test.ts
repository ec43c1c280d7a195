import fc from "fast-check";
import { expect, test } from "vitest";
import { portableHash, sourceHash } from "./source-hash.ts";

test("browser and Node give the same hash, also of text that is no UTF-16", () => {
  expect(sourceHash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom("", "\ud800", "\udc00é"), (text, odd) => {
      expect(sourceHash(text + odd)).toBe(portableHash(text + odd));
    }),
  );
});
