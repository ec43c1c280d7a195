import fc from "fast-check";
import { expect, test } from "vitest";
import { Executions } from "./executions.ts";
import type { ExecuteOutcome } from "./kernel.ts";

const idleClock = { now: () => 0, schedule: () => () => {} };
const ok = (executionCount: number): ExecuteOutcome => ({
  type: "ok",
  executionCount,
  userExpressions: {},
  payload: [],
});

test("however the two channels interleave: each execution hears its own outputs, all of them, in order, then its outcome", async () => {
  const executions = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(executions, fc.infiniteStream(fc.nat()), async (outputCounts, choices) => {
      const table = new Executions(idleClock);
      const heard = outputCounts.map((): string[] => []);
      const started = outputCounts.map((_, index) => {
        const onOutput = (message: { type: string; text?: string }): void => {
          heard[index]?.push(message.text ?? "");
        };
        return table.begin(`x${index}`, { onOutput }, undefined).then(() => heard[index]?.push("outcome"));
      });
      // IOPub keeps its order, and so does each execution's reply; between them anything goes.
      const iopub = outputCounts.flatMap((count, index) => [
        ...Array.from({ length: count }, (_, number) => (): void => {
          table.output(`x${index}`, { type: "stream", name: "stdout", text: `${index}.${number}` });
        }),
        (): void => table.idle(`x${index}`),
      ]);
      const shell = outputCounts.map((_, index) => (): void => table.reply(`x${index}`, ok(index)));
      while (iopub.length + shell.length > 0) {
        const next = choices.next().value ?? 0;
        const lane = iopub.length === 0 || (shell.length > 0 && next % 2 === 0) ? shell : iopub;
        lane.shift()?.();
        await Promise.resolve();
      }
      await Promise.all(started);
      const wanted = outputCounts.map((count, index) => [
        ...Array.from({ length: count }, (_, number) => `${index}.${number}`),
        "outcome",
      ]);
      expect(heard).toEqual(wanted);
      expect(table.size).toBe(0);
    }),
  );
});
