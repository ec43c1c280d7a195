import fc from "fast-check";
import { expect, test } from "vitest";
import type { StepStatus } from "../runs/run.ts";
import { CellId } from "../util/ids.ts";
import { StepLog } from "./run-step-log.ts";

const someChange = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e"),
  status: fc.constantFrom<StepStatus | null>("running", "completed", "failed", null),
});

test("a view is of the moment in which it was asked for, whenever it is read", () => {
  fc.assert(
    fc.property(fc.array(someChange, { maxLength: 60 }), fc.nat(60), (changes, viewedAt) => {
      const log = new StepLog();
      const model = new Map<CellId, StepStatus>();
      let view = log.view();
      let expected: Record<string, StepStatus> = {};
      for (const [index, { name, status }] of changes.entries()) {
        const id = CellId.of(name);
        if (status === null) {
          log.delete(id);
          model.delete(id);
        } else {
          log.set(id, status);
          model.set(id, status);
        }
        expect(log.get(id)).toBe(status ?? undefined);
        if (index !== viewedAt) continue;
        view = log.view();
        expected = Object.fromEntries(model);
      }
      expect(view()).toEqual(expected);
      expect(log.view()()).toEqual(Object.fromEntries(model));
      expect(Object.keys(log.view()())).toEqual([...model.keys()]);
    }),
  );
});

test("a cell that runs again and again leaves the log small, and old views as they were", () => {
  const log = new StepLog();
  const id = CellId.of("a");
  log.set(id, "running");
  const first = log.view();
  for (let turn = 0; turn < 100_000; turn++) log.set(id, turn % 2 === 0 ? "completed" : "running");
  log.set(id, "failed");
  expect(first()).toEqual({ a: "running" });
  expect(log.view()()).toEqual({ a: "failed" });
  expect(JSON.stringify(log).length).toBeLessThan(100_000);
});
