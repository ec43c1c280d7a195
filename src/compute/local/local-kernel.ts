/**
 * A kernel process of this machine as the contract's `Kernel`. A restart gives it a new process (an *incarnation*)
 * and keeps id and listeners.
 *
 * How long ending takes at most: 3 s after the request to shut down (1 s when a cell runs, for then nobody reads it),
 * 1 s after SIGTERM, then SIGKILL.
 */

import type { StrayOutput } from "../../kernel/incoming.ts";
import type {
  CommMessage,
  CommRequest,
  Completeness,
  Completion,
  ExecuteListener,
  ExecuteOutcome,
  ExecuteRequest,
  Inspection,
  IopubMessage,
  Kernel,
  KernelDeath,
  KernelHold,
  KernelInfo,
  KernelSpec,
  KernelState,
  StartKernelOptions,
} from "../../kernel/kernel.ts";
import { SharedRelay } from "../../kernel/relay.ts";
import type { Clock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import { KernelId } from "../../util/ids.ts";
import { deathFrom, type Incarnation } from "./launch.ts";

const SHUTDOWN_GRACE_MS = 3_000;
const SHUTDOWN_GRACE_BUSY_MS = 1_000;
const TERMINATE_GRACE_MS = 1_000;
/** What a dead kernel had sent is read to its end before its death is told, for at most this long. */
const DRAIN_MS = 250;
/** A channel that breaks is followed by the exit of its process, or the kernel is of no use any more. */
const LOST_CHANNEL_GRACE_MS = 1_000;

const WAS_SHUT_DOWN = "The kernel was shut down. Start a new one.";

export interface LocalKernelParts {
  readonly spec: KernelSpec;
  readonly options: StartKernelOptions;
  readonly first: Incarnation;
  readonly clock: Clock;
  /** For a restart. */
  readonly relaunch: (options: StartKernelOptions) => Promise<Incarnation>;
  /** Called when the process is gone and no other follows. */
  readonly onGone: () => void;
}

export class LocalKernel implements Kernel {
  readonly id = KernelId.create();
  readonly spec: KernelSpec;
  private readonly clock: Clock;
  private readonly relaunch: (options: StartKernelOptions) => Promise<Incarnation>;
  private readonly onGone: () => void;
  private readonly states = new Emitter<KernelState>();
  private readonly deaths = new Emitter<KernelDeath>();
  private readonly comms = new Emitter<CommMessage>();
  private readonly strays = new Emitter<StrayOutput>();
  readonly relay = new SharedRelay();
  private current: Incarnation;
  /** Incarnations whose end we asked for. */
  private readonly asked = new WeakSet<Incarnation>();
  private currentState: KernelState = "idle";
  private isClosing = false;
  private ending: Promise<void> | null = null;
  private restarting: Promise<void> | null = null;
  private startOptions: StartKernelOptions;

  constructor(parts: LocalKernelParts) {
    this.spec = parts.spec;
    this.clock = parts.clock;
    this.relaunch = parts.relaunch;
    this.onGone = parts.onGone;
    this.startOptions = parts.options;
    this.current = parts.first;
    this.attach(parts.first);
  }

  get info(): KernelInfo {
    return this.current.info;
  }

  get pid(): number | null {
    return this.currentState === "dead" ? null : this.current.pid;
  }

  get state(): KernelState {
    return this.currentState;
  }

  get hold(): KernelHold | null {
    return this.current.hold ?? null;
  }

  get supportsSubshells(): boolean {
    return this.current.client.supportsSubshells;
  }

  execute(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    return this.current.client.execute(request, listener);
  }

  async interrupt(): Promise<void> {
    if (this.currentState === "dead" || this.currentState === "restarting") return;
    // Windows has no signal for it; there a kernel has to understand the message.
    if (this.spec.interruptMode === "message" || process.platform === "win32") {
      await this.current.client.interruptByMessage();
      return;
    }
    this.current.client.noteInterrupt();
    this.current.process.signal("SIGINT");
  }

  restart(): Promise<void> {
    if (this.isClosing) return Promise.reject(new LoopbookError("kernel-died", WAS_SHUT_DOWN));
    this.restarting ??= this.startAnew().finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  shutdown(options: { readonly immediate?: boolean } = {}): Promise<void> {
    this.isClosing = true;
    const immediate = options.immediate ?? false;
    if (immediate && this.ending !== null) this.current.process.signal("SIGKILL");
    this.ending ??= this.endForGood(immediate);
    return this.ending;
  }

  /** With what a restart shall start it: a kernel that was started ahead is somebody's from now on. */
  adopt(options: StartKernelOptions): void {
    this.startOptions = options;
  }

  /** Code of our own, ahead of what comes next and without a trace. @throws LoopbookError when it fails. */
  configure(code: string): Promise<void> {
    return this.current.client.configure(code);
  }

  answerInput(value: string): void {
    this.current.client.answerInput(value);
  }

  complete(code: string, cursorPosition: number): Promise<Completion> {
    return this.current.client.complete(code, cursorPosition);
  }

  inspect(code: string, cursorPosition: number, detailLevel: 0 | 1 = 0): Promise<Inspection> {
    return this.current.client.inspect(code, cursorPosition, detailLevel);
  }

  isComplete(code: string): Promise<Completeness> {
    return this.current.client.isComplete(code);
  }

  sendComm(message: CommMessage, request?: CommRequest): string {
    return this.current.client.sendComm(message, request);
  }

  commInfo(targetName?: string): Promise<Readonly<Record<string, { readonly targetName: string }>>> {
    return this.current.client.commInfo(targetName);
  }

  onState(listener: (state: KernelState) => void): Unsubscribe {
    return this.states.on(listener);
  }

  onDeath(listener: (death: KernelDeath) => void): Unsubscribe {
    return this.deaths.on(listener);
  }

  onComm(listener: (message: CommMessage) => void): Unsubscribe {
    return this.comms.on(listener);
  }

  onStrayOutput(
    listener: (message: IopubMessage, owner: string | null, requestId: string | null) => void,
  ): Unsubscribe {
    return this.strays.on(({ message, owner, parentId }) => listener(message, owner, parentId));
  }

  private async startAnew(): Promise<void> {
    this.setState("restarting");
    await this.endIncarnation(this.current, { restart: true, immediate: false });
    // A shutdown that was asked for meanwhile ends what there is, and says that it is dead.
    if (this.isClosing) throw new LoopbookError("kernel-died", WAS_SHUT_DOWN);
    try {
      this.current = await this.relaunch(this.startOptions);
    } catch (error) {
      this.setState("dead");
      this.onGone();
      throw error;
    }
    this.attach(this.current);
    this.setState("idle");
  }

  private async endForGood(immediate: boolean): Promise<void> {
    await this.restarting?.catch(() => {});
    await this.endIncarnation(this.current, { restart: false, immediate });
    this.setState("dead");
    this.onGone();
  }

  private attach(incarnation: Incarnation): void {
    const { client } = incarnation;
    client.onComm.on((message) => this.comms.emit(message));
    client.onStrayOutput.on((output) => this.strays.emit(output));
    this.relay.follow(client.relay);
    client.onBusy.on((isBusy) => {
      if (this.current === incarnation && (this.currentState === "idle" || this.currentState === "busy")) {
        this.setState(isBusy ? "busy" : "idle");
      }
    });
    void this.watchProcess(incarnation);
    void incarnation.channelLost.then(() => this.outOfReach(incarnation, "connection-lost"));
    client.onDead.on(() => void this.outOfReach(incarnation, "said-dead"));
  }

  private async watchProcess(incarnation: Incarnation): Promise<void> {
    const exit = await incarnation.exited;
    if (this.asked.has(incarnation)) return;
    await this.endsWithin(incarnation.iopubEnded, DRAIN_MS);
    this.died(incarnation, deathFrom(exit, null));
  }

  /** Its process may live on, but nothing more comes of it. */
  private async outOfReach(incarnation: Incarnation, why: "connection-lost" | "said-dead"): Promise<void> {
    if (await this.endsWithin(incarnation.exited, LOST_CHANNEL_GRACE_MS)) return;
    if (this.asked.has(incarnation)) return;
    this.asked.add(incarnation);
    incarnation.process.signal("SIGKILL");
    this.died(incarnation, deathFrom(await incarnation.exited, why));
  }

  private died(incarnation: Incarnation, death: KernelDeath): void {
    incarnation.client.end(death);
    incarnation.dispose();
    if (this.current !== incarnation || this.currentState === "dead") return;
    this.setState("dead");
    this.deaths.emit(death);
    this.onGone();
  }

  private async endIncarnation(
    incarnation: Incarnation,
    how: { readonly restart: boolean; readonly immediate: boolean },
  ): Promise<void> {
    const { client, process, exited } = incarnation;
    this.asked.add(incarnation);
    if (!how.immediate) {
      const grace = client.isMainBusy ? SHUTDOWN_GRACE_BUSY_MS : SHUTDOWN_GRACE_MS;
      client.requestShutdown(how.restart);
      if (!(await this.endsWithin(exited, grace))) {
        process.signal("SIGTERM");
        await this.endsWithin(exited, TERMINATE_GRACE_MS);
      }
    }
    process.memoryPeakBytes();
    process.signal("SIGKILL");
    client.end(deathFrom(await exited, "shut-down"));
    incarnation.dispose();
  }

  /** The timer goes with the promise: one that is left would keep a finished program alive. */
  private endsWithin(end: Promise<unknown>, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(ms, () => resolve(false));
      void end.then(() => {
        cancel();
        resolve(true);
      });
    });
  }

  private setState(state: KernelState): void {
    if (this.currentState === state) return;
    this.currentState = state;
    this.states.emit(state);
  }
}
