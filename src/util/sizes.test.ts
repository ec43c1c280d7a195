import { expect, test } from "vitest";
import { formatBytes } from "./sizes.ts";

test("sizes are short", () => {
  expect([0, 812, 1400, 14_000, 999_900, 3_210_000, 4.2e12].map(formatBytes)).toEqual([
    "0 B",
    "812 B",
    "1.4 kB",
    "14 kB",
    "1.0 MB",
    "3.2 MB",
    "4.2 TB",
  ]);
});
