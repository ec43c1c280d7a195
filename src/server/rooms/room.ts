/**
 * The live room of one open notebook: passes edits, presence and what happens (kernel, executions, run, saving)
 * between everybody who has it open. People's edits of one event-loop turn go out together at its end, merged. So do results,
 * then the messages that speak of them, so that whoever hears "done" has every output; when there is always something
 * to tell, at a pace.
 */
import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { CLOSE_CODES, type LiveMessage } from "../../api/live.ts";
import { encodeFrame } from "../../api/live-frames.ts";
import type { NotebookResults, WrittenResults } from "../../document/notebook-results.ts";
import type { Access } from "../../people/access.ts";
import type { Party } from "../../people/party.ts";
import type { Questions } from "../../review/question.ts";
import type { RunSnapshot } from "../../runs/run.ts";
import type { TelemetryStore } from "../../telemetry/telemetry-store.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import type { NotebookSession, SessionEvent } from "../../usecases/notebook-session.ts";
import type { NotebookWidgets } from "../../usecases/notebook-widgets.ts";
import type { PresenceRoom } from "../../usecases/presence-room.ts";
import type { Clock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import type { CellId } from "../../util/ids.ts";
import { AwarenessRelay } from "./awareness-relay.ts";
import { Connection, type ConnectionRoom } from "./connection.ts";
import type { FairQueue } from "./fair-queue.ts";
import { Latest } from "./latest.ts";
import { helloMessage, liveMessageOf, messageKey } from "./messages.ts";
import type { OutgoingText } from "./outbox.ts";
import { Pace } from "./pace.ts";
import { followQuestions } from "./question-news.ts";
import type { ResultsTurn } from "./results-feed.ts";
import { WidgetNews } from "./widget-news.ts";

/** A page redraws a run's bar no quicker than 20 times a second. */
const RUN_INTERVAL_MS = 50;
/** Of one notebook; the next is told to try again later. */
const MAX_CONNECTIONS = 200;

export interface RoomOptions {
  readonly session: NotebookSession;
  readonly clock: Clock;
  readonly queue: FairQueue;
  readonly questions?: Pick<Questions, "onChange"> | undefined;
  readonly telemetry?: Pick<TelemetryStore, "onChange"> | undefined;
  /** As in `NotebookView`. */
  shownPath(): string | null;
  onUnexpected(error: unknown): void;
  /** The document is gone; so is the room. */
  onEnd(): void;
}

export class Room implements ConnectionRoom, PresenceRoom {
  readonly doc: Y.Doc;
  readonly results: NotebookResults;
  readonly epoch = randomUUID();
  readonly queue: FairQueue;
  readonly widgets: NotebookWidgets | undefined;
  private readonly widgetNews: WidgetNews | null;
  private readonly options: RoomOptions;
  private readonly connections = new Set<Connection>();
  private readonly relay = new AwarenessRelay();
  private readonly presences = new Emitter<Uint8Array>();
  private readonly subscriptions: Unsubscribe[];
  private readonly runs: Latest<RunSnapshot>;
  private run: { readonly live: LiveRun; readonly stop: Unsubscribe } | null = null;
  private updates: { readonly update: Uint8Array; readonly origin: unknown }[] = [];
  private writes: WrittenResults[] = [];
  /** By key, the newest; messages that none replaces have keys of their own. */
  private texts = new Map<string | symbol, LiveMessage>();
  private turn: NodeJS.Immediate | null = null;
  private readonly pace = new Pace();
  private isTellingDue = false;
  private cancelTelling: Unsubscribe | null = null;
  /** Until the document changes. */
  private state: Uint8Array | null = null;

  constructor(options: RoomOptions) {
    this.options = options;
    options.session.keep();
    this.doc = options.session.live.doc;
    this.results = options.session.live.results;
    this.queue = options.queue;
    this.widgets = options.session.widgets;
    this.widgetNews = this.widgets
      ? new WidgetNews({
          widgets: this.widgets,
          clock: options.clock,
          isHeard: () => [...this.connections].some(({ outbox }) => outbox.watchesWidgets),
          tell: (turn) => {
            for (const { outbox } of this.connections) outbox.sendWidgets(turn);
          },
        })
      : null;
    this.runs = new Latest(RUN_INTERVAL_MS, (run) => this.tell({ type: "run", run }), options.clock);
    this.doc.on("update", this.onUpdate);
    this.doc.on("destroy", this.onDestroy);
    this.subscriptions = [
      options.session.on((event) => this.onEvent(event)),
      this.results.onWrite((written) => this.onWrite(written)),
      options.session.comments?.onChange((thread) => this.tell({ type: "comments", thread })) ?? (() => {}),
      followQuestions({
        questions: options.questions,
        notebookId: options.session.id,
        clock: options.clock,
        tell: (message) => this.tell(message),
      }),
      options.telemetry?.onChange(({ runId, revision }) => {
        if (this.run?.live.id === runId) this.tell({ type: "telemetry", runId, revision });
      }) ?? (() => {}),
    ];
  }

  get size(): number {
    return this.connections.size;
  }

  parties(): readonly Party[] {
    return [...this.connections].map(({ access }) => access.party);
  }

  cellIds(): readonly CellId[] {
    return this.options.session.live.cellIds();
  }

  /** @param hasResults what the client says that it knows of the results. */
  join(socket: WebSocket, access: Access, hasResults: string | null = null): void {
    if (this.connections.size >= MAX_CONNECTIONS) {
      socket.close(CLOSE_CODES.tooMany, "too many connections");
      return;
    }
    const connection = new Connection(socket, access, this, hasResults);
    this.connections.add(connection);
    const run = this.run?.live.snapshot() ?? null;
    connection.greet(helloMessage(this.options.session, access, this.options.shownPath(), run));
  }

  /** Shows this run from now on, until another comes. Its last state stays for those who come later. */
  show(live: LiveRun): void {
    if (this.run?.live === live) return;
    this.run?.stop();
    this.run = { live, stop: live.onChange((run) => this.runs.push(run)) };
    this.runs.push(live.snapshot());
    void live.ended.then((run) => {
      if (this.run?.live !== live) return;
      this.runs.push(run);
      this.runs.flush();
    });
  }

  /** Ends the connections of those for whom this is true. */
  endThose(isOut: (access: Access) => boolean, code: number, reason: string): void {
    for (const connection of this.connections) if (isOut(connection.access)) connection.end(code, reason);
  }

  checkAlive(): void {
    for (const connection of this.connections) connection.checkAlive();
  }

  /** Ends every connection with this code. */
  close(code: number, reason: string): void {
    for (const connection of this.connections) connection.end(code, reason);
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.widgetNews?.close();
    this.run?.stop();
    this.runs.stop();
    this.doc.off("update", this.onUpdate);
    this.doc.off("destroy", this.onDestroy);
    if (this.turn) clearImmediate(this.turn);
    this.cancelTelling?.();
  }

  everybody(): Uint8Array | null {
    return this.relay.everybody();
  }

  fullState(): Uint8Array {
    this.state ??= Y.encodeStateAsUpdate(this.doc);
    return this.state;
  }

  durable(): Promise<void> {
    return this.options.session.durable();
  }

  onAwareness(update: Uint8Array, from: Connection): void {
    const { party, share } = from.access;
    this.announce(from, party, update, share !== undefined);
  }

  onGone(connection: Connection): void {
    this.connections.delete(connection);
    this.withdraw(connection);
  }

  announce(owner: object, party: Party, update: Uint8Array, isNamed = false): void {
    const news = this.relay.receive(update, owner, party, isNamed);
    if (news) this.tellPresence(news, owner);
  }

  withdraw(owner: object): void {
    const news = this.relay.leave(owner);
    if (news) this.tellPresence(news, owner);
  }

  onPresence(listener: (update: Uint8Array) => void): Unsubscribe {
    return this.presences.on(listener);
  }

  onUnexpected(error: unknown): void {
    this.options.onUnexpected(error);
  }

  private tellPresence(update: Uint8Array, from: object): void {
    this.presences.emit(update);
    const frame = encodeFrame({ type: "awareness", update });
    for (const connection of this.connections) {
      if (connection !== from) connection.outbox.sendAwareness(frame);
    }
  }

  private onEvent(event: SessionEvent): void {
    if (event.type === "execution" && event.execution.state === "queued") {
      if (event.execution.by.kind === "person") this.hurry();
    }
    this.tell(liveMessageOf(event, this.options.shownPath));
  }

  /** What waits for its turn goes out now, too: what is next would come behind it. */
  private hurry(): void {
    this.pace.hurry();
    if (!this.cancelTelling) return;
    this.cancelTelling();
    this.cancelTelling = null;
    this.tellSoon();
  }

  private tell(message: LiveMessage): void {
    if (this.connections.size === 0) return;
    const key = messageKey(message) ?? Symbol();
    this.texts.delete(key);
    this.texts.set(key, message);
    this.tellSoon();
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    this.state = null;
    if (this.connections.size === 0) return;
    this.updates.push({ update, origin });
    // What a pipeline notes cell by cell comes with its results; what somebody types comes at once, with all before it.
    if (isOfRun(origin)) this.tellSoon();
    else this.endTurn();
  };

  private onWrite(written: WrittenResults): void {
    if (this.connections.size === 0) return;
    this.writes.push(written);
    this.tellSoon();
  }

  private tellSoon(): void {
    if (this.isTellingDue || this.cancelTelling) return;
    const { clock } = this.options;
    const delayMs = this.pace.take(clock.now());
    if (delayMs > 0) {
      this.cancelTelling = clock.schedule(delayMs, () => {
        this.cancelTelling = null;
        this.tellSoon();
      });
      return;
    }
    this.isTellingDue = true;
    this.endTurn();
  }

  private readonly onDestroy = (): void => {
    this.close(CLOSE_CODES.noSuchNotebook, "the notebook was closed");
    this.options.onEnd();
  };

  private endTurn(): void {
    this.turn ??= setImmediate(() => {
      this.turn = null;
      this.flush();
    });
  }

  private takeNews(): News {
    this.isTellingDue = false;
    const results = turnOf(this.writes);
    const texts = [...this.texts].map(([key, message]) => ({
      key: typeof key === "string" ? key : null,
      text: JSON.stringify(message),
    }));
    this.writes = [];
    this.texts = new Map();
    return { results, texts };
  }

  private flush(): void {
    const { updates } = this;
    this.updates = [];
    const { results, texts } = this.isTellingDue ? this.takeNews() : NO_NEWS;
    const all = frameOf(updates.map(({ update }) => update));
    const authors = new Set(updates.map(({ origin }) => origin));
    for (const connection of this.connections) {
      const frame = authors.has(connection.origin)
        ? frameOf(updates.filter(({ origin }) => origin !== connection.origin).map(({ update }) => update))
        : all;
      connection.outbox.sendTurn(frame, results, texts);
    }
  }
}

function isOfRun(origin: unknown): boolean {
  return typeof origin === "object" && origin !== null && "type" in origin && origin.type === "run";
}

interface News {
  readonly results: ResultsTurn | null;
  readonly texts: readonly OutgoingText[];
}

const NO_NEWS: News = { results: null, texts: [] };

function frameOf(updates: readonly Uint8Array[]): Uint8Array | null {
  const [first, ...more] = updates;
  if (first === undefined) return null;
  const update = more.length === 0 ? first : Y.mergeUpdates([first, ...more]);
  return encodeFrame({ type: "update", update });
}

function turnOf(writes: readonly WrittenResults[]): ResultsTurn | null {
  const [first] = writes;
  const last = writes.at(-1);
  if (!first || !last) return null;
  const { after } = first;
  const { version } = last;
  const edits = writes.flatMap((written) => written.edits);
  return {
    after,
    version,
    edits,
    text: JSON.stringify({ type: "results", after, version, edits } satisfies LiveMessage),
  };
}
