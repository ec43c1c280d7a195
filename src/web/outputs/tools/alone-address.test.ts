import fc from "fast-check";
import { expect, test } from "vitest";
import { aloneAddress, alonePlace } from "./alone-address.ts";

test("whatever a cell is called, its output's address leads back to it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.nat(999_999), (cell, at) => {
      expect(alonePlace(new URL(aloneAddress("http://x/open/a.ipynb", { cell, at })).search)).toEqual({
        cell,
        at,
      });
    }),
  );
  expect(alonePlace("?path=a")).toBeNull();
  expect(alonePlace("?output=a:x")).toBeNull();
});
