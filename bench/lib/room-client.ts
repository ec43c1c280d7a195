/**
 * A client of a live notebook that speaks y-protocols and no more, the same for every server: it keeps the document,
 * sends what is edited, and counts what comes.
 */
import { once } from "node:events";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { WebSocket } from "ws";
import * as Y from "yjs";
import type { RoomAddress } from "./room-server.ts";

const SYNC = 0;
/** Hocuspocus's answer to `SYNC`, which asks for nothing back. */
const SYNC_REPLY = 4;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
const LIMIT_MS = 60_000;

export interface RoomClientOptions {
  /** The server tells results beside the document (ours does): wait for them, too. */
  readonly hasResults?: boolean;
  /** Of a client whose connection was lost; default: a new one. */
  readonly doc?: Y.Doc;
}

export class RoomClient {
  readonly doc: Y.Doc;
  /** Bytes that came, of both kinds of frames. */
  received = 0;
  /** What the server told beside the document of the outputs of cells, by id. */
  readonly outputs = new Map<string, readonly unknown[]>();
  /** When the whole document had come, before it was read (`performance.now`). */
  documentCameAt: number | null = null;
  /** Frames with edits that went out, and how many of them the server said to have on disk. */
  sent = 0;
  acknowledged = 0;
  private readonly socket: WebSocket;
  private readonly document: string | undefined;
  private hasDocument = false;
  private hasResults: boolean;
  private wake = (): void => {};

  private constructor(address: RoomAddress, options: RoomClientOptions) {
    this.doc = options.doc ?? new Y.Doc();
    this.document = address.document;
    this.hasResults = options.hasResults !== true;
    this.socket = new WebSocket(address.url, { headers: address.headers, perMessageDeflate: false });
    this.socket.on("message", (data: Buffer, isBinary) => {
      this.received += data.length;
      if (isBinary) this.hear(data);
      else this.hearText(data.toString("utf8"));
      this.wake();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.wake());
    this.doc.on("update", this.onUpdate);
  }

  /** Settles when it holds what the server holds. */
  static async connect(address: RoomAddress, options: RoomClientOptions = {}): Promise<RoomClient> {
    const client = await RoomClient.greet(address, options);
    await client.complete();
    return client;
  }

  /** Settles as soon as it has asked for everything. */
  static async greet(address: RoomAddress, options: RoomClientOptions = {}): Promise<RoomClient> {
    const client = new RoomClient(address, options);
    await once(client.socket, "open");
    if (address.document !== undefined) client.socket.send(greetingOf(address.document));
    client.send(STEP_1, Y.encodeStateVector(client.doc));
    return client;
  }

  complete(): Promise<void> {
    return this.until("the document", () => this.hasDocument && this.hasResults);
  }

  /** The texts are there, and what is told of the outputs of the first `count` cells, each of which has some. */
  hasFirst(count: number): boolean {
    if (!this.hasDocument) return false;
    const cells = this.doc.getArray<Y.Map<unknown>>("cells").slice(0, count);
    const isTold = (cell: Y.Map<unknown>): boolean =>
      this.outputs.has(String(cell.get("id"))) ||
      ((cell.get("outputs") as Y.Array<unknown>)?.length ?? 0) > 0;
    return cells.length === count && cells.every(isTold);
  }

  /** The shared text of the cell at that place. */
  text(index = 0): Y.Text {
    const text = this.cell(index).get("source");
    if (!(text instanceof Y.Text)) throw new Error(`no text in cell ${index}`);
    return text;
  }

  cell(index = 0): Y.Map<unknown> {
    const cell = this.doc.getArray("cells").get(index);
    if (!(cell instanceof Y.Map)) throw new Error(`no cell ${index}`);
    return cell;
  }

  /** @throws Error when it does not become true in time, or the connection ends. */
  async until(what: string, isTrue: () => boolean, limitMs = LIMIT_MS): Promise<void> {
    const end = performance.now() + limitMs;
    while (!isTrue()) {
      if (performance.now() > end) throw new Error(`${what} did not come in time`);
      if (this.socket.readyState === WebSocket.CLOSED)
        throw new Error(`the connection ended before ${what} came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** All that was sent is on the server's disk. */
  durable(): Promise<void> {
    return this.until("the acknowledgement", () => this.acknowledged >= this.sent);
  }

  close(): void {
    this.doc.off("update", this.onUpdate);
    this.socket.terminate();
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== this) this.sendUpdate(UPDATE, update);
  };

  private hear(data: Uint8Array): void {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (this.document !== undefined) decoding.readVarString(decoder);
    const kind = decoding.readVarUint(decoder);
    if (kind !== SYNC && kind !== SYNC_REPLY) return;
    const step = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    if (step === STEP_1) {
      this.sendUpdate(STEP_2, Y.encodeStateAsUpdate(this.doc, content));
      return;
    }
    if (step === STEP_2) this.documentCameAt ??= performance.now();
    Y.applyUpdate(this.doc, content, this);
    if (step === STEP_2) this.hasDocument = true;
  }

  private hearText(text: string): void {
    const told = JSON.parse(text) as Told | readonly Told[];
    for (const message of [told].flat() as readonly Told[]) {
      if (message.type === "ack") this.acknowledged = message.edits ?? 0;
      for (const { id, outputs } of message.cells ?? []) this.outputs.set(id, outputs);
      if (message.type === "results-state" && message.isLast) this.hasResults = true;
    }
  }

  private sendUpdate(step: number, update: Uint8Array): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.sent++;
    this.send(step, update);
  }

  private send(step: number, content: Uint8Array): void {
    const encoder = encoding.createEncoder();
    if (this.document !== undefined) encoding.writeVarString(encoder, this.document);
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, content);
    this.socket.send(encoding.toUint8Array(encoder));
  }
}

interface Told {
  readonly type: string;
  readonly edits?: number;
  readonly isLast?: boolean;
  readonly cells?: readonly { readonly id: string; readonly outputs: readonly unknown[] }[];
}

/** How Hocuspocus wants to be greeted: message 2 (auth), 0 (token), the token; nobody checks it here. */
export function greetingOf(document: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, 2);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, "bench");
  encoding.writeVarString(encoder, "4.7.0");
  return encoding.toUint8Array(encoder);
}

/** Fills an empty document as `@jupyter/ydoc` would have it, for servers that know nothing of notebooks. */
export function writeCells(doc: Y.Doc, sources: readonly string[]): void {
  const cells = sources.map((source, index) => {
    const cell = new Y.Map<unknown>();
    cell.set("id", `cell-${index}`);
    cell.set("cell_type", "code");
    cell.set("source", new Y.Text(source));
    cell.set("outputs", new Y.Array());
    return cell;
  });
  doc.transact(() => doc.getArray("cells").push(cells));
}
