/**
 * Gives notebooks other paths, open or not: the room keeps its id, so people, run and history stay, and no other
 * notebook is ever written over. The lease of the new path is taken before anything is done, and let go of if the
 * file does not get there.
 */
import { lstat, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { FileLease, RoomStore } from "../document/room-log.ts";
import type { Notebook } from "../nbformat/notebook.ts";
import { existsError, isOtherCase, moveFile, placeNew } from "../store/files/move-file.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import { LoopbookError } from "../util/errors.ts";
import type { MovableSession } from "./movable-session.ts";
import type { NotebookRoom } from "./notebook-room.ts";
import { settleMove } from "./settle-move.ts";
import type { StyledDocumentStore } from "./styled-document-store.ts";

export type MoveKind =
  /** The file gets another name. */
  | "move"
  /** What the notebook holds now gets another name; the file that was there before stays as it is. */
  | "save-as"
  /** Another program gave the file another name already. */
  | "follow";

export interface OpenMove {
  readonly session: MovableSession;
  readonly room: NotebookRoom | null;
  readonly store: StyledDocumentStore;
  readonly rooms: RoomStore | null;
  readonly to: string;
  readonly kind: MoveKind;
}

/** @returns the real path that it has now. @throws LoopbookError `open-elsewhere`, `notebook-exists`, … */
export async function moveOpenNotebook(move: OpenMove): Promise<string> {
  const { session, room, rooms, to, kind } = move;
  const from = session.path;
  if (from === null) throw new LoopbookError("no-file", "This notebook has no file that could be moved.");
  const real = realTarget(to);
  if (kind !== "follow" && (await isTaken(from, to))) throw existsError(to);
  // A link that gets another name leads where it led.
  const isLink = kind === "move" && (await isSymbolicLink(from));
  const lease = isLink ? null : (rooms?.lease(real) ?? null);
  const isSaved = session.saveState().type === "saved";
  try {
    if (rooms && lease) await refuseUnsavedRoom(rooms, real, to);
    if (lease && room)
      await session.relocate(
        to,
        () => room.relocate(real, lease, isSaved, (log, plan) => putPlanned(move, from, real, log, plan)),
        kind === "save-as",
      );
    else await session.relocate(to, () => put(move, from), kind === "save-as");
    return isLink ? realTarget(to) : real;
  } catch (error) {
    lease?.release();
    throw error;
  }
}

type Relocation = Parameters<NotebookRoom["relocate"]>[3];

async function putPlanned(
  move: OpenMove,
  from: string,
  real: string,
  ...[log, plan]: Parameters<Relocation>
): ReturnType<Relocation> {
  const { session, store, to, kind } = move;
  if (kind === "save-as") {
    // In this turn, before anything else: the notebook as it is now, and how far in the log that goes.
    const whole = wholeNow(session);
    const seq = log.lastSeq;
    const saveNew = saverOf(store);
    const contentHash = await saveNew(to, from, await whole, async (hash) => {
      await log.intend({ contentHash: hash, seq });
      await plan({ to: real, contentHash: hash, keepsOld: true });
    });
    await store.takeNew?.(from, to, contentHash);
    return { contentHash, seq };
  }
  await plan({ to: real, contentHash: store.contentHash?.(from) ?? null, keepsOld: false });
  await put(move, from);
  return null;
}

async function put({ session, store, to, kind }: OpenMove, from: string): Promise<void> {
  if (kind === "save-as") {
    const hash = await saverOf(store)(to, from, await wholeNow(session));
    await store.takeNew?.(from, to, hash);
  } else if (kind === "follow") store.noteMoved?.(from, to);
  else if (store.move) await store.move(from, to);
  else throw cannotMove();
}

/** As it is in this turn, with the outputs that its document only refers to. */
async function wholeNow({ outputs, live }: MovableSession): Promise<Notebook> {
  return outputs?.wholeNotebook() ?? live.toNotebook();
}

function saverOf(store: StyledDocumentStore): NonNullable<StyledDocumentStore["saveNew"]> {
  if (!store.saveNew) throw cannotMove();
  return store.saveNew.bind(store);
}

/** Of a notebook that nobody has open. @throws LoopbookError `open-elsewhere`, `notebook-exists`, `no-such-file`. */
export async function moveClosedNotebook(rooms: RoomStore | null, from: string, to: string): Promise<void> {
  if (rooms === null || (await isSymbolicLink(from))) return moveFile(from, to);
  const [realFrom, realTo] = [realTarget(from), realTarget(to)];
  const leases: FileLease[] = [rooms.lease(realFrom)];
  try {
    leases.push(rooms.lease(realTo));
    if (await isTaken(from, to)) throw existsError(to);
    await refuseUnsavedRoom(rooms, realTo, to);
    const id = await settledRoomAt(rooms, realFrom);
    if (id === null) return await moveFile(from, to);
    await rooms.planMove(id, { to: realTo, contentHash: null, keepsOld: false });
    try {
      await moveFile(from, to);
    } catch (error) {
      await rooms.settleMove(id, realFrom);
      throw error;
    }
    await rooms.settleMove(id, realTo);
  } finally {
    for (const lease of leases) lease.release();
  }
}

/** Byte for byte. @throws LoopbookError `notebook-exists`, `no-such-file`, `no-such-folder`, `notebook-unwritable`. */
export async function copyClosedNotebook(from: string, to: string): Promise<void> {
  const bytes = await readFile(from).catch((cause: unknown) => {
    throw new LoopbookError("no-such-file", `There is no ${from} that could be copied.`, { cause });
  });
  await placeNew(to, [bytes]);
}

/** @throws LoopbookError `bad-name`. */
export function checkNotebookName(path: string): string {
  if (!path.endsWith(".ipynb") || path.endsWith("/.ipynb"))
    throw new LoopbookError("bad-name", `A notebook's name ends in .ipynb; ${path} does not.`);
  return resolve(path);
}

/** Edits that a dead process left there would have no file any more. */
async function refuseUnsavedRoom(rooms: RoomStore, real: string, shown: string): Promise<void> {
  const id = await rooms.idAt(real);
  const stored = id === null ? null : await rooms.open(id);
  if (stored === null || stored.facts.path !== real || stored.lastSeq <= stored.facts.base.seq) return;
  throw new LoopbookError(
    "notebook-exists",
    `${shown} is gone from ${dirname(real)}, but edits of it that were never saved are kept. Open it to get them back, or choose another name.`,
  );
}

async function settledRoomAt(rooms: RoomStore, real: string): ReturnType<RoomStore["idAt"]> {
  const id = await rooms.idAt(real);
  const stored = id === null ? null : await rooms.open(id);
  if (id === null || stored === null) return null;
  if (!(await settleMove(rooms, id, stored, real))) return null;
  return (await rooms.pathOf(id)) === real ? id : null;
}

async function isTaken(from: string, to: string): Promise<boolean> {
  if ((await lstat(to).catch(() => null)) === null) return false;
  return !(await isOtherCase(from, to).catch(() => false));
}

async function isSymbolicLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isSymbolicLink() ?? false;
}

function cannotMove(): LoopbookError {
  return new LoopbookError("no-file", "Notebooks of this store have no files that could be moved.");
}
