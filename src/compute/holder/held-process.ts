/** The kernel of a holder: its process and the line to it, everything it says into the spool. */
import { rm } from "node:fs/promises";
import { Busyness } from "../../kernel/busyness.ts";
import type { KernelSpec, StartKernelOptions } from "../../kernel/kernel.ts";
import type { Channel, IncomingMessage, OutgoingMessage } from "../../kernel/message.ts";
import { silentLogger } from "../../util/logger.ts";
import { makeRuntimeDir, writeConnectionFile } from "../local/connection-info.ts";
import { commandFor, KernelProcess, type ProcessExit } from "../local/kernel-process.ts";
import type { Transport } from "../local/spec-abilities.ts";
import { Watchdog } from "../local/watchdog.ts";
import { ZmtpConnection } from "../local/zmtp-connection.ts";
import { KIND, messageBody } from "./frames.ts";

/** What a kernel had sent when it died is read to its end, for at most this long. */
const DRAIN_MS = 250;

export interface HeldListener {
  /** An entry for the spool. */
  tell(kind: number, body: readonly Uint8Array[]): void;
  /** Whether the kernel is at work, at whosever request. */
  onBusy(isBusy: boolean): void;
}

export interface HeldLaunch {
  readonly spec: KernelSpec;
  readonly options: StartKernelOptions;
  readonly transport: Transport;
  readonly prefix: string;
  /** Of the messages that are sent to it; replies and input requests find their way by it. */
  readonly session: string;
}

export class HeldProcess {
  /** Settles when the process is gone and what it said is told. */
  readonly exited: Promise<ProcessExit>;
  private readonly process: KernelProcess;
  private readonly line: ZmtpConnection;
  private readonly runtimeDir: string;
  private readonly watchdog: Watchdog;

  private constructor(parts: {
    process: KernelProcess;
    line: ZmtpConnection;
    runtimeDir: string;
    watchdog: Watchdog;
    iopubEnded: Promise<void>;
    tell: HeldListener["tell"];
  }) {
    this.process = parts.process;
    this.line = parts.line;
    this.runtimeDir = parts.runtimeDir;
    this.watchdog = parts.watchdog;
    this.exited = parts.process.exited.then(async (exit) => {
      await Promise.race([parts.iopubEnded, new Promise((done) => setTimeout(done, DRAIN_MS))]);
      parts.tell(KIND.exit, [Buffer.from(JSON.stringify(exit), "utf8")]);
      return exit;
    });
  }

  /** @throws Error when the program cannot be started. */
  static async launch(request: HeldLaunch, { tell, onBusy }: HeldListener): Promise<HeldProcess> {
    const { spec, options, transport, prefix, session } = request;
    const runtimeDir = makeRuntimeDir(process.env);
    const watchdog = new Watchdog(runtimeDir);
    const { path, info } = await writeConnectionFile(runtimeDir, "k1", spec.name, transport);
    const { cwd, env, extraArguments } = options;
    const command = commandFor(spec, path, { cwd, env, extraArguments, prefix, ourEnv: process.env });
    const kernel = new KernelProcess(command, watchdog);
    let endIopub = (): void => {};
    const iopubEnded = new Promise<void>((resolve) => {
      endIopub = resolve;
    });
    const busyness = new Busyness(onBusy);
    const onMessage = (channel: Channel, message: IncomingMessage, frames: readonly Buffer[]): void => {
      const parts = frames.slice(frames.length - message.buffers.length - 4);
      tell(KIND.message, messageBody({ channel, isOutput: isOutput(channel, message.type), parts }));
      if (channel === "iopub" && message.type === "status") noteStatus(busyness, message);
    };
    const onLost = (channel: Channel, reason: string): void => {
      if (channel === "iopub") endIopub();
      tell(KIND.lost, [Buffer.from(JSON.stringify({ channel, reason }), "utf8")]);
    };
    const line = new ZmtpConnection(info, session, { onMessage, onLost }, silentLogger);
    return new HeldProcess({ process: kernel, line, runtimeDir, watchdog, iopubEnded, tell });
  }

  get pid(): number | null {
    return this.process.pid ?? null;
  }

  /** A folder that only its user can enter, with a short path: for the holder's own socket, too. */
  get folder(): string {
    return this.runtimeDir;
  }

  send(channel: "shell" | "stdin" | "control", message: OutgoingMessage): void {
    this.line.send(channel, message);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.signal(signal);
  }

  /** Ends what still lives and removes the files. */
  async close(): Promise<void> {
    this.process.signal("SIGKILL");
    await this.exited;
    this.line.close();
    await this.watchdog.close();
    await rm(this.runtimeDir, { recursive: true, force: true });
  }
}

const OUTPUTS: ReadonlySet<string> = new Set([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "clear_output",
  "comm_msg",
]);

function noteStatus(busyness: Busyness, message: IncomingMessage): void {
  const { parentId } = message;
  if (parentId === null) return;
  const { execution_state: state } = message.content();
  if (state === "busy") busyness.busy(parentId);
  else if (state === "idle") busyness.idle(parentId);
}

/** Errors are none: a cell's traceback is small, and why it failed is what people come back for. */
function isOutput(channel: Channel, type: string): boolean {
  return channel === "iopub" && OUTPUTS.has(type);
}
