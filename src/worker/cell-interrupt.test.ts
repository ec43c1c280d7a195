import { describe, expect, test } from "vitest";
import { CellInterrupt } from "./cell-interrupt.ts";
import { ManualClock, settled } from "./manual-clock.ts";

function aCell() {
  const clock = new ManualClock();
  const cell = new CellInterrupt(clock);
  const sentAtMs: number[] = [];
  let answered = 0;
  const press = async (): Promise<void> => {
    await cell.send(async () => {
      sentAtMs.push(clock.now());
    });
    answered += 1;
  };
  return { clock, cell, press, sentAtMs, answered: () => answered };
}

describe("an interrupt", () => {
  test("waits until the kernel has taken the cell up and is in its code", async () => {
    const { clock, cell, press, sentAtMs, answered } = aCell();
    void press();
    await clock.pass(10);
    expect(sentAtMs).toEqual([]);
    cell.heard();
    await settled();
    await clock.pass(19);
    expect(answered()).toBe(0);
    await clock.pass(1);
    expect([sentAtMs, answered()]).toEqual([[30], 1]);
  });

  test("gives a busy machine as long as the first word took, at most 200 ms", async () => {
    for (const [tookMs, atMs] of [
      [120, 240],
      [900, 1_100],
    ] as const) {
      const { clock, cell, press, sentAtMs } = aCell();
      void press();
      await clock.pass(tookMs);
      cell.heard();
      await settled();
      await clock.pass(200);
      expect(sentAtMs).toEqual([atMs]);
    }
  });

  test("is sent at once to a cell that runs", async () => {
    const { clock, cell, press, sentAtMs } = aCell();
    cell.heard();
    await clock.pass(5_000);
    await press();
    await press();
    expect(sentAtMs).toEqual([5_000, 5_000]);
  });

  test("is sent once, however often it is asked for meanwhile", async () => {
    const { clock, cell, press, sentAtMs, answered } = aCell();
    void press();
    void press();
    cell.heard();
    await settled();
    await clock.pass(20);
    expect([sentAtMs, answered()]).toEqual([[20], 2]);
  });

  test("is not sent to a cell that has ended meanwhile", async () => {
    const { clock, cell, press, sentAtMs, answered } = aCell();
    void press();
    cell.heard();
    cell.ended();
    await clock.pass(1_000);
    await press();
    expect([sentAtMs, answered()]).toEqual([[], 2]);
  });

  test("frees a kernel that something else keeps, and then reaches the cell", async () => {
    const { clock, cell, press, sentAtMs, answered } = aCell();
    void press();
    await clock.pass(1_000);
    expect([sentAtMs, answered()]).toEqual([[1_000], 1]);
    cell.heard();
    await settled();
    await clock.pass(200);
    expect(sentAtMs).toEqual([1_000, 1_200]);
  });

  test("tells who asked when it cannot be sent", async () => {
    const { cell } = aCell();
    cell.heard();
    cell.ended();
    const deaf = new CellInterrupt(new ManualClock());
    deaf.heard();
    await expect(cell.send(() => Promise.reject(new Error("no")))).resolves.toBeUndefined();
    const { clock, cell: running } = aCell();
    running.heard();
    await clock.pass(20);
    await expect(running.send(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
