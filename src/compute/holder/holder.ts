/**
 * A kernel's holder: reads everything the kernel says, always, keeps it in the spool, and passes it on to whoever is
 * attached. One client at a time: a newer one takes the place of the one before, which is told and no longer heard.
 * Without a client it waits for the time that the last one asked for; then it ends, and its kernel with it.
 */
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { OutgoingMessage } from "../../kernel/message.ts";
import { textOf } from "../../kernel/message.ts";
import type { JsonObject } from "../../util/json.ts";
import { type Frame, FrameReader, jsonFrame, jsonOf, KIND, seqOf } from "./frames.ts";
import { type HeldLaunch, HeldProcess } from "./held-process.ts";
import { type HolderRecord, removeRecord, spoolFolder, writeRecord } from "./holder-record.ts";
import { endsAtMs } from "./patience.ts";
import { readSend } from "./send-frame.ts";
import { Spool, type SpoolLimits } from "./spool.ts";

export interface HolderRequest extends HeldLaunch {
  readonly record: Omit<HolderRecord, "socket" | "kernelPid" | "unattendedSinceMs" | "idleSinceMs" | "exit">;
  /** `holders` of the state folder. */
  readonly folder: string;
  readonly limits: SpoolLimits;
}

/** What may wait in a client's socket; more is read from the spool when it has taken that. */
const MAX_IN_SOCKET = 8 * 1024 ** 2;
/** Messages of one turn that are passed on before the turn is over. */
const MAX_FRESH_BYTES = 1024 ** 2;
const TERMINATE_GRACE_MS = 1_000;
/** Who starts a holder connects at once; this is for one that died meanwhile, on a slow machine. */
const FIRST_CLIENT_MS = 30_000;

interface Client {
  readonly socket: Socket;
  /** The number of the entry that it gets next; null: it has not asked yet. */
  next: number | null;
}

export class Holder {
  private readonly request: HolderRequest;
  private readonly spool: Spool;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private kernel: HeldProcess | null = null;
  private client: Client | null = null;
  private record: HolderRecord;
  private epoch = 0;
  private fresh: Buffer[] = [];
  private freshBytes = 0;
  private hasExited = false;
  private endTimer: NodeJS.Timeout | undefined;
  /** Null: the kernel is at work. */
  private idleSinceMs: number | null = Date.now();
  private ending: Promise<void> | null = null;
  private tellEnd = (): void => {};
  /** Settles when it has ended, for whatever reason. */
  readonly ended = new Promise<void>((resolve) => {
    this.tellEnd = resolve;
  });

  constructor(request: HolderRequest) {
    this.request = request;
    this.spool = new Spool(spoolFolder(request.folder, request.record.id), request.limits);
    this.server = createServer((socket) => this.accept(socket));
    const alone = { unattendedSinceMs: Date.now(), idleSinceMs: Date.now() };
    this.record = { ...request.record, ...alone, socket: "", kernelPid: null, exit: null };
  }

  /** Gives the record, when the kernel starts and the socket listens. @throws Error; then nothing is left. */
  async start(): Promise<HolderRecord> {
    try {
      this.kernel = await HeldProcess.launch(this.request, {
        tell: (kind, body) => this.tell(kind, body),
        onBusy: (isBusy) => this.becameBusy(isBusy),
      });
      void this.kernel.exited.then((exit) => {
        this.hasExited = true;
        if (this.ending !== null) return;
        this.change({ exit });
        this.becameBusy(false);
      });
      const socket =
        process.platform === "win32"
          ? `\\\\.\\pipe\\loopbook-${this.record.id}`
          : join(this.kernel.folder, "holder");
      await new Promise<void>((resolve, reject) => {
        this.server.once("error", reject).listen(socket, resolve);
      });
      this.change({ socket, kernelPid: this.kernel.pid });
      this.waitForSomebody();
      return this.record;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** Ends the kernel, removes every trace. What was not acknowledged is lost. */
  end(): Promise<void> {
    this.ending ??= this.endNow();
    return this.ending;
  }

  private async endNow(): Promise<void> {
    clearTimeout(this.endTimer);
    this.server.close();
    const kernel = this.kernel;
    if (kernel !== null && !this.hasExited) {
      kernel.signal("SIGTERM");
      await Promise.race([kernel.exited, new Promise((done) => setTimeout(done, TERMINATE_GRACE_MS))]);
    }
    await kernel?.close();
    for (const socket of this.sockets) socket.destroySoon();
    this.spool.close();
    removeRecord(this.request.folder, this.record.id);
    this.tellEnd();
  }

  private tell(kind: number, body: readonly Uint8Array[]): void {
    const frame = this.spool.append(kind, body);
    if (this.fresh.length === 0) setImmediate(() => this.deliver());
    this.fresh.push(frame);
    this.freshBytes += frame.byteLength;
    if (this.freshBytes > MAX_FRESH_BYTES) this.deliver();
  }

  /** What came in this turn: to the disk, and only then to the client, who may act on it. */
  private deliver(): void {
    const { fresh, client, spool } = this;
    this.fresh = [];
    this.freshBytes = 0;
    spool.flush();
    const [first] = fresh;
    if (client === null || client.next === null || first === undefined) return;
    const isNext = client.next === seqOf(first);
    // A client that is behind reads it from the spool.
    if (isNext && client.socket.writableLength <= MAX_IN_SOCKET) {
      client.next = spool.lastSeq + 1;
      client.socket.write(fresh.length === 1 ? first : Buffer.concat(fresh));
    } else this.feed(client);
  }

  private feed(client: Client): void {
    while (client === this.client && client.next !== null && client.next <= this.spool.lastSeq) {
      if (client.socket.writableLength > MAX_IN_SOCKET) return;
      const { bytes, next } = this.spool.read(client.next);
      client.next = next;
      if (bytes.byteLength > 0) client.socket.write(bytes);
    }
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const reader = new FrameReader();
    const client: Client = { socket, next: null };
    let isKnown = false;
    socket.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk, (frame) => {
          if (isKnown) this.take(client, frame);
          else if (frame.kind === KIND.hello && textOf(jsonOf(frame).token) === this.record.token) {
            isKnown = true;
            if (jsonOf(frame).attach === true) this.attach(client);
          } else socket.end(jsonFrame(KIND.refused, { reason: "Not the token of this holder." }));
        });
      } catch {
        socket.destroy();
      }
    });
    socket.on("drain", () => this.feed(client));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      this.sockets.delete(socket);
      if (this.client === client) this.left();
    });
  }

  private attach(client: Client): void {
    const before = this.client;
    this.client = client;
    this.epoch += 1;
    before?.socket.end(jsonFrame(KIND.displaced, { epoch: this.epoch }));
    clearTimeout(this.endTimer);
    this.change({ unattendedSinceMs: null });
    const { lastSeq, acknowledgedSeq } = this.spool;
    client.socket.write(
      jsonFrame(KIND.welcome, {
        epoch: this.epoch,
        session: this.request.session,
        lastSeq,
        acknowledgedSeq,
        kernelPid: this.record.kernelPid,
      }),
    );
  }

  private left(): void {
    this.client = null;
    if (this.ending !== null) return;
    this.change({ unattendedSinceMs: Date.now(), idleSinceMs: this.idleSinceMs });
    this.waitForSomebody();
  }

  private becameBusy(isBusy: boolean): void {
    this.idleSinceMs = isBusy ? null : Date.now();
    if (this.record.unattendedSinceMs === null || this.ending !== null) return;
    this.change({ idleSinceMs: this.idleSinceMs });
    this.waitForSomebody();
  }

  private waitForSomebody(): void {
    clearTimeout(this.endTimer);
    const endAt = endsAtMs(this.record);
    if (endAt === null) return;
    const asked = Math.max(0, endAt - Date.now());
    // Who started it has not come yet, or the one who came has left.
    const waitMs = this.epoch === 0 ? Math.max(asked, FIRST_CLIENT_MS) : asked;
    // More than a timer can hold is for ever.
    if (waitMs < 2 ** 31) this.endTimer = setTimeout(() => void this.end(), waitMs);
  }

  private take(client: Client, frame: Frame): void {
    if (frame.kind === KIND.ask) {
      client.socket.write(jsonFrame(KIND.status, this.status()));
      return;
    }
    if (frame.kind === KIND.end) {
      void this.end();
      return;
    }
    // A client whose place was taken is not heard any more, whatever it had on the way.
    if (client !== this.client) return;
    switch (frame.kind) {
      case KIND.follow: {
        const { from } = jsonOf(frame);
        client.next = typeof from === "number" ? from : this.spool.acknowledgedSeq + 1;
        this.feed(client);
        return;
      }
      case KIND.send:
        this.send(frame);
        return;
      case KIND.signal:
        this.kernel?.signal(textOf(jsonOf(frame).signal) as NodeJS.Signals);
        return;
      case KIND.acknowledge: {
        const { seq } = jsonOf(frame);
        if (typeof seq === "number") this.acknowledge(client, seq);
        return;
      }
      case KIND.note:
        this.change({ note: jsonOf(frame) as unknown as HolderRecord["note"] });
        return;
      case KIND.bye:
        // Its kernel is gone, and it knows: nothing is left to tell.
        if (this.hasExited) void this.end();
        return;
    }
  }

  private acknowledge(client: Client, seq: number): void {
    this.spool.acknowledge(seq);
    this.feed(client);
  }

  private send(frame: Frame): void {
    const sent = readSend(frame.body);
    if (sent === null) return;
    const { channel, message } = sent;
    const tag = message.tag ?? (message.type === "input_reply" ? {} : null);
    if (tag !== null) this.tellSent(channel, message, tag);
    try {
      this.kernel?.send(channel, message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.tell(KIND.lost, [Buffer.from(JSON.stringify({ channel, reason }), "utf8")]);
    }
  }

  /** Ahead of what it brings about, so that whoever reads the spool knows whose the outputs are. */
  private tellSent(channel: string, { id, type }: OutgoingMessage, tag: JsonObject): void {
    this.tell(KIND.sent, [Buffer.from(JSON.stringify({ channel, id, type, tag }), "utf8")]);
  }

  private status(): JsonObject {
    const { lastSeq, acknowledgedSeq, bytes, problem } = this.spool;
    return {
      isAttached: this.client !== null,
      epoch: this.epoch,
      hasExited: this.hasExited,
      lastSeq,
      acknowledgedSeq,
      bytes,
      problem,
    };
  }

  private change(change: Partial<HolderRecord>): void {
    this.record = { ...this.record, ...change };
    try {
      writeRecord(this.request.folder, this.record);
    } catch {
      // A full disk: the file as it was still leads here.
    }
  }
}
