/**
 * Files and folders of any kind get other paths, copies, or go into the trash. Notebooks in a folder take their rooms
 * along, open or not: the plan of each is logged before the folder moves, so a crash leaves none without its history.
 */
import { lstat, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { FileLease, RoomStore } from "../document/room-log.ts";
import { copyEntry, isNotebook, renameNew } from "../store/files/folder-files.ts";
import { moveFile } from "../store/files/move-file.ts";
import { putInTrash } from "../store/files/trash.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import type { EntryMoves } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { NotebookId } from "../util/ids.ts";
import type { OpenNotebooks } from "./run-open-notebooks.ts";

/** Of the notebooks that this process has open (`OpenNotebooks`), what is needed here. */
interface EntryNotebooks {
  list(): readonly NotebookSession[];
  moveFile(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  trash(path: string): Promise<void>;
  close(id: NotebookId): Promise<void>;
  /** The file is at this path already. */
  movedTo(id: NotebookId, path: string): Promise<void>;
  /** A notebook that is not open has another path. */
  tellMoved(from: string, to: string): void;
  isBusy(id: NotebookId): boolean;
  readonly rooms: RoomStore | null;
}

export function entriesOf(open: OpenNotebooks): EntryMoves {
  const notebooks: EntryNotebooks = {
    list: () => open.list(),
    moveFile: (from, to) => open.moveFile(from, to),
    copyFile: (from, to) => open.copyFile(from, to),
    trash: (path) => open.trash(path),
    close: (id) => open.close(id),
    movedTo: (id, path) => open.move(id, path, "follow"),
    tellMoved: (from, to) => open.movedOnes.emit({ id: null, from, to, keepsOld: false }),
    isBusy: (id) => open.options.isBusy(id),
    rooms: open.options.rooms,
  };
  return {
    move: (from, to) => moveEntry(notebooks, from, to),
    copy: (from, to) => copyAnyEntry(notebooks, from, to),
    trash: (path) => trashEntry(notebooks, path),
  };
}

/** More notebooks in one folder are moved as by another program: those that are not open begin new rooms. */
const MAX_NOTEBOOKS = 5_000;
const MAX_DEPTH = 40;

/** @throws LoopbookError `notebook-exists`, `no-such-file`, `no-such-folder`, `bad-name`, `notebook-unwritable`. */
async function moveEntry(notebooks: EntryNotebooks, from: string, to: string): Promise<void> {
  if (!(await isFolder(from))) return isNotebook(from) ? notebooks.moveFile(from, to) : moveFile(from, to);
  if (isBelow(from, to)) throw new LoopbookError("bad-name", "A folder cannot be moved into itself.");
  const open = openBelow(notebooks, from);
  const planned = await planBelow(
    notebooks,
    from,
    to,
    new Set(open.map(({ path }) => realTarget(path ?? ""))),
  );
  try {
    await renameNew(from, to);
  } catch (error) {
    await planned.takeBack();
    if (error instanceof LoopbookError) throw error;
    if ((error as NodeJS.ErrnoException).code === "EXDEV")
      throw new LoopbookError(
        "notebook-unwritable",
        `${to} is on another disk, where a folder cannot be moved to in one step. Copy it, and delete it here.`,
      );
    throw new LoopbookError("notebook-unwritable", `${to} could not be made (${messageOf(error)}).`, {
      cause: error,
    });
  }
  await planned.settle();
  // What is kept of notebooks that have no room, such as pages of them.
  notebooks.tellMoved(from, to);
  for (const { id, path } of open)
    if (path !== null) await notebooks.movedTo(id, join(to, relative(from, path)));
}

/** What open notebooks hold now. @throws LoopbookError as `moveEntry`. */
async function copyAnyEntry(notebooks: EntryNotebooks, from: string, to: string): Promise<void> {
  if (!(await isFolder(from)))
    return isNotebook(from) && isNotebook(to) ? notebooks.copyFile(from, to) : copyEntry(from, to);
  if (isBelow(from, to)) throw new LoopbookError("bad-name", "A folder cannot be copied into itself.");
  for (const session of openBelow(notebooks, from)) await session.save();
  await copyEntry(from, to);
}

/** @throws LoopbookError `run-goes-on`, `open-elsewhere`, `no-such-file`, `no-trash`. */
async function trashEntry(notebooks: EntryNotebooks, path: string): Promise<void> {
  if (!(await isFolder(path))) {
    if (isNotebook(path)) await notebooks.trash(path);
    else await putInTrash(path);
    return;
  }
  const open = openBelow(notebooks, path);
  const busy = open.find(({ id }) => notebooks.isBusy(id));
  if (busy)
    throw new LoopbookError(
      "run-goes-on",
      `A run of ${busy.path} goes on. Stop it, or wait for its end, and delete it then.`,
    );
  for (const { id } of open) await notebooks.close(id);
  await putInTrash(path);
}

function openBelow(notebooks: EntryNotebooks, folder: string): readonly NotebookSession[] {
  const real = realTarget(folder);
  return notebooks.list().filter(({ path }) => path !== null && isBelow(real, realTarget(path)));
}

interface Planned {
  settle(): Promise<void>;
  takeBack(): Promise<void>;
}

async function planBelow(
  notebooks: EntryNotebooks,
  from: string,
  to: string,
  open: ReadonlySet<string>,
): Promise<Planned> {
  const { rooms } = notebooks;
  const leases: FileLease[] = [];
  const moves: { readonly id: NotebookId; readonly from: string; readonly to: string }[] = [];
  const release = (): void => {
    for (const lease of leases) lease.release();
  };
  try {
    for (const path of rooms === null ? [] : await notebooksBelow(from)) {
      const real = realTarget(path);
      if (open.has(real) || rooms === null) continue;
      const id = await rooms.idAt(real);
      if (id === null) continue;
      leases.push(rooms.lease(real));
      const target = join(realTarget(to), relative(realTarget(from), real));
      await rooms.planMove(id, { to: target, contentHash: null, keepsOld: false });
      moves.push({ id, from: real, to: target });
    }
  } catch (error) {
    for (const { id, from: before } of moves) await rooms?.settleMove(id, before);
    release();
    throw error;
  }
  return {
    settle: async () => {
      for (const move of moves) {
        await rooms?.settleMove(move.id, move.to);
        notebooks.tellMoved(move.from, move.to);
      }
      release();
    },
    takeBack: async () => {
      for (const { id, from: before } of moves) await rooms?.settleMove(id, before);
      release();
    },
  };
}

async function notebooksBelow(folder: string, depth = 0): Promise<string[]> {
  if (depth > MAX_DEPTH) return [];
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isFile() && isNotebook(path)) found.push(path);
    else if (entry.isDirectory() && !entry.name.startsWith("."))
      found.push(...(await notebooksBelow(path, depth + 1)));
    if (found.length > MAX_NOTEBOOKS) return found.slice(0, MAX_NOTEBOOKS);
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() ?? false;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`));
}
