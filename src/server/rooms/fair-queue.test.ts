import { expect, test } from "vitest";
import { systemClock } from "../../util/clock.ts";
import { FairQueue, Lane } from "./fair-queue.ts";

const message = new Uint8Array(10);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Of this thread's own time, whoever else wants the processor meanwhile. */
function work(ms: number): void {
  const worked = (): number => {
    const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
    return (user + system) / 1000;
  };
  const end = worked() + ms;
  while (worked() < end);
}

function aLane(handle: () => void) {
  const lane = { handled: 0, paused: 0, resumed: 0 };
  const queued = new Lane({
    handle: () => {
      lane.handled++;
      handle();
    },
    pause: () => lane.paused++,
    resume: () => lane.resumed++,
  });
  return Object.assign(lane, { queued });
}

test("a message alone is handled at once", () => {
  const queue = new FairQueue(systemClock);
  const lane = aLane(() => {});
  queue.add(lane.queued, message);
  expect(lane.handled).toBe(1);
});

test("one message of a quiet connection passes a thousand of a loud one; the loud one is not read from meanwhile", async () => {
  const queue = new FairQueue(systemClock);
  const loud = aLane(() => busy(0.1));
  const quiet = aLane(() => {});
  for (let count = 0; count < 1_000; count++) queue.add(loud.queued, message);
  expect(loud.handled).toBeLessThan(200);
  expect(loud.paused).toBe(1);
  queue.add(quiet.queued, message);
  await turn();
  expect(quiet.handled).toBe(1);
  expect(loud.handled).toBeLessThan(400);
  while (loud.handled < 1_000) await turn();
  expect([loud.paused, loud.resumed]).toEqual([1, 1]);
});

test("a heavy message is paid for with a pause; order stays", async () => {
  const queue = new FairQueue(systemClock);
  const at: number[] = [];
  const heavy = aLane(() => {
    at.push(performance.now());
    work(25);
  });
  queue.add(heavy.queued, message);
  queue.add(heavy.queued, message);
  while (heavy.handled < 2) await turn();
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(100);
});

test("what a connection that is gone had sent is dropped", async () => {
  const queue = new FairQueue(systemClock);
  const lane = aLane(() => busy(5));
  for (let count = 0; count < 5; count++) queue.add(lane.queued, message);
  queue.remove(lane.queued);
  const { handled } = lane;
  await turn();
  await turn();
  expect(lane.handled).toBe(handled);
});
