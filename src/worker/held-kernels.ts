/** Kernels that outlive their process, as this machine's user has them: where they are kept, for how long, their end. */
import { connect } from "node:net";
import { jsonFrame, KIND } from "../compute/holder/frames.ts";
import type { HeldKernelsOptions } from "../compute/holder/held-kernels.ts";
import {
  type FoundHolder,
  holdersFolder,
  listHolders,
  removeRecord,
} from "../compute/holder/holder-record.ts";
import { identityOf, isRunning } from "../store/process-identity.ts";
import { LoopbookError } from "../util/errors.ts";

const HOUR_MS = 3_600_000;
/** Of a run that goes on: the weekend is longer, but a forgotten kernel should not be. */
const KEEP_RUN_MS = 24 * HOUR_MS;
const END_LIMIT_MS = 5_000;

export function holderSettings(stateFolder: string): Omit<HeldKernelsOptions, "env" | "clock"> {
  return { folder: holdersFolder(stateFolder), identify: identityOf, isRunning };
}

/**
 * `LOOPBOOK_KERNELS`: `held` (a run's kernel waits a day for somebody to come back), `held=2` (hours), `direct` (it
 * ends with the process that runs it). In milliseconds; 0 is direct.
 */
export function keepKernelMs(env: NodeJS.ProcessEnv): number {
  const { LOOPBOOK_KERNELS: wanted = DEFAULT_KERNELS } = env;
  const [, hours] = /^held(?:=(\d+(?:\.\d+)?))?$/.exec(wanted) ?? [];
  if (hours !== undefined) return Number(hours) * HOUR_MS;
  return wanted.startsWith("held") ? KEEP_RUN_MS : 0;
}

const DEFAULT_KERNELS = "held";

export function heldKernels(stateFolder: string): readonly FoundHolder[] {
  return listHolders(holdersFolder(stateFolder), isRunning);
}

/**
 * Ends a held kernel and its holder, whoever is attached, and removes what it kept.
 * @param id or the beginning of it. Gives the whole.
 * @throws LoopbookError `no-held-kernel`.
 */
export async function endHeldKernel(stateFolder: string, id: string): Promise<string> {
  const found =
    id === ""
      ? []
      : heldKernels(stateFolder).filter(
          ({ record }) => record.id.startsWith(id) || record.id.startsWith(`kernel_${id}`),
        );
  const [one] = found;
  if (one === undefined || found.length > 1) {
    const which = one === undefined ? "no such kernel is held" : "several held kernels begin so";
    throw new LoopbookError("no-held-kernel", `${id}: ${which}. \`loopbook ps --kernels\` lists them.`);
  }
  const { record, isAlive } = one;
  if (isAlive) {
    const socket = connect(record.socket);
    socket.on("error", () => process.kill(record.pid, "SIGTERM"));
    socket.write(jsonFrame(KIND.hello, { token: record.token }));
    socket.end(jsonFrame(KIND.end, {}));
    const until = Date.now() + END_LIMIT_MS;
    while (isRunning(record)) {
      if (Date.now() > until) process.kill(record.pid, "SIGKILL");
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  removeRecord(holdersFolder(stateFolder), record.id);
  return record.id;
}
