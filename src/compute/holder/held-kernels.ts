/**
 * Kernels that outlive us: starts one through a holder of its own, and takes one back. Either is an `Incarnation`
 * like a child process of ours, so that everything above knows no difference.
 */
import type { HeldKernel, KernelHold, KernelInfo, Outlive, ReplayListener } from "../../kernel/kernel.ts";
import { KernelClient } from "../../kernel/kernel-client.ts";
import type { Channel, IncomingMessage, OutgoingMessage } from "../../kernel/message.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import { checkCwd, deathFrom, type Incarnation, type LaunchRequest, untilReady } from "../local/launch.ts";
import { memoryPeakOf } from "../local/out-of-memory.ts";
import { mayUseSubshells } from "../local/spec-abilities.ts";
import { FrameSink, HolderLine, type HolderLineHandlers, type Sent } from "./holder-line.ts";
import {
  type FoundHolder,
  type HolderRecord,
  listHolders,
  readRecord,
  recordFile,
  removeRecord,
  spoolFolder,
} from "./holder-record.ts";
import { HolderSpawner } from "./holder-spawn.ts";
import { leftInSpool, type SpoolLimits } from "./spool.ts";

export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

export interface HeldKernelsOptions {
  /** `holders` of the state folder. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly identify: (pid: number) => ProcessIdentity;
  readonly isRunning: (identity: ProcessIdentity) => boolean;
  readonly limits?: SpoolLimits;
}

/** Message ids of one client of a holder; the next client counts on from here. */
const IDS_OF_A_CLIENT = 10_000_000;

export class HeldKernels {
  private readonly options: HeldKernelsOptions;
  private readonly spawner: HolderSpawner;

  constructor(options: HeldKernelsOptions) {
    this.options = options;
    this.spawner = new HolderSpawner(options.env);
  }

  /** False: kernels end with their process here. */
  get isPossible(): boolean {
    return this.spawner.isPossible;
  }

  expect(): void {
    this.spawner.expect();
  }

  /** @throws LoopbookError `kernel-did-not-start` with what the kernel wrote to stderr. */
  async launch(request: LaunchRequest, outlive: Outlive): Promise<Incarnation> {
    const { spec, transport, prefix } = request;
    checkCwd(request.options.cwd);
    const options = { ...request.options, cwd: request.options.cwd ?? process.cwd() };
    const { folder, limits = {}, clock, identify } = this.options;
    const record = await this.spawner.start((pid) => ({
      ...{ spec, options, transport, prefix, folder, limits },
      session: randomToken(16),
      record: {
        version: 1,
        id: `kernel_${randomToken(12)}`,
        ...identify(pid),
        token: randomToken(32),
        spec,
        options,
        startedAtMs: clock.now(),
        note: { ...outlive, info: null },
      },
    }));
    const held = await this.connect(record);
    held.hold.begin();
    try {
      const info = await untilReady({ clock }, request, held.incarnation.process, held.incarnation.client);
      held.hold.know(info);
      return { ...held.incarnation, info };
    } catch (error) {
      held.incarnation.process.signal("SIGKILL");
      held.incarnation.client.end(deathFrom(await held.incarnation.exited, "shut-down"));
      held.incarnation.dispose();
      throw error;
    }
  }

  list(): readonly HeldKernel[] {
    return this.found().map(({ record, isAlive }) => ({
      id: record.id,
      owner: record.note.owner,
      kernelPid: record.kernelPid,
      startedAtMs: record.startedAtMs,
      unattendedSinceMs: record.unattendedSinceMs,
      keepMs: record.note.keepMs,
      isAlive,
    }));
  }

  /** @throws LoopbookError `no-held-kernel`. */
  async attach(id: string): Promise<{ readonly record: HolderRecord; readonly incarnation: Incarnation }> {
    const { folder, isRunning } = this.options;
    const record = readRecord(recordFile(folder, id));
    const info = record?.note.info ?? null;
    if (record === null || info === null) {
      throw new LoopbookError("no-held-kernel", `There is no kernel ${id} to go on with: it has ended.`);
    }
    const incarnation = isRunning(record)
      ? (await this.connect(record)).incarnation
      : this.remains(record, info);
    return { record, incarnation: { ...incarnation, info } };
  }

  /** A holder that was started ahead and not used ends. */
  close(): void {
    this.spawner.close();
  }

  private found(): readonly FoundHolder[] {
    return listHolders(this.options.folder, this.options.isRunning);
  }

  private async connect(record: HolderRecord) {
    const wiring = new Wiring();
    const line = await HolderLine.open(record, wiring.handlers);
    const { session, epoch, lastSeq } = line.welcome;
    const client = this.client(record, session, epoch, line);
    const hold = new Hold(record, line, client, () => line.sink.reached(lastSeq));
    wiring.use(client, hold);
    if (record.note.info !== null) client.know(record.note.info);
    let memoryPeak: number | null = null;
    const pid = record.kernelPid ?? -1;
    const { exited } = line.sink;
    const incarnation: Incarnation = {
      process: {
        exited,
        signal: (signal) => line.signal(signal),
        memoryPeakBytes: () => {
          memoryPeak = memoryPeakOf(pid) ?? memoryPeak;
          return memoryPeak;
        },
      },
      pid,
      client,
      hold,
      info: NOT_YET_KNOWN,
      exited,
      channelLost: wiring.channelLost,
      // The holder has read it to its end before it tells the exit.
      iopubEnded: exited.then(() => {}),
      dispose: () => line.close(),
    };
    return { line, hold, incarnation };
  }

  /** What a holder that was killed left: it is read, and then the kernel is dead. */
  private remains(record: HolderRecord, info: KernelInfo): Incarnation {
    const wiring = new Wiring();
    const sink = new FrameSink(wiring.handlers);
    const { folder } = this.options;
    let isFollowed = false;
    const silent = {
      send: () => {},
      close: () => {},
      acknowledge: () => {},
      note: () => {},
      follow: () => {
        if (isFollowed) return;
        isFollowed = true;
        for (const frame of leftInSpool(spoolFolder(folder, record.id))) sink.take(frame);
        sink.lose("The process that held the kernel was killed, and the kernel with it.");
      },
    };
    const client = this.client(record, "", 0, silent);
    const hold = new Hold(record, silent, client, () => Promise.resolve());
    wiring.use(client, hold);
    client.know(info);
    return {
      process: { exited: sink.exited, signal: silent.follow, memoryPeakBytes: () => null },
      pid: record.kernelPid ?? -1,
      client,
      hold,
      info,
      exited: sink.exited,
      channelLost: new Promise(() => {}),
      iopubEnded: sink.exited.then(() => {}),
      dispose: () => removeRecord(folder, record.id),
    };
  }

  private client(
    record: HolderRecord,
    session: string,
    epoch: number,
    connection: {
      send(channel: "shell" | "stdin" | "control", message: OutgoingMessage): void;
      close(): void;
    },
  ): KernelClient {
    const { clock } = this.options;
    const firstId = epoch * IDS_OF_A_CLIENT;
    return new KernelClient({
      connection,
      session,
      clock,
      mayUseSubshells: mayUseSubshells(record.spec),
      firstId,
    });
  }
}

const NOT_YET_KNOWN: KernelInfo = {
  protocolVersion: "",
  implementation: "",
  implementationVersion: "",
  banner: "",
  languageInfo: { name: "" },
  supportedFeatures: [],
};

/** Between the line and its client, which each need the other. */
class Wiring {
  readonly channelLost: Promise<string>;
  readonly handlers: HolderLineHandlers;
  private client: KernelClient | null = null;
  private hold: Hold | null = null;

  constructor() {
    let lose = (_reason: string): void => {};
    this.channelLost = new Promise((resolve) => {
      lose = resolve;
    });
    this.handlers = {
      onMessage: (channel: Channel, message: IncomingMessage) => this.client?.receive(channel, message),
      onSent: (sent) => this.hold?.sent(sent),
      onLost: (channel, reason) => lose(`${channel}: ${reason}`),
    };
  }

  use(client: KernelClient, hold: Hold): void {
    this.client = client;
    this.hold = hold;
  }
}

class Hold implements KernelHold {
  readonly id: string;
  readonly waiting: readonly JsonObject[];
  private readonly line: Pick<HolderLine, "acknowledge" | "note" | "follow"> & { readonly sink?: FrameSink };
  private readonly client: KernelClient;
  private readonly caughtUp: () => Promise<void>;
  private listener: ReplayListener | null = null;
  private noted: HolderRecord["note"];
  private hasTold = (): void => {};
  readonly told = new Promise<void>((resolve) => {
    this.hasTold = resolve;
  });

  constructor(
    record: HolderRecord,
    line: Pick<HolderLine, "acknowledge" | "note" | "follow"> & { readonly sink?: FrameSink },
    client: KernelClient,
    caughtUp: () => Promise<void>,
  ) {
    this.id = record.id;
    this.noted = record.note;
    this.waiting = record.note.waiting ?? [];
    this.line = line;
    this.client = client;
    this.caughtUp = caughtUp;
    client.relay.follow(() => this.position());
  }

  position(): number {
    return this.line.sink?.position ?? 0;
  }

  /** As far as no other client of the kernel may need it. */
  acknowledge(position: number): void {
    const upTo = Math.min(position, this.client.relay.openSince());
    if (upTo > 0) this.line.acknowledge(upTo);
  }

  note(change: Partial<Outlive>): void {
    this.noted = { ...this.noted, ...change };
    this.line.note(this.noted);
  }

  know(info: KernelInfo): void {
    this.noted = { ...this.noted, info };
    this.line.note(this.noted);
  }

  /** Of a kernel that was just started: nothing was said before. */
  begin(): void {
    this.line.follow();
    this.hasTold();
  }

  async replay(listener: ReplayListener): Promise<void> {
    this.listener = listener;
    this.line.follow();
    await this.caughtUp();
    this.listener = null;
    this.hasTold();
  }

  sent({ id, type, tag }: Sent): void {
    const { client, listener } = this;
    if (listener === null) return;
    if (type === "input_reply") {
      if (client.inputWasAnswered(id)) listener.onInputAnswered();
    } else if (type === "execute_request") {
      const owner = typeof tag.executionId === "string" ? tag.executionId : undefined;
      listener.onExecution({ tag, take: (to) => client.takeOver(id, to, owner) });
    }
  }
}
