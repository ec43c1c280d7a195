/** One Jupyter client of a room: its socket, its rights, what it says and what it is sent. Bounded as our own pages are. */
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { decodeFrame, encodeFrame, MalformedFrame } from "../../../api/live-frames.ts";
import type { EditOrigin } from "../../../document/live-notebook.ts";
import type { Access } from "../../../people/access.ts";
import { originOf } from "../../../usecases/edit-origin.ts";
import { type FairQueue, Lane } from "../../rooms/fair-queue.ts";
import { Outbox } from "../../rooms/outbox.ts";
import { checkStateVector, isEmptyUpdate, takeUpdate } from "../../rooms/take-update.ts";
import { BROKEN_FRAME, type CloseReason, refused } from "./close-reasons.ts";
import { decodeRaw, encodeSaveReply } from "./raw-messages.ts";

const MAX_ASKED = 8;

/** What a connection needs of its room. */
export interface ConnectionRoom {
  readonly doc: Y.Doc;
  readonly queue: FairQueue;
  everybody(): Uint8Array | null;
  fullState(): Uint8Array;
  onAwareness(update: Uint8Array, from: JupyterConnection): void;
  /** False: it could not be saved. */
  save(): Promise<boolean>;
  onGone(connection: JupyterConnection): void;
  onUnexpected(error: unknown): void;
}

export class JupyterConnection {
  readonly access: Access;
  readonly outbox: Outbox;
  /** Origin of its transactions in the Jupyter document, and author of what they become in the live notebook. */
  readonly origin: EditOrigin;
  private readonly socket: WebSocket;
  private readonly room: ConnectionRoom;
  private readonly lane: Lane;
  private heard = true;
  private asked = 0;

  constructor(socket: WebSocket, access: Access, room: ConnectionRoom) {
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
      everybody: () => room.everybody(),
      fullState: () => room.fullState(),
      onOverflow: () => socket.terminate(),
    });
    socket.on("message", (data, isBinary) => this.receive(data as Buffer, isBinary));
    socket.on("pong", () => {
      this.heard = true;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      room.queue.remove(this.lane);
      room.onGone(this);
    });
  }

  /** Both sides tell what they have. */
  greet(): void {
    if (this.access.rights.edit) this.askWhatItHas();
    const everybody = this.room.everybody();
    if (everybody) this.outbox.sendAwareness(encodeFrame({ type: "awareness", update: everybody }));
  }

  checkAlive(): void {
    if (!this.heard) {
      this.socket.terminate();
      return;
    }
    this.heard = false;
    this.socket.ping();
  }

  end({ code, reason }: CloseReason): void {
    this.socket.close(code, reason);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.heard = true;
    if (isBinary) this.room.queue.add(this.lane, data);
    else this.end(BROKEN_FRAME);
  }

  private handle(data: Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    try {
      this.act(data);
    } catch (error) {
      if (error instanceof MalformedFrame) this.end(BROKEN_FRAME);
      else {
        this.room.onUnexpected(error);
        this.end({ code: 1011, reason: "unexpected error" });
      }
    }
  }

  private act(data: Uint8Array): void {
    const raw = decodeRaw(data);
    if (raw) {
      if (raw.type === "save") this.save(raw.id);
      return;
    }
    const frame = decodeFrame(data);
    switch (frame.type) {
      case "sync-step-1":
        checkStateVector(frame.stateVector);
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
    // What somebody who may only look on writes stays on their side: JupyterLab notes things in a document that it
    // opens, and so cannot be ended for it.
    if (!this.access.rights.edit || isEmptyUpdate(update)) return;
    if (takeUpdate(this.room.doc, update, this.origin)) return;
    if (++this.asked > MAX_ASKED) this.end(refused("These edits build on edits that were never sent."));
    else this.askWhatItHas();
  }

  private save(id: number): void {
    const { edit } = this.access.rights;
    const saved = edit ? this.room.save() : Promise.resolve(false);
    saved
      .catch((error: unknown) => {
        this.room.onUnexpected(error);
        return false;
      })
      .then((ok) => this.outbox.sendFrame(encodeSaveReply(id, ok ? "success" : "failed")));
  }

  private askWhatItHas(): void {
    const stateVector = Y.encodeStateVector(this.room.doc);
    this.outbox.sendFrame(encodeFrame({ type: "sync-step-1", stateVector }));
  }
}
