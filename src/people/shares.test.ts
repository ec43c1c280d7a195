import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationMs, isExpired, shownName, whoOf } from "./shares.ts";

describe("a person's name in records", () => {
  test.each([
    ["Ben", "ben"],
    ["Ben Okri", "ben-okri"],
    ["  Łukasz  Ø. ", "łukasz-ø"],
    ["山田", "山田"],
  ])("%s is %s", (name, who) => {
    expect(whoOf(name)).toBe(who);
  });

  test.each(["local", "Local", "  guest ", "file", "run x3", "nb-1", "", " - ", "…"])(
    "%j is refused: it is nobody's, or the program's own",
    (name) => {
      expect(() => whoOf(name)).toThrow(expect.objectContaining({ code: "bad-name" }));
    },
  );

  test("is the same however often it is made, and holds no slash: that parts it from what they act with", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        let who: string;
        try {
          who = whoOf(name);
        } catch {
          return;
        }
        expect(who).not.toContain("/");
        expect(whoOf(who)).toBe(who);
      }),
    );
  });

  test("is shown without what turns or breaks a line", () => {
    expect(shownName("Ana\u202e\n B\u0007en")).toBe("Ana Ben");
  });
});

test.each([
  ["30m", 1_800_000],
  ["12h", 43_200_000],
  ["7d", 604_800_000],
  ["2w", 1_209_600_000],
  ["0d", null],
  ["-1d", null],
  ["7", null],
  ["1y", null],
  ["", null],
])("%j is %s ms", (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test("a share ends at its time, or never", () => {
  expect([isExpired({ expiresAtMs: 10 }, 9), isExpired({ expiresAtMs: 10 }, 10)]).toEqual([false, true]);
  expect(isExpired({ expiresAtMs: null }, Number.MAX_SAFE_INTEGER)).toBe(false);
});
