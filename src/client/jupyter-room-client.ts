/**
 * Joins a notebook that is live in a jupyter-collaboration server, as one more author, and stays through lost
 * connections. Protocol: `PUT api/collaboration/session/{path}`, then y-protocols frames without a document name over
 * `api/collaboration/room/{format}:{type}:{fileId}` (jupyter_server_ydoc 3, handlers.py).
 */
import * as Y from "yjs";
import { decodeFrame, encodeFrame, MalformedFrame } from "../api/live-frames.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { LiveSocket, OpenSocket } from "./live-socket.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";

/** Where a notebook is in somebody's Jupyter server. */
export interface JupyterPlace {
  /** Address of the server, with a slash at the end: `http://host:8888/` or `https://hub/user/ana/`. */
  readonly baseUrl: string;
  /** Relative to the server's root, with `/`. */
  readonly path: string;
  readonly token: string | null;
}

export type JupyterRoomState =
  | { readonly type: "live" }
  /** Tries again by itself; edits are kept. */
  | { readonly type: "offline"; readonly reason: string }
  /** For good. */
  | { readonly type: "ended"; readonly reason: string };

interface Session {
  readonly fileId: string;
  readonly sessionId: string;
}

export interface JupyterRoomOptions {
  readonly place: JupyterPlace;
  readonly openSocket: OpenSocket;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** "Load it anew": the server has another document than the one that we have. */
const SESSION_OVER = 1003;
const RAW = 2;
const SYNC_LIMIT_MS = 30_000;

export class JupyterRoomClient {
  private current = new Y.Doc();
  private readonly options: JupyterRoomOptions;
  private readonly clock: Clock;
  private readonly states = new Emitter<JupyterRoomState>();
  private readonly presences = new Emitter<Uint8Array>();
  private readonly replacements = new Emitter<Y.Doc>();
  private socket: LiveSocket | null = null;
  private isOpen = false;
  private isSynced = false;
  private attempt = 0;
  private session: Session | null = null;
  private told: JupyterRoomState = { type: "offline", reason: "connecting" };
  private cancelRetry: (() => void) | null = null;

  constructor(options: JupyterRoomOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.watch(this.current);
  }

  /** Another one after `onReplaced`. */
  get doc(): Y.Doc {
    return this.current;
  }

  state(): JupyterRoomState {
    return this.told;
  }

  /**
   * Settles when the document is here.
   * @throws LoopbookError `not-joined`, `no-such-notebook`, `not-allowed`.
   */
  async join(): Promise<void> {
    this.session = await this.openSession();
    const live = new Promise<void>((resolve, reject) => {
      const cancel = this.clock.schedule(SYNC_LIMIT_MS, () => reject(notJoined("it sent no document")));
      const stop = this.onState((state) => {
        if (state.type === "offline") return;
        stop();
        cancel();
        if (state.type === "live") resolve();
        else reject(notJoined(state.reason));
      });
    });
    this.connect(this.session);
    await live;
  }

  onState(listener: (state: JupyterRoomState) => void): Unsubscribe {
    return this.states.on(listener);
  }

  /** Awareness updates of the others. */
  onPresence(listener: (update: Uint8Array) => void): Unsubscribe {
    return this.presences.on(listener);
  }

  /** The server was started anew and has the notebook in a document of its own, which is given. */
  onReplaced(listener: (doc: Y.Doc) => void): Unsubscribe {
    return this.replacements.on(listener);
  }

  sendPresence(update: Uint8Array): void {
    this.send(encodeFrame({ type: "awareness", update }));
  }

  /** Asks the server to save; it does so by itself, too. */
  save(): void {
    this.send(Uint8Array.of(RAW, 4, 0x73, 0x61, 0x76, 0x65, 1));
  }

  close(): void {
    this.tell({ type: "ended", reason: "closed" });
    this.cancelRetry?.();
    this.socket?.close();
    this.current.off("update", this.onUpdate);
  }

  private async openSession(): Promise<Session> {
    const { baseUrl, path, token } = this.options.place;
    const address = new URL(
      `api/collaboration/session/${path.split("/").map(encodeURIComponent).join("/")}`,
      baseUrl,
    );
    let response: Response;
    try {
      response = await (this.options.fetch ?? fetch)(address, {
        method: "PUT",
        headers: {
          "content-type": "application/json",
          ...(token === null ? {} : { authorization: `token ${token}` }),
        },
        body: JSON.stringify({ format: "json", type: "notebook" }),
        redirect: "manual",
      });
    } catch (cause) {
      throw notJoined(`${address.host} does not answer (${messageOf(cause)})`, cause);
    }
    if (response.ok) {
      const answer = (await response.json()) as Partial<Session>;
      if (typeof answer.fileId === "string" && typeof answer.sessionId === "string") return answer as Session;
      throw notJoined("its answer names no room");
    }
    if (response.status === 404)
      throw new LoopbookError("no-such-notebook", await notThere(response, path, baseUrl));
    if (response.status === 401 || response.status === 403 || response.status === 302)
      throw new LoopbookError(
        "not-allowed",
        `${address.host} does not know this token. Copy the whole address that \`jupyter server list\` shows.`,
      );
    throw notJoined(`it answered ${response.status}`);
  }

  private connect({ fileId, sessionId }: Session): void {
    const { baseUrl, token } = this.options.place;
    const address = new URL(`api/collaboration/room/json:notebook:${fileId}`, baseUrl);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("sessionId", sessionId);
    if (token !== null) address.searchParams.set("token", token);
    const socket = this.options.openSocket(address.href, {
      onOpen: () => {
        this.isOpen = true;
        this.send(encodeFrame({ type: "sync-step-1", stateVector: Y.encodeStateVector(this.current) }));
      },
      onMessage: (data) => {
        if (typeof data !== "string") this.receive(data);
      },
      onClose: (code) => {
        if (socket === this.socket) this.onClose(code);
      },
    });
    this.socket = socket;
  }

  private receive(data: Uint8Array): void {
    if (data[0] !== 0 && data[0] !== 1) return;
    try {
      const frame = decodeFrame(data);
      switch (frame.type) {
        case "sync-step-1":
          this.send(
            encodeFrame({
              type: "sync-step-2",
              update: Y.encodeStateAsUpdate(this.current, frame.stateVector),
            }),
          );
          break;
        case "awareness":
          this.presences.emit(frame.update);
          break;
        case "sync-step-2":
        case "update":
          Y.applyUpdate(this.current, frame.update, this);
          if (frame.type === "sync-step-2") this.onSynced();
      }
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      this.socket?.close();
    }
  }

  private onSynced(): void {
    this.attempt = 0;
    if (!this.isSynced) {
      this.isSynced = true;
      if (this.session) this.replacements.emit(this.current);
    }
    this.tell({ type: "live" });
  }

  private onClose(code: number): void {
    this.isOpen = false;
    this.socket = null;
    if (this.told.type === "ended") return;
    const isOver = code === SESSION_OVER;
    const reason = isOver ? "the server was started anew" : "the connection was lost";
    this.tell({ type: "offline", reason });
    this.attempt++;
    const delay = reconnectDelayMs(this.attempt, (this.options.random ?? Math.random)());
    this.cancelRetry = this.clock.schedule(delay, () => void this.again(isOver));
  }

  private async again(isOver: boolean): Promise<void> {
    try {
      if (isOver) {
        // With our document its cells would be there twice.
        this.session = await this.openSession();
        this.current.off("update", this.onUpdate);
        this.current = new Y.Doc();
        this.isSynced = false;
        this.watch(this.current);
      }
      if (this.session && this.told.type !== "ended") this.connect(this.session);
    } catch (error) {
      if (error instanceof LoopbookError && error.code !== "not-joined")
        this.tell({ type: "ended", reason: error.message });
      else this.onClose(isOver ? SESSION_OVER : 1006);
    }
  }

  private watch(doc: Y.Doc): void {
    doc.on("update", this.onUpdate);
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== this) this.send(encodeFrame({ type: "update", update }));
  };

  private send(frame: Uint8Array<ArrayBuffer>): void {
    // What is not sent goes along with the next sync.
    if (this.isOpen) this.socket?.send(frame);
  }

  private tell(state: JupyterRoomState): void {
    if (this.told.type === "ended") return;
    this.told = state;
    this.states.emit(state);
  }
}

function notJoined(why: string, cause?: unknown): LoopbookError {
  return new LoopbookError("not-joined", `The live notebook could not be joined: ${why}.`, {
    retry: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Jupyter's own 404 names the file; one without collaboration knows no such address at all. */
async function notThere(response: Response, path: string, baseUrl: string): Promise<string> {
  const text = await response.text().catch(() => "");
  return text.includes("does not exist")
    ? `There is no ${path} in ${baseUrl}.`
    : `${baseUrl} shares no live notebooks. Its owner can install jupyter-collaboration there: pip install jupyter-collaboration.`;
}

/**
 * The place that an address of JupyterLab (or Notebook) names, as people copy it from their browser.
 * Null: it names no notebook.
 */
export function placeOf(address: string): JupyterPlace | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  const match =
    /^(?<base>.*?\/)(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks|tree|edit)\/(?<path>.+\.ipynb)$/.exec(
      url.pathname,
    );
  if (!match?.groups?.base || !match.groups.path) return null;
  return {
    baseUrl: `${url.origin}${match.groups.base}`,
    path: decodeURIComponent(match.groups.path).replace(/^RTC:/, ""),
    token: url.searchParams.get("token"),
  };
}
