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
import { endsAtMs } from "../compute/holder/patience.ts";
import { deathFrom } from "../compute/local/launch.ts";
import type { KernelDeath, Outlive } from "../kernel/kernel.ts";
import { identityOf, isRunning } from "../store/process-identity.ts";
import { LoopbookError } from "../util/errors.ts";
import type { JsonObject } from "../util/json.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const END_LIMIT_MS = 5_000;

export function holderSettings(stateFolder: string): Omit<HeldKernelsOptions, "env" | "clock"> {
  return { folder: holdersFolder(stateFolder), identify: identityOf, isRunning };
}

/** How long kernels wait for somebody when their process is gone. */
export interface KeepTimes {
  /** Of a run, from when its cell has ended, in milliseconds; 0: kernels end with their process. */
  readonly runMs: number;
  /** Of a notebook in which people run cells by hand. */
  readonly notebookMs: number;
}

/** While it is at work, a kernel waits at least so long: nobody should lose a night's training to a dropped line. */
const KEEP_BUSY_MS = DAY_MS;
const DEFAULT: KeepTimes = { runMs: HOUR_MS, notebookMs: DAY_MS };
const HOURS = String.raw`(\d+(?:\.\d+)?)`;
const HELD = new RegExp(`^held(?:=${HOURS}(?:,${HOURS})?)?$`);

/**
 * `LOOPBOOK_KERNELS`: `held` (a run's kernel waits an hour for somebody to come back, that of a notebook a day),
 * `held=2` (hours, of a run), `held=2,48` (of a run, of a notebook), `direct` (kernels end with their process).
 */
export function keepTimes(env: NodeJS.ProcessEnv): KeepTimes {
  const { LOOPBOOK_KERNELS: wanted = "held" } = env;
  const found = HELD.exec(wanted);
  if (found === null) return wanted.startsWith("held") ? DEFAULT : { runMs: 0, notebookMs: 0 };
  const [run, notebook] = found.slice(1).map((hours) => hours && Number(hours) * HOUR_MS);
  return { runMs: run || DEFAULT.runMs, notebookMs: notebook || DEFAULT.notebookMs };
}

/** For a kernel of a run, or of a notebook whose run has ended. */
export function outliveFor(owner: JsonObject, keepMs: number): Outlive {
  return { owner, keepMs, keepBusyMs: Math.max(keepMs, KEEP_BUSY_MS) };
}

export function heldKernels(stateFolder: string): readonly FoundHolder[] {
  return listHolders(holdersFolder(stateFolder), isRunning);
}

/** A kernel that outlives the process that started it, for a list. */
export interface ListedKernel {
  readonly id: string;
  /** Of the kernelspec. */
  readonly kernel: string;
  readonly pid: number | null;
  readonly owner: JsonObject;
  readonly startedAtMs: number;
  /** Null: somebody is attached. */
  readonly unattendedSinceMs: number | null;
  /** When it ends if nobody comes; null: somebody is there, or it has ended. */
  readonly endsAtMs: number | null;
  /** Known while nobody is attached. */
  readonly isAtWork: boolean;
  /** How it ended, if it did; what it said until then can still be read. */
  readonly death: KernelDeath | null;
}

export function listKernels(stateFolder: string): readonly ListedKernel[] {
  return heldKernels(stateFolder).map(({ record, isAlive }) => {
    const { id, spec, kernelPid, note, startedAtMs, unattendedSinceMs, exit } = record;
    const death = exit ? deathFrom(exit, null) : isAlive ? null : HOLDER_WAS_KILLED;
    return {
      ...{ id, kernel: spec.name, pid: kernelPid, owner: note.owner, startedAtMs, unattendedSinceMs, death },
      endsAtMs: isAlive ? endsAtMs(record) : null,
      isAtWork: unattendedSinceMs !== null && record.idleSinceMs === null,
    };
  });
}

const HOLDER_WAS_KILLED: KernelDeath = {
  reason: "connection-lost",
  exitCode: null,
  signal: null,
  memoryPeakBytes: null,
  stderrTail: "",
};

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
    socket.on("error", () => signal(record.pid, "SIGTERM"));
    socket.write(jsonFrame(KIND.hello, { token: record.token }));
    socket.end(jsonFrame(KIND.end, {}));
    const until = Date.now() + END_LIMIT_MS;
    while (isRunning(record)) {
      if (Date.now() > until) signal(record.pid, "SIGKILL");
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  removeRecord(holdersFolder(stateFolder), record.id);
  return record.id;
}

/** A process that ended in the same moment needs no signal. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
