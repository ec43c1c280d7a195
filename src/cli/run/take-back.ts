/** Goes on with a run whose process was killed, in the kernel that was kept for it. */

import type { ApiClient } from "../../client/api-client.ts";
import { localParty } from "../../people/local-identity.ts";
import type { Party } from "../../people/party.ts";
import type { RunRecord, RunSnapshot } from "../../runs/run.ts";
import type { Host } from "../../usecases/host.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { CellId } from "../../util/ids.ts";
import { heldKernels } from "../../worker/held-kernels.ts";
import type { CliContext } from "../context.ts";
import { isInside } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";
import { replayLine, replayPlan } from "./replay-plan.ts";
import { runHere } from "./run-here.ts";

/** What a kernel said before it was taken back is read first. */
const FOUND_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** Of a run that was killed: it looks as if it had died, but then its kernel would not be there. */
export function hasKeptKernel({ snapshot }: RunRecord): boolean {
  if (snapshot.status !== "died") return false;
  return heldKernels(stateFolder()).some(({ record }) => record.note.owner.run === snapshot.id);
}

export interface TakeBackOptions {
  /** The run goes on from here, when what it does now is over. */
  readonly from: CellId | null;
  readonly json?: true;
}

export async function takeBackHere(
  context: CliContext,
  record: RunRecord,
  path: string,
  { from, ...options }: TakeBackOptions,
): Promise<void> {
  const { snapshot } = record;
  const by = localParty("cli");
  const line = replayLine(record, options);
  const code = await runHere(context, replayPlan(record, path, null), line, async (host) => {
    const run = await host.takeRunBack?.(snapshot.id, by);
    if (!run) throw notKept(snapshot.id);
    context.terminal.err(`${snapshot.name} goes on in the kernel that it had.\n`);
    if (from !== null) void goOnFrom(run, from, by);
    return run;
  });
  context.setExitCode(code);
}

/** In another process, which has its notebook open or shall have the run. */
export async function takeBackThere(
  { terminal }: CliContext,
  { snapshot }: RunRecord,
  api: ApiClient,
  { from, json }: TakeBackOptions,
): Promise<void> {
  const run = await api.takeRunBack(snapshot.id);
  if (from !== null) {
    await until(async () => (await api.runs()).some((each) => each.id === run.id && isSomewhere(each)));
    await api.command(run.id, { type: "rerun-from", cellId: from });
  }
  terminal.out(json ? `${JSON.stringify(run)}\n` : `${run.id}\n`);
  terminal.err(`${run.name} goes on in the kernel that it had. \`loopbook ps\` shows it.\n`);
}

async function goOnFrom(run: LiveRun, cellId: CellId, by: Party): Promise<void> {
  await until(async () => isSomewhere(run.snapshot()));
  await run.command({ type: "rerun-from", cellId }, by);
}

/** It has found its cell again, or holds there. */
function isSomewhere({ hold, currentCell, endedAtMs }: RunSnapshot): boolean {
  return hold !== null || currentCell !== null || endedAtMs !== null;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + FOUND_WITHIN_MS;
  while (!(await isTrue()) && Date.now() < limit) await new Promise((done) => setTimeout(done, POLL_MS));
}

function notKept(id: string): LoopbookError {
  return new LoopbookError(
    "no-held-kernel",
    `${id} cannot go on in its kernel: another process has it, or it has ended. See \`loopbook ps\`.`,
  );
}

/** All runs, and the kernels of notebooks in this folder, when the local server starts. */
export async function takeAllBack(host: Host, folder: string, say: (line: string) => void): Promise<void> {
  for (const { runId } of (await host.keptRuns?.()) ?? []) {
    try {
      const run = await host.takeRunBack?.(runId, localParty("server"));
      if (run) say(`${runId} (${run.snapshot().name}) goes on in the kernel that it had.`);
    } catch (error) {
      say(`${runId} could not go on: ${messageOf(error)}`);
    }
  }
  for (const path of (await host.leftNotebooks?.()) ?? []) {
    if (!isInside(folder, path)) continue;
    try {
      await host.openNotebook(path);
      say(`${path} has the kernel that it had.`);
    } catch (error) {
      say(`The kernel of ${path} could not be taken back: ${messageOf(error)}`);
    }
  }
}
