/** The line to a holder: the kernel's channels on one socket, from the number that was acknowledged on. */
import { connect, type Socket } from "node:net";
import type { KernelConnection, KernelConnectionHandlers, OutgoingMessage } from "../../kernel/message.ts";
import { textOf } from "../../kernel/message.ts";
import { MalformedMessageError, WireCodec } from "../../kernel/wire-codec.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { JsonObject } from "../../util/json.ts";
import { isJsonObject } from "../../util/json.ts";
import type { ProcessExit } from "../local/kernel-process.ts";
import { type Frame, FrameReader, jsonFrame, jsonOf, KIND, messageOf } from "./frames.ts";
import type { HolderNote, HolderRecord } from "./holder-record.ts";
import { sendFrame } from "./send-frame.ts";

const CONNECT_LIMIT_MS = 5_000;
/** As a kernel's own sockets: more that waits for a holder that does not read is an error for who sends. */
const MAX_QUEUED_BYTES = 512 * 1024 ** 2;
const DELIMITER = Buffer.from("<IDS|MSG>", "latin1");
const NOTHING = Buffer.alloc(0);

export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly tag: JsonObject;
}

export interface HolderLineHandlers extends KernelConnectionHandlers {
  /** A tagged request, or an answer to a question, in its place among what the kernel said. */
  readonly onSent: (sent: Sent) => void;
}

export interface Welcome {
  /** The how-manieth client this is, from 1. */
  readonly epoch: number;
  readonly session: string;
  readonly lastSeq: number;
  readonly acknowledgedSeq: number;
}

/** What reads a holder's frames: a live one over its socket, or what one that was killed left. */
export class FrameSink {
  /** Settles with the kernel's end, or when nothing more can be known of it. */
  readonly exited: Promise<ProcessExit>;
  position = 0;
  private readonly handlers: HolderLineHandlers;
  private readonly codec = new WireCodec({ key: "", session: "", username: "" });
  private resolveExit: (exit: ProcessExit) => void = () => {};
  private readonly waiting: { readonly seq: number; readonly resolve: () => void }[] = [];

  constructor(handlers: HolderLineHandlers) {
    this.handlers = handlers;
    this.exited = new Promise((resolve) => {
      this.resolveExit = resolve;
    });
  }

  /** Entries only; others are none of this. */
  take(frame: Frame): void {
    switch (frame.kind) {
      case KIND.message:
        this.takeMessage(frame);
        break;
      case KIND.sent: {
        const { id, type, tag } = jsonOf(frame);
        this.handlers.onSent({ id: textOf(id), type: textOf(type), tag: isJsonObject(tag) ? tag : {} });
        break;
      }
      case KIND.exit:
        this.resolveExit(jsonOf(frame) as unknown as ProcessExit);
        break;
      case KIND.lost: {
        const { channel, reason } = jsonOf(frame);
        this.handlers.onLost(channel === "iopub" ? "iopub" : "shell", textOf(reason));
        break;
      }
    }
    if (frame.seq === 0) return;
    this.position = frame.seq;
    while (this.waiting[0] !== undefined && this.waiting[0].seq <= frame.seq) this.waiting.shift()?.resolve();
  }

  /** Entries up to this number were taken, or no more will come. */
  reached(seq: number): Promise<void> {
    if (this.position >= seq) return Promise.resolve();
    const taken = new Promise<void>((resolve) => this.waiting.push({ seq, resolve }));
    return Promise.race([taken, this.exited.then(() => {})]);
  }

  lose(reason: string): void {
    const nothing = { exitCode: null, signal: null, spawnError: null, memoryPeakBytes: null };
    this.resolveExit({
      ...nothing,
      killedForMemory: false,
      stderrTail: reason,
      stdoutTail: "",
      lost: reason,
    });
  }

  private takeMessage(frame: Frame): void {
    const held = messageOf(frame);
    if (held === null) return;
    try {
      this.handlers.onMessage(held.channel, this.codec.decode([DELIMITER, NOTHING, ...held.parts]));
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error;
    }
  }
}

export class HolderLine implements KernelConnection {
  readonly sink: FrameSink;
  readonly welcome: Welcome;
  private readonly socket: Socket;
  private isClosed = false;
  private isFollowing = false;

  private constructor(socket: Socket, sink: FrameSink, welcome: Welcome) {
    this.socket = socket;
    this.sink = sink;
    this.welcome = welcome;
  }

  /** @throws LoopbookError `no-held-kernel` when nobody answers there, or not to us. */
  static open(
    record: Pick<HolderRecord, "socket" | "token">,
    handlers: HolderLineHandlers,
  ): Promise<HolderLine> {
    const sink = new FrameSink(handlers);
    return new Promise((resolve, reject) => {
      const socket = connect(record.socket);
      const fail = (reason: string): void => {
        socket.destroy();
        reject(
          new LoopbookError(
            "no-held-kernel",
            `The process that holds the kernel does not answer: ${reason}.`,
          ),
        );
      };
      const timer = setTimeout(() => fail("it took too long"), CONNECT_LIMIT_MS);
      const reader = new FrameReader();
      let line: HolderLine | null = null;
      const take = (frame: Frame): void => {
        if (frame.kind === KIND.welcome) {
          clearTimeout(timer);
          line = new HolderLine(socket, sink, jsonOf(frame) as unknown as Welcome);
          resolve(line);
        } else if (frame.kind === KIND.refused) fail("it does not know us");
        else if (frame.kind === KIND.displaced) sink.lose("Another process has taken this kernel.");
        else sink.take(frame);
      };
      socket.on("data", (chunk: Buffer) => {
        try {
          reader.push(chunk, take);
        } catch (error) {
          fail(String(error));
        }
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearTimeout(timer);
        if (line === null) fail("the connection was closed");
        else if (!line.isClosed)
          sink.lose("The process that held the kernel is gone, and the kernel with it.");
        sink.lose("closed");
      });
      socket.write(jsonFrame(KIND.hello, { token: record.token, attach: true }));
    });
  }

  /** Everything that was not acknowledged, and then what comes. Asked for once. */
  follow(): void {
    if (this.isFollowing) return;
    this.isFollowing = true;
    this.write(jsonFrame(KIND.follow, { from: this.welcome.acknowledgedSeq + 1 }));
  }

  send(channel: "shell" | "stdin" | "control", message: OutgoingMessage): void {
    const frame = sendFrame(channel, message);
    if (this.socket.writableLength + frame.byteLength > MAX_QUEUED_BYTES) {
      throw new Error(`The kernel's holder does not read: more than ${MAX_QUEUED_BYTES} bytes wait for it.`);
    }
    this.write(frame);
  }

  /** Who ends a kernel hears of its end, also when it had not asked yet for what the kernel says. */
  signal(signal: NodeJS.Signals): void {
    this.follow();
    this.write(jsonFrame(KIND.signal, { signal }));
  }

  acknowledge(seq: number): void {
    this.write(jsonFrame(KIND.acknowledge, { seq }));
  }

  note(note: HolderNote): void {
    this.write(jsonFrame(KIND.note, note as unknown as JsonObject));
  }

  /** The kernel is gone, and we know: its holder may go. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.end(jsonFrame(KIND.bye, {}));
    this.socket.destroySoon();
  }

  private write(frame: Buffer): void {
    if (!this.isClosed && this.socket.writable) this.socket.write(frame);
  }
}
