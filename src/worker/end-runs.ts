/** Ends what a host has begun. */
import type { Party } from "../people/party.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import { LoopbookError } from "../util/errors.ts";

/** The program itself, where nobody asked. */
export const host: Party = { kind: "person", who: "local", using: "loopbook", displayName: "Loopbook" };

/** A process of the user's own goes on; its log finds the next server. */
export async function stopRun(run: LiveRun): Promise<void> {
  const { endedAtMs, kind } = run.snapshot();
  if (endedAtMs !== null || kind === "attached") return;
  await run.command({ type: "stop", immediate: true }, host).catch(() => {});
  await run.ended;
}

/** @throws LoopbookError `run-goes-on`: a process that is attached does not end because its notebook is closed. */
export function needNoProcess(run: LiveRun | undefined): void {
  if (run?.snapshot().kind !== "attached") return;
  throw new LoopbookError(
    "run-goes-on",
    "A process is attached to this notebook. Stop it, or wait for its end, and close the notebook then.",
  );
}

/** Whether people run cells of their own in the notebook of an ended run. */
export function isUsed({ session }: LiveRun): boolean {
  return [...session.executions().values()].some(({ by, state }) => by.kind === "person" || state !== "done");
}
