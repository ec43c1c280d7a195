/** What a process keeps of open notebooks beside their files: rooms, the history of each, and its comments. */
import type { CommentStore } from "../document/comments/comment-store.ts";
import type { HistoryStore } from "../document/history/history-store.ts";
import type { RoomStore } from "../document/room-log.ts";
import type { Party } from "../people/party.ts";
import { FileComments } from "../store/comments/file-comments.ts";
import { FileHistory } from "../store/history/file-history.ts";
import { FileRooms } from "../store/rooms/file-rooms.ts";
import type { StartRunRequest } from "../usecases/host.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";

export interface KeptRooms {
  readonly rooms: RoomStore | null;
  readonly history: HistoryStore | null;
  readonly comments: CommentStore | null;
}

/** @param rooms absent: in the state folder; null: nothing is kept. */
export function keptRooms(
  rooms: RoomStore | null | undefined,
  stateFolder: string,
  clock: Clock,
  logger: Logger | undefined,
): KeptRooms {
  if (rooms === null) return { rooms: null, history: null, comments: null };
  const options = { stateFolder, clock, ...(logger && { logger }) };
  const history = new FileHistory(options);
  const comments = new FileComments(stateFolder);
  const records = {
    isWorthKeeping: async (id: NotebookId) => (await history.isWorthKeeping(id)) || (await comments.has(id)),
    forget: async (id: NotebookId) => {
      await Promise.all([history.forget(id), comments.forget(id)]);
    },
  };
  return { rooms: rooms ?? new FileRooms({ ...options, history: records }), history, comments };
}

/** A version of what a run begins with. */
export function keepBeforeRun({ history }: NotebookSession, { by, name }: StartRunRequest): void {
  history?.checkpoint("before-run", by, name);
}

/** And of what it left. */
export function keepAfterRun(run: LiveRun): void {
  void run.ended.then(({ id, name }) => {
    const by: Party = { kind: "pipeline", who: id, using: name, displayName: name };
    run.session.history?.checkpoint("after-run", by, name);
  });
}
