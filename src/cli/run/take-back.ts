/** Goes on with a run whose process was killed, in the kernel that was kept for it. */
import { localParty } from "../../people/local-identity.ts";
import type { RunRecord } from "../../runs/run.ts";
import type { Host } from "../../usecases/host.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { heldKernels } from "../../worker/held-kernels.ts";
import type { CliContext } from "../context.ts";
import { isInside } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";
import { replayLine, replayPlan } from "./replay-plan.ts";
import { runHere } from "./run-here.ts";

export function hasKeptKernel({ snapshot }: RunRecord): boolean {
  return heldKernels(stateFolder()).some(({ record }) => record.note.owner.run === snapshot.id);
}

export async function takeBackHere(
  context: CliContext,
  record: RunRecord,
  path: string,
  options: { readonly json?: true },
): Promise<void> {
  const { snapshot } = record;
  const line = replayLine(record, options);
  const code = await runHere(context, replayPlan(record, path, null), line, async (host) => {
    const run = await host.takeRunBack?.(snapshot.id, localParty("cli"));
    if (run) {
      context.terminal.err(`${snapshot.name} goes on in the kernel that it had.\n`);
      return run;
    }
    throw new LoopbookError(
      "no-held-kernel",
      `${snapshot.id} cannot go on in its kernel: another process has it, or it has ended. See \`loopbook ps\`.`,
    );
  });
  context.setExitCode(code);
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
