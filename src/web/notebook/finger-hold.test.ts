import { expect, test } from "vitest";
import { HOLD_MS, holdLeftMs, isNoHold, leftPlace, type Touch } from "./finger-hold.ts";

const press: Touch = { type: "pointerdown", timeStamp: 1000, clientX: 20, clientY: 300 };
const later = (type: string, ms: number, y = 300): Touch => ({
  ...press,
  type,
  timeStamp: 1000 + ms,
  clientY: y,
});

test("a finger has to stay for the rest of the time, however late the page hears of it", () => {
  expect(holdLeftMs(press, 1000)).toBe(HOLD_MS);
  expect(holdLeftMs(press, 1100)).toBe(HOLD_MS - 100);
  expect(holdLeftMs(press, 9000)).toBe(0);
  // A clock that went back does not make anybody wait longer.
  expect(holdLeftMs(press, 10)).toBe(HOLD_MS);
});

test("what the finger did before the time was over is no hold, whenever it is heard of", () => {
  expect(isNoHold(press, later("pointermove", 20, 240))).toBe(true);
  expect(isNoHold(press, later("pointerup", HOLD_MS - 1))).toBe(true);
  expect(isNoHold(press, later("pointermove", HOLD_MS, 240))).toBe(false);
  expect(isNoHold(press, later("pointerup", HOLD_MS + 1))).toBe(false);
});

test("a finger that trembles stays", () => {
  expect(leftPlace(press, later("pointermove", 20, 303))).toBe(false);
  expect(isNoHold(press, later("pointermove", 20, 303))).toBe(false);
});
