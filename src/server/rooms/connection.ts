/** One client of a room: its socket, its rights, what it says and what it is sent. */
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { CLOSE_CODES, type LiveMessage } from "../../api/live.ts";
import { decodeFrame, encodeFrame, MalformedFrame } from "../../api/live-frames.ts";
import type { EditOrigin } from "../../document/live-notebook.ts";
import type { Access } from "../../people/access.ts";
import { partyLabel } from "../../people/party.ts";
import { Outbox } from "./outbox.ts";

/** What a connection needs of its room. */
export interface ConnectionRoom {
  readonly doc: Y.Doc;
  everybody(): Uint8Array | null;
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
  private heard = true;

  constructor(socket: WebSocket, access: Access, room: ConnectionRoom) {
    this.socket = socket;
    this.access = access;
    this.room = room;
    this.origin = { type: "remote", label: partyLabel(access.party) };
    this.outbox = new Outbox({
      sink: socket,
      doc: room.doc,
      everybody: () => room.everybody(),
      onOverflow: () => this.end(CLOSE_CODES.tooSlow, "too far behind"),
    });
    socket.on("message", (data, isBinary) => this.receive(data as Buffer, isBinary));
    socket.on("pong", () => {
      this.heard = true;
    });
    // A frame over the limit, or a broken one, ends in `close` as well.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => room.onGone(this));
  }

  /** The first message, then both sides tell what they have. */
  greet(hello: LiveMessage): void {
    this.outbox.sendText({ key: null, text: JSON.stringify(hello) });
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
        malformedUnless(() => Y.decodeStateVector(frame.stateVector));
        this.outbox.answerSync(frame.stateVector);
        break;
      case "sync-step-2":
      case "update":
        this.edit(frame.update);
        break;
      case "awareness":
        this.room.onAwareness(frame.update, this);
        break;
    }
  }

  private edit(update: Uint8Array): void {
    if (isEmptyUpdate(update)) return;
    if (!this.access.rights.edit) {
      this.end(CLOSE_CODES.viewOnly, "this connection may only look on");
      return;
    }
    // Read as a whole before any of it is applied, so that half an update never is.
    malformedUnless(() => Y.decodeUpdate(update));
    Y.applyUpdate(this.room.doc, update, this.origin);
    // Part of it builds on edits that never came (a client that lost some): ask for what it has.
    if (this.room.doc.store.pendingStructs) this.askWhatItHas();
  }

  private askWhatItHas(): void {
    const stateVector = Y.encodeStateVector(this.room.doc);
    this.outbox.sendFrame(encodeFrame({ type: "sync-step-1", stateVector }));
  }
}

/** No structs and no deletions: what a client answers that has nothing new. */
function isEmptyUpdate(update: Uint8Array): boolean {
  return update.length === 2 && update[0] === 0 && update[1] === 0;
}

function malformedUnless(read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw new MalformedFrame("an update that cannot be read", { cause });
  }
}
