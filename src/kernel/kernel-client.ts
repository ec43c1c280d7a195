/**
 * The client's half of the Jupyter protocol over any connection: what is asked of a kernel. What comes back is routed
 * by `Incoming`. It owns no process and no socket.
 *
 * What an id says: ours are `<session>_<kind><number>`; the kind tells, without a table, whether a busy status is
 * about the main shell.
 */
import type { Clock } from "../util/clock.ts";
import type { Emitter } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { JsonObject } from "../util/json.ts";
import { Incoming, type StrayOutput } from "./incoming.ts";
import type {
  CommMessage,
  CommRequest,
  Completeness,
  Completion,
  ExecuteListener,
  ExecuteOutcome,
  ExecuteRequest,
  Inspection,
  KernelDeath,
  KernelInfo,
} from "./kernel.ts";
import type { Channel, IncomingMessage, KernelConnection } from "./message.ts";
import { MessageRelay } from "./relay.ts";
import {
  checkReply,
  parseCommInfo,
  parseCompleteness,
  parseCompletion,
  parseInspection,
  parseKernelInfo,
} from "./replies.ts";
import { Subshells } from "./subshells.ts";

/** For replies that a person waits for. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A kernel whose IOPub is silent after its first reply is asked again at this rate until it is heard. */
const NUDGE_MS = 200;

/** Executions on the main shell, executions beside it, other requests, comm messages, comm messages beside it. */
type IdKind = "x" | "s" | "r" | "c" | "b";
/** Kinds that say nothing of the main shell when they make the kernel busy. */
const BESIDE: ReadonlySet<string> = new Set(["r", "s", "b"] satisfies IdKind[]);

export interface KernelClientOptions {
  readonly connection: KernelConnection;
  /** Also the first part of every message id we make. */
  readonly session: string;
  readonly clock: Clock;
  /**
   * Whether to believe the kernel that it can use subshells. A kernel that wraps another program says so because the
   * ipykernel that it is built on can, and then runs two requests at once against the one program.
   */
  readonly mayUseSubshells: boolean;
  /** Our message ids count from here; default 0. Of a session that goes on, the numbers used before are below. */
  readonly firstId?: number;
}

export class KernelClient {
  readonly onBusy: Emitter<boolean>;
  readonly onComm: Emitter<CommMessage>;
  readonly onStrayOutput: Emitter<StrayOutput>;
  /** The kernel said of itself that it is dead, whatever its process does. */
  readonly onDead: Emitter<void>;
  readonly relay: MessageRelay;

  private readonly connection: KernelConnection;
  private readonly session: string;
  private readonly clock: Clock;
  private readonly incoming: Incoming;
  private readonly subshells: Subshells;
  private mainExecutions = 0;
  private counter = 0;
  private interrupts = 0;
  private death: KernelDeath | null = null;
  private features: readonly string[] = [];
  private readonly mayUseSubshells: boolean;

  constructor(options: KernelClientOptions) {
    const { connection, session, clock } = options;
    this.connection = connection;
    this.session = session;
    this.clock = clock;
    this.mayUseSubshells = options.mayUseSubshells;
    this.counter = options.firstId ?? 0;
    this.relay = new MessageRelay({ connection, session, isGone: () => this.death !== null });
    this.incoming = new Incoming(
      clock,
      (id) => !id.startsWith(`${session}_`) || !BESIDE.has(id.charAt(session.length + 1)),
      (id) => this.relay.isForeign(id),
    );
    this.onBusy = this.incoming.onBusy;
    this.onComm = this.incoming.onComm;
    this.onStrayOutput = this.incoming.onStrayOutput;
    this.onDead = this.incoming.onDead;
    this.subshells = new Subshells(() => this.request("control", "create_subshell_request", {}));
  }

  get supportsSubshells(): boolean {
    return this.mayUseSubshells && this.features.includes("kernel subshells");
  }

  get isMainBusy(): boolean {
    return this.mainExecutions > 0 || this.incoming.isBusy;
  }

  /**
   * Asks who the kernel is, and waits until its IOPub is heard too: a subscription takes effect on its own time, and
   * output before that would be missing.
   */
  async handshake(timeoutMs: number): Promise<KernelInfo> {
    const content = await this.request("shell", "kernel_info_request", {}, timeoutMs);
    const nudge = (): void => {
      if (this.incoming.hasHeardIopub || this.death !== null) return;
      this.request("shell", "kernel_info_request", {}, timeoutMs).catch(() => {});
      cancel = this.clock.schedule(NUDGE_MS, nudge);
    };
    let cancel = this.clock.schedule(NUDGE_MS, nudge);
    await this.incoming.iopubHeard;
    cancel();
    const info = parseKernelInfo(content);
    this.features = info.supportedFeatures;
    return info;
  }

  /** A kernel that was asked before who it is: nothing is asked of it, for it may be busy. */
  know(info: KernelInfo): void {
    this.features = info.supportedFeatures;
  }

  /** An execution that an earlier client of this session asked for; its outputs come next. */
  async takeOver(id: string, listener: ExecuteListener, owner: string | undefined): Promise<ExecuteOutcome> {
    if (this.death !== null) return { type: "kernel-died", death: this.death };
    const isMain = !id.startsWith(`${this.session}_s`);
    if (isMain) this.mainExecutions += 1;
    try {
      const outcome = await this.incoming.executions.begin(id, listener, owner);
      this.incoming.executionEnded(id);
      return outcome;
    } finally {
      if (isMain) this.mainExecutions -= 1;
    }
  }

  /** The question that was asked last was answered by an earlier client of ours, unless this reply was not ours. */
  inputWasAnswered(replyId: string): boolean {
    if (this.relay.isForeign(replyId)) return false;
    this.incoming.takeInputRequest();
    return true;
  }

  async execute(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    if (this.death !== null) return { type: "kernel-died", death: this.death };
    if (request.lane === "subshell") return this.executeBeside(request, listener);
    this.mainExecutions += 1;
    try {
      return await this.sendToMain(request, listener);
    } finally {
      this.mainExecutions -= 1;
    }
  }

  /** A kernel aborts what waits in it when a request fails; for another client's failure ours is asked for again. */
  private async sendToMain(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    for (;;) {
      const { interrupts } = this;
      const { failures } = this.relay;
      const outcome = await this.send(this.makeId("x"), request, listener);
      const isTheirs = this.relay.failures > failures && this.interrupts === interrupts;
      if (outcome.type !== "aborted" || !isTheirs || this.death !== null) return outcome;
    }
  }

  /**
   * Code of our own, ahead of what comes next: no output, no count, and the kernel does not count as busy.
   * @throws LoopbookError `kernel-refused` when it raises, `kernel-did-not-answer`, `kernel-died`.
   */
  async configure(code: string): Promise<void> {
    const content = { code, silent: true, store_history: false, allow_stdin: false, stop_on_error: false };
    const reply = await this.request("shell", "execute_request", { ...content, user_expressions: {} });
    checkReply("code of Loopbook's own", reply);
  }

  /** A reply to the input request that is open; nothing happens when there is none. */
  answerInput(value: string): void {
    const parentHeader = this.incoming.takeInputRequest();
    if (parentHeader === null) return;
    this.connection.send("stdin", {
      id: this.makeId("r"),
      type: "input_reply",
      content: { value },
      parentHeader,
    });
  }

  async complete(code: string, cursorPosition: number): Promise<Completion> {
    const content = { code, cursor_pos: cursorPosition };
    return parseCompletion(await this.ask("complete_request", "a completion", content), cursorPosition);
  }

  async inspect(code: string, cursorPosition: number, detailLevel: 0 | 1): Promise<Inspection> {
    const content = { code, cursor_pos: cursorPosition, detail_level: detailLevel };
    return parseInspection(await this.ask("inspect_request", "an inspection", content));
  }

  async isComplete(code: string): Promise<Completeness> {
    return parseCompleteness(await this.ask("is_complete_request", "whether code is complete", { code }));
  }

  async commInfo(targetName?: string): Promise<Readonly<Record<string, { readonly targetName: string }>>> {
    const content: JsonObject = targetName === undefined ? {} : { target_name: targetName };
    return parseCommInfo(await this.ask("comm_info_request", "which comms are open", content));
  }

  /** @returns its id. */
  sendComm(message: CommMessage, request: CommRequest = {}): string {
    const isBeside = request.besideCells === true && this.mainExecutions > 0 && this.supportsSubshells;
    const id = this.makeId(isBeside ? "b" : "c");
    const content: JsonObject = { comm_id: message.commId, data: message.data };
    if (message.type === "comm_open") content.target_name = message.targetName ?? "";
    const { type, metadata, buffers } = message;
    const { comms } = this.incoming;
    comms.begin(id, request);
    const send = (subshellId?: string): void => {
      try {
        const where = subshellId !== undefined && { subshellId };
        this.connection.send("shell", { id, type, content, metadata, buffers, ...where });
      } catch {
        // A kernel that does not read: the message is given up.
        comms.done(id);
      }
    };
    if (isBeside) this.subshells.id("comm").then(send, () => send());
    else send();
    return id;
  }

  /** By message; a kernel whose spec says `signal` is interrupted by who owns its process. */
  async interruptByMessage(): Promise<void> {
    this.noteInterrupt();
    await this.request("control", "interrupt_request", {});
  }

  /** An interrupt was sent by other means. */
  noteInterrupt(): void {
    this.interrupts += 1;
    this.incoming.executions.interrupted();
  }

  /**
   * Sends the request and does not wait; the end of the process is the answer. On the control channel, as the
   * protocol wants it, but for an idle ipykernel (known by its subshells): there the control thread may still flush
   * to a socket that the main thread closes, and then both wait for ever. Asked on shell, it ends in order.
   */
  requestShutdown(restart: boolean): void {
    const message = { id: this.makeId("r"), type: "shutdown_request", content: { restart } };
    const takesShell = this.features.includes("kernel subshells") && !this.isMainBusy;
    try {
      this.connection.send(takesShell ? "shell" : "control", message);
    } catch {
      // A kernel that does not read will not shut down by itself either; who asked ends the process.
    }
  }

  /** The kernel is gone: everything that is open settles. */
  end(death: KernelDeath): void {
    if (this.death !== null) return;
    this.death = death;
    this.incoming.end(death);
  }

  receive(channel: Channel, message: IncomingMessage): void {
    this.incoming.receive(channel, message);
    this.relay.receive(channel, message);
  }

  private async executeBeside(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    if (!this.supportsSubshells) return failure("SubshellsNotSupported", NO_SUBSHELLS);
    let subshellId: string;
    try {
      subshellId = await this.subshells.id("execute");
    } catch (error) {
      if (this.death !== null) return { type: "kernel-died", death: this.death };
      return failure("SubshellNotMade", messageOf(error));
    }
    return this.send(this.makeId("s"), request, listener, subshellId);
  }

  private async send(
    id: string,
    request: ExecuteRequest,
    listener: ExecuteListener,
    subshellId?: string,
  ): Promise<ExecuteOutcome> {
    const silent = request.silent ?? false;
    const content = {
      code: request.code,
      silent,
      store_history: !silent && (request.storeHistory ?? true),
      user_expressions: { ...request.userExpressions },
      allow_stdin: (request.allowStdin ?? false) && listener.onInputRequest !== undefined,
      stop_on_error: request.stopOnError ?? true,
    };
    const outcome = this.incoming.executions.begin(id, listener, request.owner);
    try {
      this.connection.send("shell", {
        id,
        type: "execute_request",
        content,
        ...(subshellId && { subshellId }),
        ...(request.tag && { tag: request.tag }),
      });
    } catch (error) {
      const idle = failure("KernelDoesNotRead", messageOf(error));
      this.incoming.executions.reply(id, idle);
      this.incoming.executions.idle(id);
    }
    const settled = await outcome;
    this.incoming.executionEnded(id);
    return settled;
  }

  /** On the main shell when it is free, else in the subshell for inspections. */
  private async ask(type: string, what: string, content: JsonObject): Promise<JsonObject> {
    let subshellId: string | undefined;
    if (this.isMainBusy) {
      if (!this.supportsSubshells) throw new LoopbookError("kernel-busy", NO_SUBSHELLS, { retry: true });
      subshellId = await this.subshells.id("inspect");
    }
    return checkReply(what, await this.request("shell", type, content, REQUEST_TIMEOUT_MS, subshellId));
  }

  private async request(
    channel: "shell" | "control",
    type: string,
    content: JsonObject,
    timeoutMs = REQUEST_TIMEOUT_MS,
    subshellId?: string,
  ): Promise<JsonObject> {
    if (this.death !== null)
      throw new LoopbookError("kernel-died", "The kernel is gone. Start or restart it first.");
    const id = this.makeId("r");
    const reply = this.incoming.requests.begin(id, type.replaceAll("_", " "), timeoutMs);
    try {
      this.connection.send(channel, { id, type, content, ...(subshellId && { subshellId }) });
    } catch (error) {
      this.incoming.requests.reply(id, {
        status: "error",
        ename: "KernelDoesNotRead",
        evalue: messageOf(error),
      });
    }
    return reply;
  }

  private makeId(kind: IdKind): string {
    this.counter += 1;
    return `${this.session}_${kind}${this.counter}`;
  }
}

const NO_SUBSHELLS =
  "The kernel is busy with a cell, and this kind of kernel answers nothing beside it (ipykernel 7 and later do).";

function failure(ename: string, evalue: string): ExecuteOutcome {
  return { type: "error", executionCount: null, ename, evalue, traceback: [] };
}
