/**
 * One client's line to a kernel: its connection while there is one, and what waits for it while it is away or reads
 * too slowly. Known by the `session_id` that the client chose, so that it finds its line again when it comes back.
 */
import type { Access } from "../../people/access.ts";
import type { Clock } from "../../util/clock.ts";
import { type BacklogLimits, copied, type Dropped, MessageBacklog } from "./message-backlog.ts";
import { ownMessage } from "./own-message.ts";
import { encodeWire, type Protocol, type WireMessage } from "./wire.ts";

/** The part of `ws`'s WebSocket that is needed here. */
export interface ClientSocket {
  readonly readyState: number;
  readonly OPEN: number;
  readonly bufferedAmount: number;
  send(data: Uint8Array | string, sent: () => void): void;
  close(code: number, reason: string): void;
}

/** A message for many clients: encoded once for each protocol, and copied once for all who get it later. */
export class Outgoing {
  readonly message: WireMessage;
  private readonly frames = new Map<Protocol, string | Uint8Array>();
  private copy: WireMessage | null = null;

  constructor(message: WireMessage) {
    this.message = message;
  }

  kept(): WireMessage {
    this.copy ??= copied(this.message);
    return this.copy;
  }

  frame(protocol: Protocol): string | Uint8Array {
    const known = this.frames.get(protocol);
    if (known !== undefined) return known;
    const frame = encodeWire(protocol, this.message);
    this.frames.set(protocol, frame);
    return frame;
  }
}

/** What is kept for one client that is away or slow. */
export const BACKLOG_LIMITS: BacklogLimits = { bytes: 32 * 1024 ** 2, messages: 100_000 };
/** Unsent bytes from which a connection counts as slow, and at which it is caught up with. */
const HIGH_WATER_BYTES = 8 * 1024 ** 2;
const LOW_WATER_BYTES = 256 * 1024;

interface Connected {
  readonly socket: ClientSocket;
  readonly protocol: Protocol;
  readonly access: Access;
}

export class ClientLine {
  readonly sessionId: string;
  /** Of the party and the session; whose it is, is known when it is connected. */
  key = "";
  private readonly clock: Clock;
  private readonly backlog: MessageBacklog;
  private connected: Connected | null = null;

  constructor(sessionId: string, clock: Clock, limits: BacklogLimits = BACKLOG_LIMITS) {
    this.sessionId = sessionId;
    this.clock = clock;
    this.backlog = new MessageBacklog(limits);
  }

  get isConnected(): boolean {
    return this.connected !== null;
  }

  /** Something waits for it: anything while it is connected, an answer while it is away. */
  get isOwed(): boolean {
    return this.connected === null ? this.backlog.hasAnswers : !this.backlog.isEmpty;
  }

  /** Null while it is away. */
  get access(): Access | null {
    return this.connected?.access ?? null;
  }

  /** A connection takes the place of the one before: a client that came back is heard sooner than the old one breaks. */
  attach(connected: Connected): void {
    const before = this.connected;
    this.connected = connected;
    before?.socket.close(1000, "another connection of this session has taken over");
    this.flush();
  }

  /** False: another connection had taken its place. */
  detach(socket: ClientSocket): boolean {
    if (this.connected?.socket !== socket) return false;
    this.connected = null;
    return true;
  }

  deliver(outgoing: Outgoing): void {
    const { connected, backlog } = this;
    if (connected !== null && backlog.isEmpty && takes(connected.socket))
      this.put(connected, outgoing.frame(connected.protocol));
    else backlog.add(outgoing.kept());
  }

  close(code: number, reason: string): void {
    this.connected?.socket.close(code, reason);
    this.connected = null;
  }

  private put({ socket }: Connected, frame: string | Uint8Array): void {
    socket.send(frame, () => {
      if (this.connected?.socket === socket && socket.bufferedAmount <= LOW_WATER_BYTES) this.flush();
    });
  }

  private flush(): void {
    const { connected, backlog } = this;
    if (connected === null || backlog.isEmpty || !takes(connected.socket)) return;
    const dropped = backlog.takeDropped();
    if (dropped !== null) this.put(connected, encodeWire(connected.protocol, this.noteOf(dropped)));
    while (this.connected === connected && takes(connected.socket)) {
      const message = backlog.shift();
      if (message === undefined) return;
      this.put(connected, encodeWire(connected.protocol, message));
    }
  }

  private noteOf({ messages, bytes, parentHeader }: Dropped): WireMessage {
    const size = Math.max(1, Math.round(bytes / 1024 ** 2));
    const text = `[Loopbook: ${messages} messages with output (${size} MB) that came while you were away were left out. The notebook that is open in Loopbook has all of them.]\n`;
    return ownMessage(
      { channel: "iopub", type: "stream", content: { name: "stderr", text }, parentHeader },
      this.clock.now(),
    );
  }
}

/** A connection that is about to end takes nothing any more, though its end is told a moment later. */
function takes(socket: ClientSocket): boolean {
  return socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER_BYTES;
}
