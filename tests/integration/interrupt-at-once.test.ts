/** An interrupt that comes before the kernel has begun the cell is not lost, whoever asks for it. */
import { afterEach, expect, test } from "vitest";
import type { CellOutcome } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { ana, codeCell, notebookOf, type OpenSession, openSession } from "./session-support.ts";

const TIMES = 50;
const endless = "import time\nfor _ in range(3_000): time.sleep(0.01)";
const interrupted: CellOutcome = { type: "interrupted", by: ana };

let open: OpenSession | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

test("right behind the request of a cell: it is interrupted each time, what is queued behind it is not run", async () => {
  open = await openSession(
    notebookOf([codeCell("a", endless), codeCell("b", "ran = 1"), codeCell("look", "print('ran' in dir())")]),
  );
  const { session, run } = open;
  for (let time = 0; time < TIMES; time++) {
    const cell = run("a");
    const queued = run("b");
    const asked = session.interrupt(ana);
    expect(await cell).toEqual(interrupted);
    expect(await queued).toEqual({ type: "aborted", reason: "queue-stopped" });
    await asked;
  }
  await run("look");
  expect(open.printed("look")).toBe("False\n");
}, 120_000);

test("at any moment in the first tenth of a second, and with several who ask at once", async () => {
  open = await openSession(notebookOf([codeCell("a", endless), codeCell("next", "print('fine')")]));
  const { session, run } = open;
  for (let time = 0; time < TIMES; time++) {
    const cell = run("a");
    await new Promise((done) => setTimeout(done, time * 2));
    await Promise.all([session.interrupt(ana), session.interrupt(ana)]);
    expect(await cell).toEqual(interrupted);
    // Of two interrupts none is left over for the cell that comes next.
    expect(await run("next")).toMatchObject({ type: "completed" });
  }
}, 120_000);

test("a timeout that passes at once interrupts, too", async () => {
  open = await openSession(notebookOf([codeCell("a", endless)]));
  for (let time = 0; time < 10; time++) {
    expect(await open.run("a", { timeoutMs: 1 })).toEqual({ type: "timed-out", afterMs: 1 });
  }
});

test("while the kernel starts, what waits for it is taken back", async () => {
  open = await openSession(notebookOf([codeCell("a", "1")]));
  const { session } = open;
  const restarted = session.restartKernel(ana);
  const ticket = session.execute({
    executionId: ExecutionId.create(),
    cellId: CellId.of("a"),
    sourceHash: sourceHash("1"),
    by: ana,
  });
  await session.interrupt(ana);
  expect(ticket.accepted && (await ticket.outcome)).toEqual({ type: "aborted", reason: "queue-stopped" });
  await restarted;
  expect(await open.run("a")).toMatchObject({ type: "completed" });
});
