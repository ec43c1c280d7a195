/** The rooms of this server in which Jupyter's own clients are. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { globalState } from "../../../api/jupyter-presence.ts";
import { type AwarenessEntry, decodeAwareness } from "../../../api/live-frames.ts";
import { type Access, actingWith } from "../../../people/access.ts";
import { partyLabel } from "../../../people/party.ts";
import type { NotebookSession } from "../../../usecases/notebook-session.ts";
import { type Clock, systemClock } from "../../../util/clock.ts";
import { NotebookId } from "../../../util/ids.ts";
import type { ServerContext } from "../../context.ts";
import { errorId } from "../../error-id.ts";
import { shownPath } from "../../folder-path.ts";
import { FairQueue } from "../../rooms/fair-queue.ts";
import { Knocks } from "../../rooms/knocks.ts";
import type { LiveRooms } from "../../rooms/live-rooms.ts";
import { NO_SUCH_NOTEBOOK, sessionIsOver } from "./close-reasons.ts";
import { GlobalAwareness } from "./global-awareness.ts";
import { JupyterRoom } from "./jupyter-room.ts";
import { ROOM_PATH } from "./place.ts";

/** As in our own rooms; a notebook with many outputs that somebody pastes may be as big. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;
/** A laptop that slept comes back to the same document for so long. */
export const KEPT_MS = 6 * 3_600_000;
/** Of more that nobody is in, the one that was left first goes. */
const MAX_KEPT = 20;
const GLOBAL_AWARENESS = "JupyterLab:globalAwareness";

/** What a client needs to find a room. */
export interface CollaborationSession {
  readonly fileId: string;
  readonly sessionId: string;
}

export interface JupyterRooms {
  sessionOf(session: NotebookSession): CollaborationSession;
  /** A socket under `/api/collaboration/room/`. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, actor: { readonly access: Access }): void;
  close(): void;
}

export function createJupyterRooms(
  { folder, logger }: ServerContext,
  live: LiveRooms,
  clock: Clock = systemClock,
): JupyterRooms {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const rooms = new Map<NotebookId, JupyterRoom>();
  /** Rooms that nobody is in, the one that was left first at the front. */
  const empty = new Map<NotebookId, () => void>();
  const queue = new FairQueue(clock);
  const knocks = new Knocks(clock);

  const global = new GlobalAwareness(
    () => [...rooms.values()].flatMap((room) => peopleOf(room, live.presences(room.session).everybody())),
    (error) => errorId(logger, error, {}),
  );
  const pathOf = ({ path }: NotebookSession): string =>
    path === null ? "notebook" : shownPath(folder, path);
  const peopleOf = (room: JupyterRoom, update: Uint8Array | null): AwarenessEntry[] =>
    (update ? decodeAwareness(update) : []).flatMap((entry) => {
      if (room.isTheirs(entry.clientId)) return [];
      const state = entry.state === "null" ? "null" : globalState(entry.state, pathOf(room.session));
      return state === null ? [] : [{ ...entry, state }];
    });

  const forget = (id: NotebookId): void => {
    empty.get(id)?.();
    empty.delete(id);
    const room = rooms.get(id);
    rooms.delete(id);
    room?.close(sessionIsOver(room.sessionId));
  };
  const keepFor = (id: NotebookId): void => {
    empty.get(id)?.();
    empty.delete(id);
    empty.set(
      id,
      clock.schedule(KEPT_MS, () => forget(id)),
    );
    const [longest] = empty.keys();
    if (empty.size > MAX_KEPT && longest !== undefined) forget(longest);
  };
  const enter = (id: NotebookId): void => {
    empty.get(id)?.();
    empty.delete(id);
  };

  const roomOf = (session: NotebookSession): JupyterRoom => {
    const known = rooms.get(session.id);
    if (known && known.session.live.doc === session.live.doc) return known;
    const people = live.presences(session);
    const room: JupyterRoom = new JupyterRoom({
      session,
      people,
      clock,
      queue,
      shownPath: () => pathOf(session),
      onUnexpected: (error) => errorId(logger, error, { notebook: session.id }),
      onLeft: (isEmpty) => {
        if (isEmpty && rooms.get(session.id) === room) keepFor(session.id);
      },
      onEnd: () => {
        stop();
        enter(session.id);
        rooms.delete(session.id);
      },
    });
    const stop = people.onPresence((update) => global.show(peopleOf(room, update)));
    rooms.set(session.id, room);
    keepFor(session.id);
    return room;
  };

  const heartbeat = setInterval(() => {
    for (const room of rooms.values()) room.checkAlive();
    global.checkAlive();
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const join = (socket: WebSocket, name: string, sessionId: string, access: Access): void => {
    if (name === GLOBAL_AWARENESS) {
      global.join(socket, access);
      return;
    }
    const id = /^json:notebook:(.+)$/.exec(name)?.[1];
    const room = rooms.get(NotebookId.of(id ?? ""));
    if (id === undefined) socket.close(NO_SUCH_NOTEBOOK.code, NO_SUCH_NOTEBOOK.reason);
    else if (room?.sessionId !== sessionId) {
      // It may hold another document with the same cells: together there would be two of each.
      const { code, reason } = sessionIsOver(sessionId);
      socket.close(code, reason);
    } else {
      enter(room.session.id);
      room.join(socket, access);
    }
  };

  return {
    sessionOf: (session) => ({ fileId: session.id, sessionId: roomOf(session).sessionId }),
    accept: (request, socket, head, { access }) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const name = roomName(url.pathname);
      if (name === null || !access.rights.view) {
        socket.end("HTTP/1.1 404 no-such-route\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      if (!knocks.mayEnter(partyLabel(access.party))) {
        socket.end("HTTP/1.1 429 too-many-connections\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const isBrowser = /Mozilla/.test(request.headers["user-agent"] ?? "");
      const named = actingWith(access, isBrowser ? "jupyterlab" : "jupyter");
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on("error", () => opened.terminate());
        join(opened, name, url.searchParams.get("sessionId") ?? "", named);
      });
    },
    close: () => {
      clearInterval(heartbeat);
      const reason = { code: 1001, reason: "the server stops" };
      for (const id of empty.keys()) enter(id);
      for (const room of rooms.values()) room.close(reason);
      global.close(reason);
      rooms.clear();
      sockets.close();
    },
  };
}

function roomName(path: string): string | null {
  if (!path.startsWith(ROOM_PATH)) return null;
  try {
    return decodeURIComponent(path.slice(ROOM_PATH.length));
  } catch {
    return null;
  }
}
