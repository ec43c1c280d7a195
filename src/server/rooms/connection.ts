/** One client of a room: its socket, its rights, what it says and what it is sent. */
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { CLOSE_CODES, type LiveMessage } from "../../api/live.ts";
import { decodeFrame, encodeFrame, MalformedFrame } from "../../api/live-frames.ts";
import type { EditOrigin } from "../../document/live-notebook.ts";
import type { Access } from "../../people/access.ts";
import { originOf } from "../../usecases/edit-origin.ts";
import type { NotebookWidgets } from "../../usecases/notebook-widgets.ts";
import { CellId } from "../../util/ids.ts";
import { type FairQueue, Lane } from "./fair-queue.ts";
import { Outbox } from "./outbox.ts";
import { ResultsFeed, type ResultsSource } from "./results-feed.ts";
import { checkStateVector, isEmptyUpdate, takeUpdate } from "./take-update.ts";
import { frameOf, WidgetFeed } from "./widget-feed.ts";
import { parseWidgetsAsk } from "./widgets-ask.ts";

/** A client is asked so often for what its edits build on; an honest one has sent it after the first time. */
const MAX_ASKED = 8;

/** What a connection needs of its room. */
export interface ConnectionRoom extends ResultsSource {
  readonly doc: Y.Doc;
  readonly queue: FairQueue;
  readonly widgets?: NotebookWidgets | undefined;
  everybody(): Uint8Array | null;
  /** The whole document as one update. */
  fullState(): Uint8Array;
  /** Settles when all that the document holds now is on disk. */
  durable(): Promise<void>;
  onAwareness(update: Uint8Array, from: Connection): void;
  onGone(connection: Connection): void;
  onUnexpected(error: unknown): void;
}

export class Connection {
  readonly access: Access;
  readonly outbox: Outbox;
  /** Origin of this connection's edits in the document; also how the room tells whose an update is. */
  readonly origin: EditOrigin;
  private readonly socket: WebSocket;
  private readonly room: ConnectionRoom;
  private readonly lane: Lane;
  private heard = true;
  /** Frames with edits that came. */
  private edits = 0;
  /** Part of what came builds on edits that did not; nothing is acknowledged until the client has sent them. */
  private owes = false;
  private asked = 0;
  private isAcknowledging = false;

  /** @param hasResults see `ResultsFeed`. */
  constructor(socket: WebSocket, access: Access, room: ConnectionRoom, hasResults: string | null) {
    this.socket = socket;
    this.access = access;
    this.room = room;
    this.origin = originOf(access.party, "remote");
    this.lane = new Lane({
      handle: (data) => this.handle(data),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
    this.outbox = new Outbox({
      sink: socket,
      doc: room.doc,
      results: new ResultsFeed(room, hasResults),
      widgets: new WidgetFeed(room.widgets),
      everybody: () => room.everybody(),
      fullState: () => room.fullState(),
      onOverflow: () => this.end(CLOSE_CODES.tooSlow, "too far behind"),
    });
    socket.on("message", (data, isBinary) => this.receive(data as Buffer, isBinary));
    socket.on("pong", () => {
      this.heard = true;
    });
    // A frame over the limit, or a broken one, ends in `close` as well.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      room.queue.remove(this.lane);
      room.onGone(this);
    });
  }

  /** The first message, then both sides tell what they have. */
  greet(hello: LiveMessage): void {
    this.outbox.sendText({ key: null, text: JSON.stringify(hello) });
    this.outbox.sendResults();
    // A client that may not edit is not asked for what it has.
    if (this.access.rights.edit) this.askWhatItHas();
    const everybody = this.room.everybody();
    if (everybody) this.outbox.sendAwareness(encodeFrame({ type: "awareness", update: everybody }));
  }

  /** Asks whether it is still there; ends it when it did not answer the last time. */
  checkAlive(): void {
    if (!this.heard) {
      this.socket.terminate();
      return;
    }
    this.heard = false;
    this.socket.ping();
  }

  end(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.heard = true;
    if (!isBinary) {
      this.end(CLOSE_CODES.malformed, "text frames go one way");
      return;
    }
    this.room.queue.add(this.lane, data);
  }

  private handle(data: Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    try {
      this.act(data);
    } catch (error) {
      if (error instanceof MalformedFrame) {
        this.end(CLOSE_CODES.malformed, error.message);
      } else {
        this.room.onUnexpected(error);
        this.end(1011, "unexpected error");
      }
    }
  }

  private act(data: Uint8Array): void {
    const frame = decodeFrame(data);
    switch (frame.type) {
      case "sync-step-1":
        checkStateVector(frame.stateVector);
        this.outbox.answerSync(frame.stateVector);
        break;
      case "sync-step-2":
      case "update":
        this.edits++;
        this.edit(frame.update, frame.type === "sync-step-2");
        this.acknowledge();
        break;
      case "awareness":
        this.room.onAwareness(frame.update, this);
        break;
      case "looking":
        this.outbox.look(frame.cells === null ? null : new Set(frame.cells));
        break;
      case "widgets":
        this.askOfWidgets(frame.text, frame.buffers);
        break;
    }
  }

  private askOfWidgets(text: string, buffers: readonly Uint8Array[]): void {
    const ask = parseWidgetsAsk(text);
    if (ask.type === "watch") {
      this.outbox.watchWidgets();
      return;
    }
    if (!this.access.rights.execute) {
      this.end(CLOSE_CODES.viewOnly, "this connection may not execute");
      return;
    }
    const { id, message } = ask;
    const cellId = ask.cellId === null ? null : CellId.of(ask.cellId);
    const isSent = this.room.widgets?.send({ id, message: { ...message, buffers }, cellId }) ?? false;
    if (!isSent) this.outbox.sendFrame(frameOf({ type: "refused", id }));
  }

  /** `isAll`: it brings all that we lack of the client's. */
  private edit(update: Uint8Array, isAll: boolean): void {
    if (isEmptyUpdate(update)) {
      if (isAll) this.owes = false;
      return;
    }
    if (!this.access.rights.edit) {
      this.end(CLOSE_CODES.viewOnly, "this connection may only look on");
      return;
    }
    if (takeUpdate(this.room.doc, update, this.origin)) {
      if (isAll) this.owes = false;
      return;
    }
    this.owes = true;
    if (++this.asked > MAX_ASKED) throw new MalformedFrame("edits that build on nothing");
    this.askWhatItHas();
  }

  /** Tells the client how many of its edits are on disk; one wait at a time, for all that came until it began. */
  private acknowledge(): void {
    if (this.isAcknowledging || this.owes) return;
    this.isAcknowledging = true;
    const { edits } = this;
    this.room.durable().then(
      () => {
        this.isAcknowledging = false;
        this.outbox.sendText({
          key: "ack",
          text: JSON.stringify({ type: "ack", edits } satisfies LiveMessage),
        });
        if (this.edits > edits) this.acknowledge();
      },
      // It was closed before; the client keeps its edits and sends them again when it comes back.
      () => {},
    );
  }

  private askWhatItHas(): void {
    const stateVector = Y.encodeStateVector(this.room.doc);
    this.outbox.sendFrame(encodeFrame({ type: "sync-step-1", stateVector }));
  }
}
