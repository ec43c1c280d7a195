/**
 * Other clients of a kernel, which speak the Jupyter protocol themselves: what they send goes to the kernel as it is,
 * under their own ids and session, and what the kernel says goes to them as it came. Who of them gets what is decided
 * by who relays. Ids that could be ours are refused, so that nobody answers or fills an execution of ours.
 */
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { JsonObject } from "../util/json.ts";
import type { Channel, IncomingMessage, KernelConnection } from "./message.ts";
import { textOf } from "./message.ts";

/** A message in another client's words. `header` has its `msg_id` and `msg_type`. */
export interface ForeignMessage {
  readonly header: JsonObject;
  readonly parentHeader: JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export interface RelayedMessage {
  readonly channel: Channel;
  readonly message: IncomingMessage;
}

export interface KernelRelay {
  /**
   * @throws LoopbookError `bad-message` (no id, no type, or an id like ours), `kernel-died`, `kernel-does-not-read`.
   */
  send(channel: "shell" | "stdin" | "control", message: ForeignMessage): void;
  /**
   * Everything on IOPub, whoever caused it; of the other channels, what answers requests that were sent here. The first
   * who listens is told at once what came before for clients of an earlier process of ours.
   */
  on(listener: (relayed: RelayedMessage) => void): Unsubscribe;
}

export interface MessageRelayOptions {
  readonly connection: KernelConnection;
  /** The first part of the ids that we make ourselves. */
  readonly session: string;
  readonly isGone: () => boolean;
}

/** The half that one process of a kernel has. */
export class MessageRelay implements KernelRelay {
  private readonly options: MessageRelayOptions;
  private readonly relayed = new Emitter<RelayedMessage>();
  private failed = 0;
  /** Executions under way, oldest first: the number of the last thing that the kernel had said before. */
  private readonly open = new Map<string, { readonly since: number; isReplied: boolean; isIdle: boolean }>();
  private position: (() => number) | null = null;

  constructor(options: MessageRelayOptions) {
    this.options = options;
  }

  /** How many executions of others have failed: a kernel then aborts what waits in it. */
  get failures(): number {
    return this.failed;
  }

  /** Of a kernel whose words are numbered: from now on `openSince` tells. */
  follow(position: () => number): void {
    this.position = position;
  }

  /** What the kernel said after this is still needed by a client, should it have to be told again. */
  openSince(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { since } of this.open.values()) oldest = Math.min(oldest, since);
    return oldest;
  }

  /** Whether another client made the request of this id. */
  isForeign(id: string | null): boolean {
    const { session } = this.options;
    return id !== null && session !== "" && !id.startsWith(`${session}_`);
  }

  send(channel: "shell" | "stdin" | "control", message: ForeignMessage): void {
    const { connection, isGone } = this.options;
    const { header, parentHeader, metadata, content, buffers } = message;
    const [id, type] = [textOf(header.msg_id), textOf(header.msg_type)];
    if (id === "" || type === "" || !this.isForeign(id)) {
      throw new LoopbookError(
        "bad-message",
        "A message to a kernel needs a `msg_id` of its own and a `msg_type` in its header.",
      );
    }
    if (isGone()) {
      throw new LoopbookError("kernel-died", "The kernel is gone. Start or restart it first.");
    }
    if (type === "execute_request") this.begin(id);
    try {
      connection.send(channel, { id, type, header, parentHeader, metadata, content, buffers });
    } catch (cause) {
      this.open.delete(id);
      throw new LoopbookError("kernel-does-not-read", messageOf(cause), { cause, retry: true });
    }
  }

  on(listener: (relayed: RelayedMessage) => void): Unsubscribe {
    return this.relayed.on(listener);
  }

  receive(channel: Channel, message: IncomingMessage): void {
    if (channel !== "iopub") {
      if (message.parentId === null || !this.isForeign(message.parentId)) return;
      if (message.type === "execute_reply" && message.content().status === "error") this.failed += 1;
    }
    if (this.position && message.parentId !== null && this.isForeign(message.parentId)) {
      this.note(message.parentId, message);
    }
    if (this.relayed.size > 0) this.relayed.emit({ channel, message });
  }

  private begin(id: string): void {
    if (this.position === null || this.open.has(id)) return;
    this.open.set(id, { since: this.position(), isReplied: false, isIdle: false });
    const [oldest] = this.open.keys();
    if (this.open.size > MAX_OPEN && oldest !== undefined) this.open.delete(oldest);
  }

  private note(id: string, message: IncomingMessage): void {
    // One that an earlier process sent.
    if (message.type === "execute_input") this.begin(id);
    const execution = this.open.get(id);
    if (execution === undefined) return;
    if (message.type === "execute_reply") execution.isReplied = true;
    else if (message.type === "status") execution.isIdle = message.content().execution_state === "idle";
    if (execution.isReplied && execution.isIdle) this.open.delete(id);
  }
}

/** Executions that are watched; the oldest is given up for a newer one. */
const MAX_OPEN = 1_000;

/** What is kept for the first who listens: answers to clients that asked an earlier process of ours. */
const MAX_KEPT = 20_000;
const MAX_KEPT_BYTES = 16 * 1024 ** 2;

/** One relay over a kernel's processes, one after the other. */
export class SharedRelay implements KernelRelay {
  private readonly relayed = new Emitter<RelayedMessage>();
  private current: MessageRelay | null = null;
  private kept: RelayedMessage[] = [];
  private keptBytes = 0;

  /** From now on this one. */
  follow(relay: MessageRelay): void {
    this.current = relay;
    relay.on((relayed) => {
      if (this.relayed.size > 0) this.relayed.emit(relayed);
      else if (relay.isForeign(relayed.message.parentId)) this.keep(relayed);
    });
  }

  send(channel: "shell" | "stdin" | "control", message: ForeignMessage): void {
    this.current?.send(channel, message);
  }

  on(listener: (relayed: RelayedMessage) => void): Unsubscribe {
    for (const relayed of this.kept.splice(0)) listener(relayed);
    this.keptBytes = 0;
    return this.relayed.on(listener);
  }

  private keep(relayed: RelayedMessage): void {
    this.kept.push(relayed);
    this.keptBytes += sizeOf(relayed);
    while (this.kept.length > MAX_KEPT || this.keptBytes > MAX_KEPT_BYTES) {
      const oldest = this.kept.shift();
      if (oldest) this.keptBytes -= sizeOf(oldest);
    }
  }
}

function sizeOf({ message }: RelayedMessage): number {
  return [...message.frames(), ...message.buffers].reduce((sum, part) => sum + part.byteLength, 0);
}
