import { expect, test } from "vitest";
import { type Attendance, endsAtMs } from "./patience.ts";

const HOUR = 3_600_000;
const note = { keepMs: HOUR, keepBusyMs: 24 * HOUR };
const at = (more: Partial<Attendance>): number | null =>
  endsAtMs({ unattendedSinceMs: 10 * HOUR, idleSinceMs: 2 * HOUR, note, ...more });

test("a holder waits while somebody is there, then from when its kernel has nothing to do, and not for ever", () => {
  expect([
    at({ unattendedSinceMs: null }),
    at({}),
    at({ idleSinceMs: null }),
    at({ idleSinceMs: 15 * HOUR }),
    at({ idleSinceMs: 33.5 * HOUR }),
    at({ idleSinceMs: null, note: { keepMs: HOUR } }),
    at({ idleSinceMs: null, note: { keepMs: 48 * HOUR, keepBusyMs: 24 * HOUR } }),
    endsAtMs({ unattendedSinceMs: 0, note }),
  ]).toEqual([null, 11 * HOUR, 34 * HOUR, 16 * HOUR, 34 * HOUR, 11 * HOUR, 58 * HOUR, HOUR]);
});
