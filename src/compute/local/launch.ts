/** Starts one kernel process and talks to it until it answers; whatever goes wrong, nothing is left behind. */
import { existsSync } from "node:fs";
import type {
  KernelDeath,
  KernelHold,
  KernelInfo,
  KernelSpec,
  StartKernelOptions,
} from "../../kernel/kernel.ts";
import { KernelClient } from "../../kernel/kernel-client.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";
import { removeConnectionFiles, writeConnectionFile } from "./connection-info.ts";
import { commandFor, KernelProcess, type ProcessExit } from "./kernel-process.ts";
import { mayUseSubshells, type Transport } from "./spec-abilities.ts";
import type { Watchdog } from "./watchdog.ts";
import { ZmtpConnection } from "./zmtp-connection.ts";

export const DEFAULT_START_TIMEOUT_MS = 60_000;

/** What every launch of one provider shares. */
export interface LaunchPlace {
  readonly runtimeDir: string;
  readonly watchdog: Watchdog;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A name for files of one launch, not used before. */
  nextName(): string;
}

export interface LaunchRequest {
  readonly spec: KernelSpec;
  readonly options: StartKernelOptions;
  readonly transport: Transport;
  /** For `{prefix}` in the spec's argv. */
  readonly prefix: string;
  /** Aborted when the provider closes. */
  readonly signal: AbortSignal;
}

/** What is done to a process once it runs, ours or a holder's. */
export type ProcessHandle = Pick<KernelProcess, "signal" | "memoryPeakBytes" | "exited">;

/** A kernel process that answered, and the line to it. */
export interface Incarnation {
  readonly process: ProcessHandle;
  readonly pid: number;
  /** A kernel that outlives us. */
  readonly hold?: KernelHold;
  readonly client: KernelClient;
  readonly info: KernelInfo;
  readonly exited: Promise<ProcessExit>;
  /** A channel broke: which one. The process may still live. */
  readonly channelLost: Promise<string>;
  /** IOPub was read to its end. */
  readonly iopubEnded: Promise<void>;
  /** Closes the line and removes the files. */
  dispose(): void;
}

/** @throws LoopbookError `kernel-did-not-start` with what the kernel wrote to stderr. */
export async function launch(place: LaunchPlace, request: LaunchRequest): Promise<Incarnation> {
  const { spec, options } = request;
  checkCwd(options.cwd);
  const { path, info: connection } = await writeConnectionFile(
    place.runtimeDir,
    place.nextName(),
    spec.name,
    request.transport,
  );
  const { cwd, env, extraArguments } = options;
  const command = commandFor(spec, path, {
    cwd,
    env,
    extraArguments,
    prefix: request.prefix,
    ourEnv: place.env,
  });
  let process: KernelProcess;
  try {
    process = new KernelProcess(command, place.watchdog);
  } catch (cause) {
    removeConnectionFiles(path, connection);
    const message = `The kernel "${spec.displayName}" could not be started: ${messageOf(cause)}`;
    throw new LoopbookError("kernel-did-not-start", message, { cause });
  }
  const session = randomToken(16);
  let lineEnded = (): void => {};
  let channelBroke = (_reason: string): void => {};
  const iopubEnded = new Promise<void>((resolve) => {
    lineEnded = resolve;
  });
  const channelLost = new Promise<string>((resolve) => {
    channelBroke = resolve;
  });
  const line = new ZmtpConnection(
    connection,
    session,
    {
      onMessage: (channel, message) => client.receive(channel, message),
      onLost: (channel, reason) => {
        if (channel === "iopub") lineEnded();
        channelBroke(`${channel}: ${reason}`);
      },
    },
    place.logger,
  );
  const client = new KernelClient({
    connection: line,
    session,
    clock: place.clock,
    mayUseSubshells: mayUseSubshells(spec),
  });
  const dispose = (): void => {
    line.close();
    removeConnectionFiles(path, connection);
  };
  try {
    const info = await untilReady(place, request, process, client);
    // A process that answered has an id.
    const pid = process.pid ?? -1;
    return { process, pid, client, info, exited: process.exited, channelLost, iopubEnded, dispose };
  } catch (error) {
    process.signal("SIGKILL");
    const exit = await process.exited;
    client.end(deathFrom(exit, "shut-down"));
    dispose();
    throw error;
  }
}

/** @throws LoopbookError `no-such-folder`. */
export function checkCwd(cwd: string | undefined): void {
  if (cwd === undefined || existsSync(cwd)) return;
  const message = `The kernel cannot be started in ${cwd}: there is no such folder. Make it, or give another one.`;
  throw new LoopbookError("no-such-folder", message);
}

export async function untilReady(
  place: Pick<LaunchPlace, "clock">,
  { spec, options, signal }: Pick<LaunchRequest, "spec" | "options" | "signal">,
  process: ProcessHandle,
  client: KernelClient,
): Promise<KernelInfo> {
  const timeoutMs = options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS;
  const name = `"${spec.displayName}" (${spec.name})`;
  let isLate = false;
  const cancelTimeout = place.clock.schedule(timeoutMs, () => {
    isLate = true;
    process.signal("SIGKILL");
  });
  const exited = process.exited.then((exit) => {
    if (isLate)
      throw didNotStart(`The kernel ${name} did not answer within ${timeoutMs / 1000} s.`, exit, true);
    const killed = exit.signal === null ? null : `it was killed by ${exit.signal}`;
    const reason = exit.spawnError ?? killed ?? `it ended with code ${exit.exitCode}`;
    throw didNotStart(`The kernel ${name} did not start: ${reason}.`, exit, false, spec.argv[0]);
  });
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new LoopbookError("kernel-did-not-start", `The start of ${name} was called off.`));
  });
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  for (const late of [exited, aborted]) late.catch(() => {});
  // The provider's limit is the one that counts: the request's own is only a net below it.
  const answered = client.handshake(timeoutMs + 10_000);
  answered.catch(() => {});
  try {
    return await Promise.race([answered, exited, aborted]);
  } finally {
    cancelTimeout();
    signal.removeEventListener("abort", stop);
  }
}

function didNotStart(what: string, exit: ProcessExit, retry: boolean, program?: string): LoopbookError {
  const words = (exit.stderrTail.trim() || exit.stdoutTail.trim()).split("\n").slice(-15).join("\n");
  const hint =
    exit.spawnError !== null && program !== undefined
      ? ` Is ${program} installed? Reinstall the kernel, or choose another one.`
      : words === ""
        ? " It wrote nothing to stderr."
        : ` It wrote:\n${words}`;
  return new LoopbookError("kernel-did-not-start", what + hint, { retry, cause: exit });
}

/** Why it is gone, when we did not ask for it (`asked` says what to call it when we did). */
export function deathFrom(
  exit: ProcessExit,
  asked: "shut-down" | "connection-lost" | "said-dead" | null,
): KernelDeath {
  const ended = exit.signal !== null ? "killed" : exit.lost !== undefined ? "connection-lost" : "exited";
  const unasked = exit.killedForMemory ? "out-of-memory" : ended;
  return {
    reason: asked ?? unasked,
    exitCode: exit.exitCode,
    signal: exit.signal,
    memoryPeakBytes: exit.memoryPeakBytes,
    stderrTail: exit.stderrTail,
  };
}
