import { expect, test } from "vitest";
import type { Party, RunEvent, RunSnapshot } from "../session/types.ts";
import { earlierValues } from "./earlier-values.ts";

const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const names = new Set(["lr", "epochs"]);

function event(seq: number, type: string, detail: RunEvent["detail"]): RunEvent {
  return { seq, atMs: seq * 1_000, by: ana, type, cellId: null, text: type, detail };
}

function aRun(
  id: string,
  startedAtMs: number,
  values: RunSnapshot["values"],
  events: readonly RunEvent[],
): RunSnapshot {
  return { id, name: "train", startedAtMs, values, recentEvents: events } as unknown as RunSnapshot;
}

test("changes of a run: taken, refused with the reason, waiting; newest first", () => {
  const run = aRun("r", 0, { lr: 0.05 }, [
    event(1, "parameters-changed", { changeId: "a", to: { lr: 0.05 }, reason: "loss swings" }),
    event(2, "parameters-applied", { changeId: "a", values: { lr: 0.05 }, reason: "loss swings" }),
    event(3, "parameters-changed", { changeId: "b", to: { epochs: 9, other: 1 }, reason: null }),
    event(4, "parameters-failed", { changeId: "b", values: { epochs: 9 }, error: "NameError: x" }),
    event(5, "parameters-changed", { changeId: "c", to: { lr: 0.01 }, reason: "" }),
  ]);
  expect(
    earlierValues([run], names).map(({ name, value, reason, outcome }) => [name, value, reason, outcome]),
  ).toEqual([
    ["lr", 0.01, null, { type: "waiting" }],
    ["epochs", 9, null, { type: "refused", why: "NameError: x" }],
    ["lr", 0.05, "loss swings", { type: "taken" }],
  ]);
});

test("a run that began with other values than the one before it says so, once", () => {
  const runs = [
    aRun("3", 3_000, { lr: 0.2 }, []),
    aRun("2", 2_000, { lr: 0.1 }, []),
    aRun("1", 1_000, { lr: 0.1 }, []),
  ];
  expect(earlierValues(runs, names).map(({ value, atMs, outcome }) => [value, atMs, outcome.type])).toEqual([
    [0.2, 3_000, "run"],
  ]);
});
