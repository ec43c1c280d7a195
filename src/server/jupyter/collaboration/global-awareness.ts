/**
 * JupyterLab's list of who is on the server and which document they look at: the room `JupyterLab:globalAwareness`,
 * which has no document. Whoever has a notebook open on our own page is in it beside JupyterLab's users.
 */
import type { WebSocket } from "ws";
import {
  type AwarenessEntry,
  decodeAwareness,
  decodeFrame,
  encodeAwareness,
  encodeFrame,
  MalformedFrame,
} from "../../../api/live-frames.ts";
import type { Access } from "../../../people/access.ts";
import { AwarenessRelay } from "../../rooms/awareness-relay.ts";
import { BROKEN_FRAME, type CloseReason, refused } from "./close-reasons.ts";
import { decodeRaw } from "./raw-messages.ts";
import { RecentClients } from "./recent-clients.ts";

const MAX_CONNECTIONS = 500;
const MAX_STATE_BYTES = 16 * 1024;
/** Unsent bytes from which a client is left out until it has read; the next renewal (15 s) reaches it. */
const HIGH_WATER_BYTES = 256 * 1024;

export class GlobalAwareness {
  private readonly relay = new AwarenessRelay(MAX_STATE_BYTES);
  private readonly heard = new RecentClients();
  private readonly sockets = new Map<WebSocket, { heard: boolean }>();
  private readonly ours: () => readonly AwarenessEntry[];
  private readonly onUnexpected: (error: unknown) => void;

  /** @param ours whoever is on our own pages, as Jupyter's clients see them. */
  constructor(ours: () => readonly AwarenessEntry[], onUnexpected: (error: unknown) => void) {
    this.ours = ours;
    this.onUnexpected = onUnexpected;
  }

  join(socket: WebSocket, access: Access): void {
    if (this.sockets.size >= MAX_CONNECTIONS) {
      const { code, reason } = refused("Too many are connected.");
      socket.close(code, reason);
      return;
    }
    const state = { heard: true };
    this.sockets.set(socket, state);
    const theirs = this.relay.everybody();
    const ours = this.ours();
    for (const { clientId } of ours) this.heard.add(clientId);
    const entries = [...(theirs ? decodeAwareness(theirs) : []), ...ours];
    if (entries.length > 0) this.send(socket, encodeAwareness(entries));
    socket.on("message", (data) => {
      state.heard = true;
      this.receive(socket, data as Buffer, access);
    });
    socket.on("pong", () => {
      state.heard = true;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.sockets.delete(socket);
      const news = this.relay.leave(socket);
      if (news) this.tell(news, socket);
    });
  }

  /** Tells of somebody on our own pages. */
  show(entries: readonly AwarenessEntry[]): void {
    for (const { clientId } of entries) this.heard.add(clientId);
    if (entries.length > 0) this.tell(encodeAwareness(entries), null);
  }

  checkAlive(): void {
    for (const [socket, state] of this.sockets) {
      if (!state.heard) socket.terminate();
      state.heard = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  close({ code, reason }: CloseReason): void {
    for (const socket of this.sockets.keys()) socket.close(code, reason);
  }

  private receive(socket: WebSocket, data: Uint8Array, access: Access): void {
    try {
      if (decodeRaw(data)) return;
      const frame = decodeFrame(data);
      // There is no document to be in sync with.
      if (frame.type !== "awareness") return;
      // They repeat what they hear; whoever is on our pages speaks for themselves.
      const theirs = decodeAwareness(frame.update).filter(({ clientId }) => !this.heard.has(clientId));
      const news = this.relay.receive(encodeAwareness(theirs), socket, access.party);
      if (news) this.tell(news, socket);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) this.onUnexpected(error);
      socket.close(BROKEN_FRAME.code, BROKEN_FRAME.reason);
    }
  }

  private tell(update: Uint8Array, from: WebSocket | null): void {
    for (const socket of this.sockets.keys()) if (socket !== from) this.send(socket, update);
  }

  private send(socket: WebSocket, update: Uint8Array): void {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER_BYTES)
      socket.send(encodeFrame({ type: "awareness", update }));
  }
}
