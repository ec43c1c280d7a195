/**
 * One open notebook in the page: its document, what the server tells of it, who else is there. Components subscribe
 * to one cell or to one aspect, never to everything.
 */
import type { LiveMessage } from "../../api/live.ts";
import type { CellSnapshot, EditOrigin, LiveNotebook, NotebookChange } from "../../document/live-notebook.ts";
import { createUndo, type Undo } from "../../document/undo.ts";
import { openLiveNotebook } from "../../document/yjs-notebook.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import type { CellId } from "../../util/ids.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { LiveChannel, NotebookRequests } from "./channel.ts";
import { PresenceBook } from "./presence.ts";
import { INITIAL, receive, type SessionState } from "./session-state.ts";
import { createStore, type Store } from "./store.ts";

export class NotebookModel {
  readonly notebookId: string;
  readonly live: LiveNotebook;
  readonly channel: LiveChannel;
  readonly requests: NotebookRequests;
  readonly state: Store<SessionState>;
  readonly presence: PresenceBook;
  /** Every edit of this page carries this object, so that undo finds its own. */
  readonly origin: EditOrigin = { type: "person", label: "browser" };
  readonly undo: Undo;
  /** What a request to execute waits for: set by the widgets, when there are some. */
  beforeExecute: (() => Promise<void>) | null = null;
  private readonly feed: ChangeFeed;
  /** Messages that came together are one change of the state, so one drawing. */
  private inbox: LiveMessage[] = [];
  private readonly subscriptions: Unsubscribe[];

  constructor(notebookId: string, channel: LiveChannel, requests: NotebookRequests) {
    this.notebookId = notebookId;
    this.channel = channel;
    this.requests = requests;
    this.live = openLiveNotebook(channel.doc, channel.results);
    this.undo = createUndo(this.live, [this.origin]);
    this.feed = new ChangeFeed();
    this.presence = new PresenceBook(channel.awareness);
    this.state = createStore<SessionState>({ ...INITIAL, connection: channel.connection() });
    this.subscriptions = [
      this.live.onChange((change: NotebookChange) => this.feed.push(change)),
      channel.onMessage((message) => {
        if (this.inbox.push(message) === 1) queueMicrotask(this.readInbox);
        if (message.type === "hello") this.presence.introduce(message.you);
      }),
      channel.onConnection((connection) => this.state.update((state) => ({ ...state, connection }))),
      channel.onSynced(() =>
        this.state.update((state) => (state.loaded ? state : { ...state, loaded: true })),
      ),
    ];
  }

  readonly onOrder = (listener: () => void): Unsubscribe => this.feed.onOrder(listener);
  readonly onMetadata = (listener: () => void): Unsubscribe => this.feed.onMetadata(listener);
  readonly onCell = (id: CellId, listener: () => void): Unsubscribe => this.feed.onCell(id, listener);
  readonly onCells = (listener: (ids: readonly CellId[]) => void): Unsubscribe => this.feed.onCells(listener);
  readonly cellIds = (): readonly CellId[] => this.live.cellIds();
  readonly cell = (id: CellId): CellSnapshot | undefined => this.live.cell(id);

  private readonly readInbox = (): void => {
    const messages = this.inbox;
    this.inbox = [];
    this.state.update((state) => receive(state, messages));
  };

  close(): void {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.feed.close();
    this.presence.close();
    this.undo.destroy();
    this.channel.close();
    this.live.destroy();
  }
}
