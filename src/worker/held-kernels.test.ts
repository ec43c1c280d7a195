import { expect, test } from "vitest";
import { keepTimes } from "./held-kernels.ts";

const HOUR = 3_600_000;

test("LOOPBOOK_KERNELS says how long kernels wait for somebody", () => {
  const of = (value?: string) => keepTimes(value === undefined ? {} : { LOOPBOOK_KERNELS: value });
  const usual = { runMs: HOUR, notebookMs: 24 * HOUR };
  expect([of(), of("held"), of("held=what")]).toEqual([usual, usual, usual]);
  expect(of("held=2")).toEqual({ runMs: 2 * HOUR, notebookMs: 24 * HOUR });
  expect(of("held=0.5,48")).toEqual({ runMs: HOUR / 2, notebookMs: 48 * HOUR });
  expect(of("direct")).toEqual({ runMs: 0, notebookMs: 0 });
});
