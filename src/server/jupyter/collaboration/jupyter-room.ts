/**
 * The room in which Jupyter's own clients share one open notebook: its Jupyter form, kept equal to the live notebook
 * by a bridge, and who is there. It is made when the first of them comes and thrown away, tombstones and all, when
 * nobody has been here for long; a client that comes back after that is told to load the notebook anew.
 */
import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { toJupyterState, toPageState } from "../../../api/jupyter-presence.ts";
import { decodeAwareness, encodeAwareness, encodeFrame } from "../../../api/live-frames.ts";
import type { OutputEdit } from "../../../document/edits.ts";
import { type Bridge, bridge, projectNotebook } from "../../../document/jupyter/bridge.ts";
import { JupyterDocument } from "../../../document/jupyter/jupyter-document.ts";
import type { EditOrigin } from "../../../document/live-notebook.ts";
import { storedOf } from "../../../document/output-face.ts";
import type { Output } from "../../../nbformat/notebook.ts";
import type { Access } from "../../../people/access.ts";
import type { NotebookSession } from "../../../usecases/notebook-session.ts";
import type { PresenceRoom } from "../../../usecases/presence-room.ts";
import type { Clock } from "../../../util/clock.ts";
import type { Unsubscribe } from "../../../util/emitter.ts";
import type { CellId } from "../../../util/ids.ts";
import { AwarenessRelay } from "../../rooms/awareness-relay.ts";
import type { FairQueue } from "../../rooms/fair-queue.ts";
import { type CloseReason, refused, sessionIsOver } from "./close-reasons.ts";
import { type ConnectionRoom, JupyterConnection } from "./jupyter-connection.ts";
import { RecentClients } from "./recent-clients.ts";

const MAX_CONNECTIONS = 200;
const FACTS = "facts";
/** Longer than an edit takes to make the notebook unsaved, shorter than anybody wonders. */
const FACTS_AFTER_MS = 1_000;
/** Many cursors in one text. */
const MAX_STATE_BYTES = 16 * 1024;

export interface JupyterRoomOptions {
  readonly session: NotebookSession;
  /** Who has the notebook open on our own page. */
  readonly people: PresenceRoom;
  readonly clock: Clock;
  readonly queue: FairQueue;
  /** Of the notebook's file, relative to the folder that is shown. */
  shownPath(): string;
  onUnexpected(error: unknown): void;
  /** Somebody left; `isEmpty`: it was the last one. */
  onLeft(isEmpty: boolean): void;
  /** The notebook was closed. */
  onEnd(): void;
}

export class JupyterRoom implements ConnectionRoom {
  /** Of this very document. A client that had another one would bring all of its cells along. */
  readonly sessionId = randomUUID();
  readonly doc = new Y.Doc();
  readonly queue: FairQueue;
  readonly session: NotebookSession;
  private readonly options: JupyterRoomOptions;
  private readonly jupyter: JupyterDocument;
  private readonly bridge: Bridge;
  private readonly connections = new Set<JupyterConnection>();
  private readonly relay = new AwarenessRelay(MAX_STATE_BYTES);
  /** Clients of our pages that were told of here. */
  private readonly heard = new RecentClients();
  private readonly stops: Unsubscribe[];
  /** Cells whose results a client's own execution writes. */
  private readonly executing = new Map<CellId, unknown>();
  private updates: { readonly update: Uint8Array; readonly origin: unknown }[] = [];
  private turn: NodeJS.Immediate | null = null;
  private state: Uint8Array | null = null;
  private cancelFacts: (() => void) | null = null;

  constructor(options: JupyterRoomOptions) {
    const { session, people, queue, clock } = options;
    this.options = options;
    this.session = session;
    this.queue = queue;
    session.keep();
    const { live, outputs } = session;
    this.jupyter = new JupyterDocument(this.doc);
    projectNotebook(live, this.jupyter, "seed");
    this.jupyter.state.set("file_id", session.id);
    this.tellFacts();
    this.bridge = bridge({
      live,
      jupyter: this.jupyter,
      authorOf: (origin) => this.connectionOf(origin)?.origin ?? { type: "remote", label: "jupyter" },
      results: {
        mayTake: (id, origin) => this.mayTake(id, origin),
        take: (id, edits, origin) => this.take(id, edits, origin),
        ...(outputs && { whole: (faces) => (faces.some(isFace) ? outputs.whole(faces) : null) }),
      },
      clock,
    });
    this.jupyter.state.observe(this.onState);
    this.doc.on("update", this.onUpdate);
    live.doc.on("destroy", this.onDestroy);
    this.stops = [
      people.onPresence((update) => this.onPeople(update)),
      session.on((event) => {
        if (event.type === "save" || event.type === "path") this.tellFacts();
      }),
    ];
  }

  get size(): number {
    return this.connections.size;
  }

  /** Whether this client of our own room is one of Jupyter's, which came over from here. */
  isTheirs(clientId: number): boolean {
    return this.relay.knows(clientId);
  }

  join(socket: WebSocket, access: Access): void {
    if (this.connections.size >= MAX_CONNECTIONS) {
      const { code, reason } = refused("Too many have this notebook open.");
      socket.close(code, reason);
      return;
    }
    const connection = new JupyterConnection(socket, access, this);
    this.connections.add(connection);
    connection.greet();
  }

  checkAlive(): void {
    for (const connection of this.connections) connection.checkAlive();
  }

  close(reason: CloseReason): void {
    for (const connection of this.connections) connection.end(reason);
    for (const stop of this.stops) stop();
    this.doc.off("update", this.onUpdate);
    this.session.live.doc.off("destroy", this.onDestroy);
    this.cancelFacts?.();
    this.bridge.close();
    this.jupyter.close();
    if (this.turn) clearImmediate(this.turn);
    this.doc.destroy();
  }

  /** Jupyter's clients, and whoever is on our page. */
  everybody(): Uint8Array | null {
    const people = this.options.people.everybody();
    const entries = [this.relay.everybody(), people && this.asJupyter(people)].flatMap((update) =>
      update ? decodeAwareness(update) : [],
    );
    return entries.length > 0 ? encodeAwareness(entries) : null;
  }

  fullState(): Uint8Array {
    this.state ??= Y.encodeStateAsUpdate(this.doc);
    return this.state;
  }

  onAwareness(update: Uint8Array, from: JupyterConnection): void {
    // They repeat what they hear; whoever is on our pages speaks for themselves.
    const theirs = decodeAwareness(update).filter(({ clientId }) => !this.heard.has(clientId));
    const news = this.relay.receive(encodeAwareness(theirs), from, from.access.party);
    if (!news) return;
    this.tellPresence(news, from);
    const { party } = from.access;
    const places = { live: this.session.live, jupyter: this.jupyter };
    const entries = decodeAwareness(news).flatMap((entry) => {
      const state = entry.state === "null" ? "null" : toPageState(entry.state, party, places);
      return state === null ? [] : [{ ...entry, state }];
    });
    if (entries.length > 0) this.options.people.announce(from, party, encodeAwareness(entries));
  }

  async save(): Promise<boolean> {
    const { type } = await this.session.save();
    return type === "saved";
  }

  onGone(connection: JupyterConnection): void {
    this.connections.delete(connection);
    const news = this.relay.leave(connection);
    if (news) this.tellPresence(news, connection);
    this.options.people.withdraw(connection);
    this.endExecutionsOf(connection);
    this.options.onLeft(this.connections.size === 0);
  }

  onUnexpected(error: unknown): void {
    this.options.onUnexpected(error);
  }

  /**
   * A client that may execute runs cells over its own connection to the kernel, and writes what comes back itself.
   * While we run the cell, and for all others, what stands there is ours.
   */
  private mayTake(id: CellId, origin: unknown): boolean {
    const connection = this.connectionOf(origin);
    const state = this.session.executions().get(id)?.state;
    return connection?.access.rights.execute === true && state !== "queued" && state !== "running";
  }

  private take(id: CellId, edits: readonly OutputEdit[], origin: unknown): void {
    const connection = this.connectionOf(origin);
    if (!connection) return;
    const { live } = this.session;
    live.write(edits, connection.origin);
    if (live.cell(id)?.executionState === "running") this.executing.set(id, connection);
    else this.executing.delete(id);
  }

  /** Nobody is left to say that they ended. */
  private endExecutionsOf(connection: JupyterConnection): void {
    this.bridge.flush();
    const ended: OutputEdit[] = [];
    for (const [id, by] of this.executing) {
      if (by !== connection) continue;
      this.executing.delete(id);
      const isOurs = this.session.executions().get(id)?.state === "running";
      if (!isOurs) ended.push({ type: "end-execution", id, executionCount: null });
    }
    if (ended.length > 0)
      this.session.live.write(ended, { type: "file", label: "room" } satisfies EditOrigin);
  }

  private connectionOf(origin: unknown): JupyterConnection | undefined {
    for (const connection of this.connections) if (connection.origin === origin) return connection;
    return undefined;
  }

  /** JupyterLab notes down that a document is unsaved whatever it writes there, and leaves it to us to say it is not. */
  private readonly onState = (_event: unknown, { origin }: Y.Transaction): void => {
    if (origin === FACTS) return;
    this.cancelFacts ??= this.options.clock.schedule(FACTS_AFTER_MS, () => {
      this.cancelFacts = null;
      this.tellFacts();
    });
  };

  /** Where the file is, and whether all is in it. */
  private tellFacts(): void {
    const { state } = this.jupyter;
    const facts = { path: this.options.shownPath(), dirty: this.session.saveState().type !== "saved" };
    this.doc.transact(() => {
      for (const [key, value] of Object.entries(facts)) if (state.get(key) !== value) state.set(key, value);
    }, FACTS);
  }

  private onPeople(update: Uint8Array): void {
    const news = this.asJupyter(update);
    if (news) this.tellPresence(news, null);
  }

  /** Of our pages' states those that Jupyter's clients are to see; their own, which came over, are known there. */
  private asJupyter(update: Uint8Array): Uint8Array | null {
    const places = { live: this.session.live, jupyter: this.jupyter };
    const entries = decodeAwareness(update).flatMap((entry) => {
      if (this.relay.knows(entry.clientId)) return [];
      this.heard.add(entry.clientId);
      const state = entry.state === "null" ? "null" : toJupyterState(entry.state, places);
      return state === null ? [] : [{ ...entry, state }];
    });
    return entries.length > 0 ? encodeAwareness(entries) : null;
  }

  private tellPresence(update: Uint8Array, from: JupyterConnection | null): void {
    const frame = encodeFrame({ type: "awareness", update });
    for (const connection of this.connections) {
      if (connection !== from) connection.outbox.sendAwareness(frame);
    }
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    this.state = null;
    if (this.connections.size === 0) return;
    this.updates.push({ update, origin });
    this.turn ??= setImmediate(() => {
      this.turn = null;
      this.flush();
    });
  };

  private flush(): void {
    const { updates } = this;
    this.updates = [];
    const all = frameOf(updates.map(({ update }) => update));
    const authors = new Set(updates.map(({ origin }) => origin));
    for (const connection of this.connections) {
      const { origin: own } = connection;
      const others = authors.has(own)
        ? frameOf(updates.filter(({ origin }) => origin !== own).map(({ update }) => update))
        : all;
      connection.outbox.sendTurn(others, null, []);
    }
  }

  private readonly onDestroy = (): void => {
    this.close(sessionIsOver(this.sessionId));
    this.options.onEnd();
  };
}

function frameOf(updates: readonly Uint8Array[]): Uint8Array | null {
  const [first, ...more] = updates;
  if (first === undefined) return null;
  const update = more.length === 0 ? first : Y.mergeUpdates([first, ...more]);
  return encodeFrame({ type: "update", update });
}

const isFace = (output: Output): boolean => storedOf(output) !== null;
