/**
 * All Jupyter clients of one kernel: what one of them asks goes to the kernel as its own and is answered to it alone;
 * what the kernel publishes goes to everybody. A kernel's start and end, and what would disturb others, go the way
 * that they go for Loopbook's own page.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { textOf } from "../../kernel/message.ts";
import type { RelayedMessage } from "../../kernel/relay.ts";
import { type Access, permits } from "../../people/access.ts";
import type { Party } from "../../people/party.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import { ClientLine, type ClientSocket, Outgoing } from "./client-line.ts";
import { kernelInfoContent } from "./kernel-info.ts";
import { ownMessage, refusal, statusMessage } from "./own-message.ts";
import type { ClientMessage, Protocol, WireMessage } from "./wire.ts";

/** What is done to a kernel as a whole. */
export interface KernelActions {
  /** @throws LoopbookError `run-goes-on` when it must not be ended or restarted now. */
  checkEnd(): void;
  interrupt(by: Party): Promise<void>;
  restart(by: Party): Promise<void>;
  shutdown(by: Party): Promise<void>;
}

/** How long what a kernel says is kept for a client that went away. */
export const AWAY_MS = 24 * 3_600_000;
/** Clients of one kernel for which something is kept at once; of more, the one that left first is forgotten. */
export const MAX_AWAY = 8;
/** Requests whose answers are awaited; of more, the oldest is answered to nobody. */
const MAX_PENDING = 20_000;
/** Connections to one kernel. */
export const MAX_CLIENTS = 200;

/** Messages that wait for a kernel that is being restarted; more are refused. */
const MAX_HELD = 1_000;

interface Asked {
  readonly type: string;
  readonly channel: ClientMessage["channel"];
  readonly header: JsonObject;
}

interface Pending {
  readonly client: ClientLine;
  readonly request: Asked;
}

export class KernelLine {
  readonly kernel: Kernel;
  lastActivityMs: number;
  private readonly actions: KernelActions;
  private readonly clock: Clock;
  private readonly clients = new Map<string, ClientLine>();
  private readonly forgetting = new Map<ClientLine, () => void>();
  private readonly pending = new Map<string, Pending>();
  private readonly stops: (() => void)[] = [];
  /** What clients said while there was no kernel: it is for the next one. */
  private held: { readonly client: ClientLine; readonly said: ClientMessage }[] = [];
  private knownInfo: JsonObject | null = null;
  private isRestarting = false;
  /** What the kernel said before this line was there is being read: for clients that will come back. */
  private isCatchingUp = true;

  constructor(kernel: Kernel, actions: KernelActions, clock: Clock) {
    this.kernel = kernel;
    this.actions = actions;
    this.clock = clock;
    this.lastActivityMs = clock.now();
    if (kernel.relay) this.stops.push(kernel.relay.on((relayed) => this.fromKernel(relayed)));
    this.isCatchingUp = false;
    this.stops.push(kernel.onState((state) => this.onState(state)));
  }

  /** Clients that are connected now. */
  get connections(): number {
    return [...this.clients.values()].filter(({ isConnected }) => isConnected).length;
  }

  /** Nothing that a client asked or was to be told is under way. */
  get isSettled(): boolean {
    return this.pending.size === 0 && [...this.clients.values()].every(({ isOwed }) => !isOwed);
  }

  /** @param sessionId empty: the client did not choose one, and nothing is kept for it. */
  connect(sessionId: string, socket: ClientSocket, protocol: Protocol, access: Access): ClientLine {
    // Nobody finds another party's line, also who knows its session.
    const key = sessionId === "" ? `\0${randomToken(16)}` : `${access.party.who}\n${sessionId}`;
    const client =
      this.clients.get(key) ?? this.recovered(sessionId, access) ?? new ClientLine(sessionId, this.clock);
    client.key = key;
    this.clients.set(key, client);
    this.forgetting.get(client)?.();
    this.forgetting.delete(client);
    client.attach({ socket, protocol, access });
    return client;
  }

  /** Of a client that asked an earlier process; only who may execute can have asked. */
  private recovered(sessionId: string, { rights }: Access): ClientLine | undefined {
    const key = `\n${sessionId}`;
    const client = sessionId !== "" && permits(rights, "execute") ? this.clients.get(key) : undefined;
    if (client) this.clients.delete(key);
    return client;
  }

  disconnect(client: ClientLine, socket: ClientSocket): void {
    if (!client.detach(socket)) return;
    if (client.key.startsWith("\0")) {
      this.forget(client);
      return;
    }
    this.forgetLater(client);
  }

  private forgetLater(client: ClientLine): void {
    const cancel = this.clock.schedule(AWAY_MS, () => this.forget(client));
    this.forgetting.set(client, cancel);
    const [longest] = this.forgetting.keys();
    if (this.forgetting.size > MAX_AWAY && longest) this.forget(longest);
  }

  receive(client: ClientLine, said: ClientMessage): void {
    if (this.isRestarting && this.held.length < MAX_HELD) this.held.push({ client, said });
    else this.take(client, said);
  }

  private take(client: ClientLine, { channel, message }: ClientMessage): void {
    const { access } = client;
    if (access === null) return;
    this.lastActivityMs = this.clock.now();
    const type = textOf(message.header.msg_type);
    const request = { type, channel, header: message.header };
    const mayExecute = permits(access.rights, "execute");
    const refuse = (ename: string, evalue: string): void => {
      const shell = channel === "stdin" ? "shell" : channel;
      this.tell(client, refusal({ ...request, channel: shell }, { ename, evalue }, this.clock.now()));
    };
    if (type === "kernel_info_request" && (!mayExecute || this.kernel.state !== "idle")) {
      this.answerInfo(client, request);
    } else if (!mayExecute) {
      refuse("NoRight", "This token lets you look on, not run things. Ask the notebook's owner for theirs.");
    } else if (this.kernel.state === "dead") {
      refuse("DeadKernel", "The kernel has ended. Restart it to go on.");
    } else if (channel === "control" && (type === "interrupt_request" || type === "shutdown_request")) {
      this.act(client, request, access.party, message.content.restart === true).catch((error: unknown) =>
        refuse("Refused", messageOf(error)),
      );
    } else {
      try {
        this.passOn(client, channel, message, type);
      } catch (error) {
        refuse("Refused", messageOf(error));
      }
    }
  }

  /** The kernel is gone for good. */
  end(): void {
    for (const stop of this.stops) stop();
    for (const client of [...this.clients.values()]) {
      client.close(1000, "the kernel was shut down");
      this.forget(client);
    }
    this.pending.clear();
  }

  private passOn(
    client: ClientLine,
    channel: ClientMessage["channel"],
    message: ClientMessage["message"],
    type: string,
  ): void {
    const { relay } = this.kernel;
    if (!relay) throw new LoopbookError("no-relay", "This kernel takes no other clients.");
    const id = textOf(message.header.msg_id);
    const isRequest = type.endsWith("_request") && channel !== "stdin";
    const before = this.pending.get(id);
    if (before !== undefined && before.client !== client) {
      throw new LoopbookError("bad-message", "Another client's request has this `msg_id`.");
    }
    if (isRequest) this.await(id, { client, request: { type, channel, header: message.header } });
    try {
      relay.send(channel, message);
    } catch (error) {
      this.pending.delete(id);
      throw error;
    }
  }

  private await(id: string, pending: Pending): void {
    this.pending.set(id, pending);
    const [oldest] = this.pending.keys();
    if (this.pending.size > MAX_PENDING && oldest !== undefined) this.pending.delete(oldest);
  }

  private fromKernel({ channel, message }: RelayedMessage): void {
    this.lastActivityMs = this.clock.now();
    if (this.clients.size === 0 && !this.isCatchingUp) return;
    const [header, parentHeader, metadata, content] = message.frames();
    if (!header || !parentHeader || !metadata || !content) return;
    const { id, type, buffers } = message;
    const outgoing = new Outgoing({ channel, id, type, header, parentHeader, metadata, content, buffers });
    if (this.isCatchingUp) this.keepFor(sessionOf(parentHeader), outgoing);
    else if (channel === "iopub") for (const client of this.clients.values()) client.deliver(outgoing);
    else this.answer(channel, message, outgoing);
  }

  private answer(
    channel: RelayedMessage["channel"],
    message: RelayedMessage["message"],
    outgoing: Outgoing,
  ): void {
    const { parentId, type } = message;
    const asked = parentId === null ? undefined : this.pending.get(parentId);
    if (channel !== "stdin" && parentId !== null) this.pending.delete(parentId);
    if (type === "kernel_info_reply") this.knownInfo = message.content();
    const client = asked?.client ?? this.clientOf(sessionOf(outgoing.message.parentHeader));
    client?.deliver(outgoing);
  }

  /** Of a request that an earlier process took. */
  private clientOf(sessionId: string): ClientLine | undefined {
    return [...this.clients.values()].find((client) => sessionId !== "" && client.sessionId === sessionId);
  }

  /** A client that will come back under its session gets what its requests caused, each from its beginning. */
  private keepFor(sessionId: string, outgoing: Outgoing): void {
    if (sessionId === "") return;
    let client = this.clientOf(sessionId);
    if (client === undefined) {
      client = new ClientLine(sessionId, this.clock);
      client.key = `\n${sessionId}`;
      this.clients.set(client.key, client);
      this.forgetLater(client);
    }
    const { type, parentHeader } = outgoing.message;
    client.deliver(outgoing);
    // It may have had some of that: what it shows of this request begins anew.
    const anew = { channel: "iopub", type: "clear_output", content: { wait: false }, parentHeader } as const;
    if (type === "execute_input") client.deliver(new Outgoing(ownMessage(anew, this.clock.now())));
  }

  /** A client that comes while a cell runs learns at once who the kernel is; the kernel itself would answer behind it. */
  private answerInfo(client: ClientLine, { channel, header }: Asked): void {
    const now = this.clock.now();
    const parentHeader = Buffer.from(JSON.stringify(header), "utf8");
    const content = this.knownInfo ?? kernelInfoContent(this.kernel.info);
    this.tell(client, [
      statusMessage("busy", now, parentHeader),
      ownMessage({ channel, type: "kernel_info_reply", content, parentHeader }, now),
      statusMessage("idle", now, parentHeader),
      ...(this.kernel.state === "busy" ? [statusMessage("busy", now)] : []),
    ]);
  }

  private async act(client: ClientLine, request: Asked, by: Party, restart: boolean): Promise<void> {
    const isInterrupt = request.type === "interrupt_request";
    if (!isInterrupt) this.actions.checkEnd();
    if (isInterrupt) await this.actions.interrupt(by);
    else if (restart) await this.actions.restart(by);
    const parentHeader = Buffer.from(JSON.stringify(request.header), "utf8");
    const type = request.type.replace(/_request$/, "_reply");
    const content: JsonObject = isInterrupt ? { status: "ok" } : { status: "ok", restart };
    // Before the end, which closes the line.
    this.tell(client, [ownMessage({ channel: "control", type, content, parentHeader }, this.clock.now())]);
    if (!isInterrupt && !restart) await this.actions.shutdown(by);
  }

  private onState(state: Kernel["state"]): void {
    const now = this.clock.now();
    this.lastActivityMs = now;
    if (state === "restarting") {
      this.isRestarting = true;
      this.endPending("KernelRestarted", "The kernel was restarted before it answered.");
    } else if (state === "dead") {
      this.isRestarting = false;
      this.endPending("DeadKernel", "The kernel ended before it answered.");
      this.tellAll(statusMessage("dead", now));
    } else if (state === "idle" && this.isRestarting) {
      this.isRestarting = false;
      // Not "restarting": that is what clients take for a death, which a person asked for here.
      this.tellAll(statusMessage("starting", now));
      this.tellAll(statusMessage("idle", now));
    } else return;
    if (this.isRestarting) return;
    for (const { client, said } of this.held.splice(0)) this.take(client, said);
  }

  private endPending(ename: string, evalue: string): void {
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const { client, request } of all) {
      this.tell(client, refusal(request, { ename, evalue }, this.clock.now()).slice(1));
    }
  }

  private tell(client: ClientLine, messages: readonly WireMessage[]): void {
    for (const message of messages) client.deliver(new Outgoing(message));
  }

  private tellAll(message: WireMessage): void {
    const outgoing = new Outgoing(message);
    for (const client of this.clients.values()) client.deliver(outgoing);
  }

  private forget(client: ClientLine): void {
    this.forgetting.get(client)?.();
    this.forgetting.delete(client);
    if (this.clients.get(client.key) === client) this.clients.delete(client.key);
  }
}

/** `session` of a header as JSON; empty: it has none. */
function sessionOf(header: Uint8Array): string {
  try {
    const { session } = JSON.parse(Buffer.from(header).toString("utf8")) as JsonObject;
    return typeof session === "string" ? session : "";
  } catch {
    return "";
  }
}
