/**
 * What goes out to one connection. While its socket takes things, they are sent in order. A socket that holds more
 * than `HIGH_WATER` unsent gets nothing more until it has emptied; then one difference of the document, the results
 * and widgets that changed, the newest of each live message, and who is there. So a slow client costs a bounded amount, and is right in the end.
 * Results that a newcomer lacks come behind the document, a piece whenever its socket has taken the one before: it
 * shows its first screen, and the server serves others, meanwhile.
 */
import * as Y from "yjs";
import { encodeFrame } from "../../api/live-frames.ts";
import type { ResultsFeed, ResultsTurn } from "./results-feed.ts";
import type { WidgetFeed, WidgetTurn } from "./widget-feed.ts";

/** Unsent bytes from which a connection counts as slow. */
export const HIGH_WATER_BYTES = 1024 * 1024;
/** Unsent bytes at which it is caught up with. */
const LOW_WATER_BYTES = 64 * 1024;
/** Messages that none replaces and that wait for a slow client; more end the connection. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** The part of `ws`'s WebSocket that is needed here. */
export interface Sink {
  readonly bufferedAmount: number;
  send(data: Uint8Array | string, sent: () => void): void;
}

/** A live message as text. A newer one with the same key replaces it; without a key none does. */
export interface OutgoingText {
  readonly key: string | null;
  readonly text: string;
}

interface Arrears {
  /** What the client has of the document, or will have when its socket has emptied. */
  stateVector: Uint8Array;
  /** The client asked for a difference: the answer must look like one. */
  asAnswer: boolean;
  readonly texts: Map<string, string>;
  keyless: number;
  keylessBytes: number;
  awareness: boolean;
}

export interface OutboxOptions {
  readonly sink: Sink;
  readonly doc: Y.Doc;
  /** Absent: the document holds what there is. */
  readonly results?: ResultsFeed;
  readonly widgets?: WidgetFeed;
  /** Everybody who is there, for a client that missed news. */
  everybody(): Uint8Array | null;
  /** The whole document as one update; shared by all who ask for it between two changes. */
  fullState(): Uint8Array;
  /** More waits than is kept. */
  onOverflow(): void;
}

export class Outbox {
  private readonly options: OutboxOptions;
  private arrears: Arrears | null = null;
  /** The client has the document, or is being sent it. */
  private isAnswered = false;
  /** A piece of results is on its way, or about to be. */
  private isTelling = false;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  get isBehind(): boolean {
    return this.arrears !== null;
  }

  /** The first of the results that a newcomer lacks; the others follow the document. */
  sendResults(): void {
    for (const text of this.options.results?.greet() ?? []) this.put(text);
  }

  /**
   * The room's updates of a turn as one frame, what was written to the results, and the texts that speak of them.
   * `frame` null: its own edits only.
   */
  sendTurn(frame: Uint8Array | null, results: ResultsTurn | null, texts: readonly OutgoingText[]): void {
    if (!this.arrears) {
      if (frame) this.put(frame);
      this.putTexts([
        ...((results && this.options.results?.turn(results)) ?? []),
        ...texts.map(({ text }) => text),
      ]);
      this.measure();
      this.tellSoon();
    } else {
      for (const text of texts) this.keep(text);
    }
  }

  /** The client looks at these cells from now on; null: at all. */
  look(cells: ReadonlySet<string> | null): void {
    const { results } = this.options;
    results?.look(cells);
    // Who is behind gets all that it lacks when it has caught up.
    if (this.arrears) return;
    this.putTexts(results?.looked() ?? []);
    this.measure();
    this.tellSoon();
  }

  get watchesWidgets(): boolean {
    return this.options.widgets?.isWatching ?? false;
  }

  /** The client shows widgets; it is told of all, and from now on. */
  watchWidgets(): void {
    for (const frame of this.options.widgets?.watch() ?? []) this.put(frame);
    this.measure();
  }

  sendWidgets(turn: WidgetTurn): void {
    const { widgets } = this.options;
    if (this.arrears) {
      widgets?.miss(turn);
      return;
    }
    for (const frame of widgets?.turn(turn) ?? []) this.put(frame);
    this.measure();
  }

  sendText(text: OutgoingText): void {
    if (this.arrears) this.keep(text);
    else this.put(text.text);
  }

  sendAwareness(frame: Uint8Array): void {
    if (this.arrears) this.arrears.awareness = true;
    else this.put(frame);
  }

  sendFrame(frame: Uint8Array): void {
    this.put(frame);
  }

  /** Answers a client that says what it has. A slow one is answered when it has caught up, however often it asks. */
  answerSync(stateVector: Uint8Array): void {
    this.isAnswered = true;
    if (this.arrears) {
      this.arrears.stateVector = stateVector;
      this.arrears.asAnswer = true;
      return;
    }
    // A newcomer has nothing: its state vector is the empty one.
    const isNew = stateVector.length === 1 && stateVector[0] === 0;
    const update = isNew ? this.options.fullState() : Y.encodeStateAsUpdate(this.options.doc, stateVector);
    this.put(encodeFrame({ type: "sync-step-2", update }));
    this.measure();
    this.tellSoon();
  }

  /** Not in this turn: between two pieces everybody else is served. */
  private tellSoon(): void {
    if (this.isTelling || !this.isAnswered || !this.options.results?.hasMore) return;
    this.isTelling = true;
    setImmediate(() => {
      this.isTelling = false;
      // Who is behind gets the next piece when it has caught up.
      const text = this.arrears ? null : (this.options.results?.more() ?? null);
      if (text === null) return;
      this.isTelling = true;
      this.options.sink.send(text, () => {
        this.isTelling = false;
        this.onSent();
        this.tellSoon();
      });
    });
  }

  /** What is told together arrives together, and costs its reader one drawing. */
  private putTexts(texts: readonly string[]): void {
    const [first, second] = texts;
    if (first !== undefined) this.put(second === undefined ? first : `[${texts.join(",")}]`);
  }

  private put(data: Uint8Array | string): void {
    this.options.sink.send(data, this.onSent);
  }

  /**
   * Called only when all that the document holds was handed to the socket (or waits in the room for the turn's
   * end, and then comes twice, which does no harm), so that its state is what the client will have.
   */
  private measure(): void {
    if (this.arrears || this.options.sink.bufferedAmount <= HIGH_WATER_BYTES) return;
    this.arrears = {
      stateVector: Y.encodeStateVector(this.options.doc),
      asAnswer: false,
      texts: new Map(),
      keyless: 0,
      keylessBytes: 0,
      awareness: false,
    };
  }

  private keep({ key, text }: OutgoingText): void {
    if (!this.arrears) return;
    const { texts } = this.arrears;
    if (key !== null) {
      // Deleted first, so that the newest goes out last.
      texts.delete(key);
      texts.set(key, text);
      return;
    }
    this.arrears.keylessBytes += text.length;
    if (this.arrears.keylessBytes > MAX_WAITING_BYTES) this.options.onOverflow();
    else texts.set(`\0${this.arrears.keyless++}`, text);
  }

  private readonly onSent = (): void => {
    if (!this.arrears || this.options.sink.bufferedAmount > LOW_WATER_BYTES) return;
    const { stateVector, asAnswer, texts, awareness } = this.arrears;
    this.arrears = null;
    const update = Y.encodeStateAsUpdate(this.options.doc, stateVector);
    this.put(encodeFrame({ type: asAnswer ? "sync-step-2" : "update", update }));
    this.putTexts([...(this.options.results?.catchUp() ?? []), ...texts.values()]);
    for (const frame of this.options.widgets?.catchUp() ?? []) this.put(frame);
    const everybody = awareness ? this.options.everybody() : null;
    if (everybody) this.put(encodeFrame({ type: "awareness", update: everybody }));
    this.measure();
    this.tellSoon();
  };
}
