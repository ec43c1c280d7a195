import { expect, test } from "vitest";
import { givenUp } from "../store/telemetry/retention.ts";
import { telemetryLimits } from "./kept-telemetry.ts";

test("limits of telemetry come from the environment, and what is no number is refused", () => {
  expect(telemetryLimits({})).toMatchObject({ retention: {}, quota: { totalBytes: 50 * 1024 ** 3 } });
  const env = {
    LOOPBOOK_TELEMETRY_FULL_DAYS: "30",
    LOOPBOOK_TELEMETRY_FULL_GB: "0.5",
    LOOPBOOK_TELEMETRY_GB: "2",
  };
  expect(telemetryLimits(env)).toMatchObject({
    retention: { fullDays: 30, fullBytes: 1024 ** 3 / 2 },
    quota: { totalBytes: 2 * 1024 ** 3 },
  });
  expect(() => telemetryLimits({ LOOPBOOK_TELEMETRY_GB: "much" })).toThrow("LOOPBOOK_TELEMETRY_GB");
});

test("points are given up by age and by size, oldest first, and never those that are being written", () => {
  const day = 24 * 3600 * 1000;
  const files = [0, 1, 2, 3].map((file) => ({ file, bytes: 10, writtenAtMs: file * day }));
  expect(givenUp(files, 3, {}, 100 * day)).toEqual([]);
  expect(givenUp(files, 3, { fullDays: 2 }, 3.5 * day)).toEqual([0, 1]);
  expect(givenUp(files, 3, { fullBytes: 25 }, 0)).toEqual([0, 1]);
  expect(givenUp(files, 3, { fullBytes: 1 }, 0)).toEqual([0, 1, 2]);
});
