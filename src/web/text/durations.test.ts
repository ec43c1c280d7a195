import { describe, expect, test } from "vitest";
import { formatAge, formatAgo, formatDuration, formatElapsed, formatRemaining } from "./durations.ts";

describe("durations", () => {
  test.each([
    [0, "0 ms"],
    [40.4, "40 ms"],
    [999, "999 ms"],
    [999.7, "1.0 s"],
    [4200, "4.2 s"],
    [9960, "10 s"],
    [42_300, "42 s"],
    [59_800, "1 min 00 s"],
    [252_000, "4 min 12 s"],
    [7_500_000, "2 h 05 min"],
    [3 * 86_400_000 + 4 * 3_600_000, "3 d 4 h"],
    [-5, "0 ms"],
  ])("%d ms is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("a running clock shows whole seconds and never rounds up", () => {
    expect([900, 1999, 59_999, 61_900].map(formatElapsed)).toEqual(["0 s", "1 s", "59 s", "1 min 01 s"]);
  });

  test("an estimate stays coarse", () => {
    expect([1000, 12_000, 70_000, 130_000, 7_300_000].map(formatRemaining)).toEqual([
      "a few seconds left",
      "about 15 s left",
      "about a minute left",
      "about 2 min left",
      "about 2 h left",
    ]);
  });

  test("an age is one word, and a date when it is long ago", () => {
    const at = Date.UTC(2026, 0, 5);
    expect([1000, 61_000, 3_600_000, 86_400_000].map((age) => formatAge(age, at))).toEqual([
      "now",
      "1 min",
      "1 h",
      "1 d",
    ]);
    expect(formatAge(40 * 86_400_000, at)).toBe("2026-01-05");
    expect([formatAgo(1000, at), formatAgo(120_000, at)]).toEqual(["now", "2 min ago"]);
  });
});
