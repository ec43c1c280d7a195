/**
 * Keeps a document in sync with the live channel of one notebook, through lost connections: edits made meanwhile
 * are kept and merged when it is back (Yjs sends each side only what it lacks, so nothing comes twice). Beside it, a
 * replica of what executing the cells gave.
 * Works in browser and Node; who opens the socket is injected.
 */
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import type { LiveMessage, Presence } from "../api/live.ts";
import { decodeFrame, encodeFrame, type LiveFrame } from "../api/live-frames.ts";
import type { WidgetsAsk } from "../api/widgets.ts";
import type { NotebookResults } from "../document/notebook-results.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { EditCount } from "./edit-count.ts";
import { END_BY_CODE, type EndReason, endedError } from "./end-reason.ts";
import type { LiveSocket, OpenSocket } from "./live-socket.ts";
import { applyLiveMessage, type LiveState } from "./live-state.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";
import { ResultsReplica } from "./results-replica.ts";
import { until } from "./until.ts";

/** A connection must have held this long for the next loss to count as the first. */
const STABLE_MS = 5_000;

/** A handshake that takes longer counts as failed; browsers wait for minutes. */
const CONNECT_LIMIT_MS = 15_000;

export type ConnectionState =
  | { readonly type: "connecting"; readonly attempt: number }
  /** Connected, and everything that the other side had has arrived. */
  | { readonly type: "live" }
  /** Tries again by itself at `retryAtMs`; edits are kept. */
  | { readonly type: "offline"; readonly attempt: number; readonly retryAtMs: number }
  /** For good. `no-such-notebook`: open it again by its path; `not-allowed`: sign in again; `view-only`: it edited. */
  | { readonly type: "ended"; readonly reason: EndReason };

export type WidgetsFrame = Extract<LiveFrame, { type: "widgets" }>;

export interface LiveClientOptions {
  readonly url: string;
  readonly openSocket: OpenSocket;
  /** Absent: a new one. */
  readonly doc?: Y.Doc;
  /**
   * Asked when a connection could not be opened, because a browser does not tell why. A reason ends the client,
   * null lets it try again.
   */
  readonly diagnose?: () => Promise<EndReason | null>;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

export class LiveClient {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  private readonly replica = new ResultsReplica();
  private readonly options: LiveClientOptions;
  private readonly clock: Clock;
  private readonly states = new Emitter<ConnectionState>();
  private readonly messages = new Emitter<LiveMessage>();
  private readonly widgets = new Emitter<WidgetsFrame>();
  private readonly shown = new Emitter<void>();
  private state: ConnectionState = { type: "connecting", attempt: 0 };
  private told: LiveState | null = null;
  private socket: LiveSocket | null = null;
  private isOpen = false;
  private attempt = 0;
  private liveSinceMs: number | null = null;
  private hasDocument = false;
  private isShown = false;
  private unsent = false;
  private looking: readonly string[] | null = null;
  private readonly edits = new EditCount();
  private cancelRetry: (() => void) | null = null;

  constructor(options: LiveClientOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.doc = options.doc ?? new Y.Doc();
    this.awareness = new Awareness(this.doc);
    // What it holds already may be known to nobody else.
    if (this.doc.store.clients.size > 0) this.edits.made();
    this.doc.on("update", this.onLocalUpdate);
    this.awareness.on("update", this.onLocalAwareness);
    this.connect();
  }

  /** Outputs, counts and states, as the server has them. */
  get results(): NotebookResults {
    return this.replica.results;
  }

  connection(): ConnectionState {
    return this.state;
  }

  /** What the server told so far; null before its first message. Stays as it was while offline. */
  live(): LiveState | null {
    return this.told;
  }

  /** Edits were made here while there was no connection, and the server has not got them yet. */
  hasUnsentEdits(): boolean {
    return this.unsent;
  }

  /**
   * How many edits made here the server has not yet said to be on its disk. 0: all are. They are kept in the document
   * until then, and sent again after a lost connection.
   */
  unacknowledged(): number {
    return this.edits.unacknowledged;
  }

  /** Tells `unacknowledged()` when it changes. */
  onUnacknowledged(listener: (count: number) => void): Unsubscribe {
    return this.edits.onChange(listener);
  }

  /**
   * Settles when every edit made here is on the server's disk.
   * @throws LoopbookError with the reason as code when the client ended before.
   */
  async acknowledged(): Promise<void> {
    const isDone = (): boolean => {
      if (this.edits.unacknowledged === 0) return true;
      if (this.state.type === "ended") throw endedError(this.state.reason);
      return false;
    };
    await until(isDone, [(look) => this.edits.onChange(look), (look) => this.onConnection(look)]);
  }

  onConnection(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.states.on(listener);
  }

  /** The document is here, and the results of its first cells: there is something to show. Once after each connect. */
  onShown(listener: () => void): Unsubscribe {
    if (this.isShown) listener();
    return this.shown.on(listener);
  }

  onMessage(listener: (message: LiveMessage) => void): Unsubscribe {
    return this.messages.on(listener);
  }

  /** Results of these cells are followed as they come, of others that run at their end. `null`: of all, as at first. */
  look(cells: readonly string[] | null): void {
    this.looking = cells;
    if (this.isOpen) this.sendFrame({ type: "looking", cells });
  }

  /** What `api/widgets.ts` says; of widgets only who watches them hears. */
  onWidgets(listener: (frame: WidgetsFrame) => void): Unsubscribe {
    return this.widgets.on(listener);
  }

  /** False: there is no connection now. */
  askOfWidgets(ask: WidgetsAsk, buffers: readonly Uint8Array[] = []): boolean {
    if (this.isOpen) this.sendFrame({ type: "widgets", text: JSON.stringify(ask), buffers });
    return this.isOpen;
  }

  /** Shows the others where this one is. */
  setPresence(presence: Presence | null): void {
    this.awareness.setLocalState(presence === null ? null : { ...presence });
  }

  /**
   * Settles when the document holds all that the server's holds.
   * @throws LoopbookError with the reason as code when the client ended before.
   */
  async synced(): Promise<void> {
    const isDone = (): boolean => {
      if (this.state.type === "ended") throw endedError(this.state.reason);
      return this.state.type === "live";
    };
    await until(isDone, [(look) => this.onConnection(look)]);
  }

  /** Tries at once, when the user comes back to the page or the network does. */
  retryNow(): void {
    if (this.state.type !== "offline") return;
    this.cancelRetry?.();
    this.connect();
  }

  /** Ends the connection; the document stays as it is. */
  close(): void {
    this.end("closed");
  }

  private connect(): void {
    this.attempt++;
    this.setState({ type: "connecting", attempt: this.attempt });
    let opened = false;
    const stopWaiting = this.clock.schedule(CONNECT_LIMIT_MS, () => {
      if (socket !== this.socket) return;
      this.lost(0, false);
      socket.close();
    });
    const socket = this.options.openSocket(this.replica.address(this.options.url), {
      onOpen: () => {
        stopWaiting();
        if (socket !== this.socket) return;
        opened = true;
        this.isOpen = true;
        this.greet();
      },
      onMessage: (data) => {
        if (socket === this.socket) this.receiveOrLeave(data, socket);
      },
      onClose: (code) => {
        stopWaiting();
        if (socket === this.socket) this.lost(code, opened);
      },
    });
    this.socket = socket;
  }

  private greet(): void {
    this.sendFrame({ type: "sync-step-1", stateVector: Y.encodeStateVector(this.doc) });
    if (this.looking !== null) this.sendFrame({ type: "looking", cells: this.looking });
    // Said anew with a higher clock: the others may have heard that this one left.
    this.awareness.setLocalState(this.awareness.getLocalState());
  }

  /** What cannot be read comes from something that is no Loopbook server, or from another version of it. */
  private receiveOrLeave(data: string | Uint8Array, socket: LiveSocket): void {
    try {
      this.receive(data);
    } catch {
      this.lost(0, true);
      socket.close();
    }
  }

  private receive(data: string | Uint8Array): void {
    if (typeof data === "string") {
      const told = JSON.parse(data) as LiveMessage | readonly LiveMessage[];
      for (const message of "length" in told ? told : [told]) this.hear(message);
      return;
    }
    const frame = decodeFrame(data);
    switch (frame.type) {
      case "sync-step-1":
        // Edits that it lacks, those made offline among them.
        this.edits.sent();
        this.sendFrame({ type: "sync-step-2", update: Y.encodeStateAsUpdate(this.doc, frame.stateVector) });
        this.unsent = false;
        break;
      case "sync-step-2":
        Y.applyUpdate(this.doc, frame.update, this);
        this.hasDocument = true;
        this.becomeLive();
        break;
      case "update":
        Y.applyUpdate(this.doc, frame.update, this);
        break;
      case "awareness":
        applyAwarenessUpdate(this.awareness, frame.update, this);
        break;
      case "widgets":
        this.widgets.emit(frame);
        break;
    }
  }

  private hear(message: LiveMessage): void {
    switch (message.type) {
      case "ack":
        this.edits.acknowledge(message.edits);
        break;
      case "results":
      case "results-state":
        this.replica.receive(message);
        this.becomeLive();
        break;
      default:
        this.told = applyLiveMessage(this.told, message);
        this.messages.emit(message);
    }
  }

  private becomeLive(): void {
    if (!this.hasDocument) return;
    if (this.replica.isBegun && !this.isShown) {
      this.isShown = true;
      this.shown.emit();
    }
    if (!this.replica.isWhole) return;
    this.liveSinceMs ??= this.clock.now();
    this.setState({ type: "live" });
  }

  private lost(code: number, opened: boolean): void {
    this.disconnect();
    const reason = END_BY_CODE.get(code);
    const { diagnose } = this.options;
    if (reason) this.end(reason);
    else if (opened || !diagnose) this.retryLater();
    else this.diagnosed(diagnose());
  }

  private diagnosed(diagnosis: Promise<EndReason | null>): void {
    const attempt = this.attempt;
    // Somebody may have closed it, or asked to try at once, while the answer was on its way.
    const decide = (found: EndReason | null): void => {
      if (this.attempt !== attempt || this.state.type !== "connecting") return;
      if (found) this.end(found);
      else this.retryLater();
    };
    diagnosis.then(decide, () => decide(null));
  }

  private retryLater(): void {
    const delayMs = reconnectDelayMs(this.attempt, (this.options.random ?? Math.random)());
    this.cancelRetry = this.clock.schedule(delayMs, () => this.connect());
    this.setState({ type: "offline", attempt: this.attempt, retryAtMs: this.clock.now() + delayMs });
  }

  private end(reason: EndReason): void {
    if (this.state.type === "ended") return;
    this.cancelRetry?.();
    if (this.isOpen && this.awareness.getLocalState() !== null) this.awareness.setLocalState(null);
    this.doc.off("update", this.onLocalUpdate);
    this.awareness.off("update", this.onLocalAwareness);
    const { socket } = this;
    this.disconnect();
    // Its `onClose` stops what waits for it.
    socket?.close();
    this.awareness.destroy();
    this.setState({ type: "ended", reason });
  }

  /** Nobody else is here as far as this one knows. */
  private disconnect(): void {
    const held = this.liveSinceMs === null ? 0 : this.clock.now() - this.liveSinceMs;
    if (held >= STABLE_MS) this.attempt = 0;
    this.liveSinceMs = null;
    this.hasDocument = false;
    this.isShown = false;
    // Edits whose forerunners were still to come. The server may have lost both; what it kept it sends again.
    this.doc.store.pendingStructs = null;
    this.doc.store.pendingDs = null;
    this.replica.connectionLost();
    this.edits.connectionLost();
    this.isOpen = false;
    this.socket = null;
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    // Else they would be taken for known when the server tells of them again.
    for (const id of others) this.awareness.meta.delete(id);
  }

  private sendFrame(frame: LiveFrame): void {
    if (this.isOpen) this.socket?.send(encodeFrame(frame));
  }

  private sendAwareness(): void {
    this.sendFrame({ type: "awareness", update: encodeAwarenessUpdate(this.awareness, [this.doc.clientID]) });
  }

  private setState(state: ConnectionState): void {
    if (state.type === "live" && this.state.type === "live") return;
    this.state = state;
    this.states.emit(state);
  }

  private readonly onLocalUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.edits.made();
    // A connection that may only look on would be ended for it.
    if (this.isOpen && this.told?.rights.edit !== false) {
      this.edits.sent();
      this.sendFrame({ type: "update", update });
    } else this.unsent = true;
  };

  private readonly onLocalAwareness = (
    changes: { readonly added: number[]; readonly updated: number[]; readonly removed: number[] },
    origin: unknown,
  ): void => {
    if (origin === this) return;
    const own = [changes.added, changes.updated, changes.removed].some((ids) =>
      ids.includes(this.doc.clientID),
    );
    if (own) this.sendAwareness();
  };
}
