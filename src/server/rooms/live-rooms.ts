/** The rooms of this server, made when the first client of a notebook comes. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE_CODES } from "../../api/live.ts";
import type { Access } from "../../people/access.ts";
import { partyLabel } from "../../people/party.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { PresenceRoom } from "../../usecases/presence-room.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import { NotebookId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { errorId } from "../error-id.ts";
import { shownPath } from "../folder-path.ts";
import { reaches } from "../security/reach.ts";
import { FairQueue } from "./fair-queue.ts";
import { Knocks } from "./knocks.ts";
import { tellPresent } from "./present.ts";
import { Room } from "./room.ts";

/** A bigger frame ends its connection (code 1009). A notebook's whole history without outputs is far smaller. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;

export interface LiveRooms {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, actor: { readonly access: Access }): void;
  /** Who is in the room of this notebook. */
  presences(session: NotebookSession): PresenceRoom;
  close(): void;
}

export interface LiveRoomsOptions {
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
}

export function createLiveRooms(context: ServerContext, options: LiveRoomsOptions = {}): LiveRooms {
  const { host, folder, logger } = context;
  const clock = options.clock ?? systemClock;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const rooms = new Map<NotebookId, Room>();
  const queue = new FairQueue(clock);
  const knocks = new Knocks(clock);

  const roomOf = (session: NotebookSession): Room => {
    const known = rooms.get(session.id);
    if (known && known.doc === session.live.doc) return known;
    const room = new Room({
      session,
      clock,
      queue,
      questions: host.questions,
      telemetry: host.telemetry,
      shownPath: () => (session.path === null ? null : shownPath(folder, session.path)),
      onUnexpected: (error) => errorId(logger, error, { notebook: session.id }),
      onEnd: () => rooms.delete(session.id),
    });
    rooms.set(session.id, room);
    session.meet?.(room);
    const run = host.runOf(session.id);
    if (run) room.show(run);
    return room;
  };
  tellPresent(context, (id) => rooms.get(id)?.parties() ?? []);
  /** What a share is for may have moved along, or away from it. */
  const accessNow = (access: Access): Access => {
    const share = access.share && context.shares?.byId(access.share.id);
    return share ? { ...access, scope: share.scope } : access;
  };
  const stops = [
    host.onRun((run) => rooms.get(run.session.id)?.show(run)),
    host.onMoved(({ id, to }) => {
      if (id === null) return;
      const isOut = (access: Access): boolean => !reaches(accessNow(access), to);
      rooms.get(id)?.endThose(isOut, CLOSE_CODES.noSuchNotebook, "it was moved away");
    }),
  ];
  const heartbeat = setInterval(() => {
    for (const room of rooms.values()) room.checkAlive();
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  heartbeat.unref();

  /** Also one that was open in a process before this one: its clients come back to it. */
  const find = async (id: NotebookId): Promise<NotebookSession | null> => {
    try {
      return host.notebook(id) ?? (await host.reopenNotebook(id));
    } catch (error) {
      logger.warn("a notebook could not be opened again", { notebook: id, error: messageOf(error) });
      return null;
    }
  };

  const join = (
    socket: WebSocket,
    session: NotebookSession | null,
    access: Access,
    hasResults: string | null,
  ): void => {
    const isOpen = session !== null && host.notebook(session.id) !== undefined;
    if (isOpen && reaches(accessNow(access), session.path)) roomOf(session).join(socket, access, hasResults);
    // Only an opened connection can tell a browser why it ends.
    else socket.close(CLOSE_CODES.noSuchNotebook, "no such notebook");
  };

  return {
    presences: roomOf,
    accept: (request, socket, head, { access }) => {
      const id = /^\/api\/notebooks\/([^/?]+)\/live(\?|$)/.exec(request.url ?? "")?.[1];
      if (id === undefined || !access.rights.view) {
        socket.end("HTTP/1.1 404 no-such-route\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      if (!knocks.mayEnter(partyLabel(access.party))) {
        socket.end("HTTP/1.1 429 too-many-connections\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      // The session first: a client speaks as soon as its connection is open.
      void find(NotebookId.of(id)).then((session) => {
        if (socket.destroyed) return;
        sockets.handleUpgrade(request, socket, head, (opened) => {
          opened.on("error", () => opened.terminate());
          join(opened, session, access, queryOf(request.url).get("results"));
        });
      });
    },
    close: () => {
      for (const stop of stops) stop();
      clearInterval(heartbeat);
      for (const room of rooms.values()) room.close(1001, "the server stops");
      rooms.clear();
      sockets.close();
    },
  };
}

function queryOf(url = ""): URLSearchParams {
  return new URLSearchParams(url.split("?")[1]);
}
