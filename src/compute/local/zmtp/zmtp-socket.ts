/**
 * One ZMTP connection from us to a bound peer. It connects again and again until the peer is there; once it talked,
 * a broken connection is the end (`onLost`): a kernel's sockets do not come back, and what was said between would be
 * missing without a trace.
 *
 * Limits: what waits to be sent is at most `MAX_QUEUED_BYTES`, then `send` throws. What arrives is handed on in the
 * turn in which it was read, nothing is queued here. libzmq's PUB drops messages for a reader that is more than its
 * high-water mark (1,000 messages) and the operating system's buffer behind, so listeners must not stall for long.
 */
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { encodeMessage, type Frame, FrameDecoder, ZmtpProtocolError } from "./frames.ts";
import {
  checkGreeting,
  checkReady,
  GREETING_BYTES,
  greeting,
  parseCommand,
  pongCommand,
  readyCommand,
  SUBSCRIBE_ALL,
  type ZmtpSocketType,
} from "./handshake.ts";

/** 512 MiB: more than any cell's source and widget state; a peer that lets this much pile up does not read. */
export const MAX_QUEUED_BYTES = 512 * 1024 ** 2;
/** A message of more frames than this ends the connection. */
const MAX_FRAMES = 65_536;
/** How long closing waits for the last bytes to leave. */
const CLOSE_FLUSH_MS = 250;

export type ZmtpEndpoint =
  | { readonly transport: "ipc"; readonly path: string }
  | { readonly transport: "tcp"; readonly host: string; readonly port: number };

export interface ZmtpSocketOptions {
  readonly type: ZmtpSocketType;
  readonly endpoint: ZmtpEndpoint;
  /** By which a ROUTER knows us; up to 255 bytes, not starting with 0. */
  readonly identity?: Uint8Array;
  readonly onMessage: (parts: Buffer[]) => void;
  /** Called when both sides said READY. */
  readonly onReady?: () => void;
  /** Called once when a connection that was made is gone, or the peer is not what it should be. */
  readonly onLost?: (reason: string) => void;
  /** Time between two attempts; default 3 ms at first, 50 ms after a second. */
  readonly retryMs?: number;
}

type Phase = "connecting" | "greeting" | "handshake" | "ready" | "closed";

export class ZmtpSocket {
  private readonly options: ZmtpSocketOptions;
  private decoder = new FrameDecoder();
  private readonly startedAt = performance.now();
  private phase: Phase = "connecting";
  private socket: Socket | null = null;
  private retryTimer: NodeJS.Timeout | undefined;
  private greetingBytes: Buffer = Buffer.alloc(0);
  private parts: Buffer[] = [];
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(options: ZmtpSocketOptions) {
    this.options = options;
    this.attempt();
  }

  get isReady(): boolean {
    return this.phase === "ready";
  }

  /**
   * Sends one message, or keeps it until the peer is there. Nothing is sent on a closed socket.
   * @throws Error when more than `MAX_QUEUED_BYTES` wait for a peer that does not read.
   */
  send(parts: readonly Uint8Array[]): void {
    if (this.phase === "closed") return;
    const chunks = encodeMessage(this.options.type === "REQ" ? [new Uint8Array(0), ...parts] : parts);
    const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (this.waitingBytes + (this.socket?.writableLength ?? 0) + size > MAX_QUEUED_BYTES) {
      throw new Error(`The peer does not read: more than ${MAX_QUEUED_BYTES} bytes wait to be sent to it.`);
    }
    if (this.phase === "ready") this.write(chunks);
    else {
      this.waiting.push(...chunks);
      this.waitingBytes += size;
    }
  }

  /** Sends what is queued (for at most a quarter of a second) and closes. No callback comes afterwards. */
  close(): void {
    if (this.phase === "closed") return;
    this.phase = "closed";
    clearTimeout(this.retryTimer);
    const socket = this.socket;
    if (socket === null) return;
    socket.removeAllListeners("data");
    if (socket.writableLength === 0) {
      socket.destroy();
      return;
    }
    const timer = setTimeout(() => socket.destroy(), CLOSE_FLUSH_MS);
    socket.end(() => {
      clearTimeout(timer);
      socket.destroy();
    });
  }

  private attempt(): void {
    const { endpoint } = this.options;
    // Looking first is a hundred times cheaper than a socket that fails to connect.
    if (endpoint.transport === "ipc" && process.platform !== "win32" && !existsSync(endpoint.path)) {
      this.retryLater();
      return;
    }
    const socket =
      endpoint.transport === "ipc" ? connect(endpoint.path) : connect(endpoint.port, endpoint.host);
    this.socket = socket;
    if (endpoint.transport === "tcp") socket.setNoDelay(true);
    socket.on("connect", () => {
      this.phase = "greeting";
      socket.write(
        Buffer.concat([
          greeting(),
          readyCommand(this.options.type, this.options.identity ?? Buffer.alloc(0)),
        ]),
      );
    });
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("error", () => {}); // "close" follows, and says what there is to do
    socket.on("close", () => this.disconnected());
  }

  private disconnected(): void {
    this.socket = null;
    if (this.phase === "closed") return;
    // A peer that was not ready to talk (bound but not listening, or taken down again) is tried again.
    if (this.phase !== "ready") {
      this.phase = "connecting";
      this.greetingBytes = Buffer.alloc(0);
      this.decoder = new FrameDecoder();
      this.retryLater();
      return;
    }
    this.fail("The connection was closed by the other side.");
  }

  private retryLater(): void {
    const delay = this.options.retryMs ?? (performance.now() - this.startedAt < 1_000 ? 3 : 50);
    this.retryTimer = setTimeout(() => this.attempt(), delay);
  }

  private fail(reason: string): void {
    if (this.phase === "closed") return;
    this.phase = "closed";
    clearTimeout(this.retryTimer);
    this.socket?.destroy();
    this.options.onLost?.(reason);
  }

  private receive(chunk: Buffer): void {
    try {
      let rest = chunk;
      if (this.phase === "greeting") {
        const all = Buffer.concat([this.greetingBytes, chunk]);
        if (all.byteLength < GREETING_BYTES) {
          this.greetingBytes = all;
          return;
        }
        checkGreeting(all);
        this.phase = "handshake";
        rest = all.subarray(GREETING_BYTES);
      }
      this.decoder.push(rest, (frame) => this.onFrame(frame));
    } catch (error) {
      if (!(error instanceof ZmtpProtocolError)) throw error;
      this.fail(error.message);
    }
  }

  private onFrame(frame: Frame): void {
    if (this.phase === "closed") return;
    if (frame.command) {
      this.onCommand(frame.body);
      return;
    }
    if (this.phase !== "ready") throw new ZmtpProtocolError("A message came before READY.");
    this.parts.push(frame.body);
    if (this.parts.length > MAX_FRAMES) throw new ZmtpProtocolError("A message has too many frames.");
    if (frame.more) return;
    const parts = this.parts;
    this.parts = [];
    this.options.onMessage(this.options.type === "REQ" ? parts.slice(1) : parts);
  }

  private onCommand(body: Buffer): void {
    const { name, data } = parseCommand(body);
    if (name === "READY" && this.phase === "handshake") this.becomeReady(data);
    else if (name === "PING") this.socket?.write(pongCommand(data));
    else if (name === "ERROR") {
      const reason = data.toString("latin1", 1, 1 + (data[0] ?? 0));
      throw new ZmtpProtocolError(`The peer refused the connection: ${reason}`);
    }
  }

  private becomeReady(data: Buffer): void {
    checkReady(this.options.type, data);
    this.phase = "ready";
    if (this.options.type === "SUB") this.write(encodeMessage([SUBSCRIBE_ALL]));
    this.write(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    this.options.onReady?.();
  }

  private write(chunks: readonly Buffer[]): void {
    const socket = this.socket;
    if (socket === null) return;
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
  }
}
