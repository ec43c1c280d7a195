/**
 * Checkpoints: one earlier copy of a file, in `.ipynb_checkpoints` beside it, where Jupyter's own server keeps it. So
 * one that was made there is found here, and the other way round.
 */
import { mkdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { writeAtomically } from "../../../store/files/atomic-write.ts";
import { LoopbookError } from "../../../util/errors.ts";
import { fileError, type Place } from "./places.ts";

export interface CheckpointModel {
  readonly id: string;
  readonly last_modified: string;
}

const ID = "checkpoint";

export function checkpointFile({ absolute }: Pick<Place, "absolute">): string {
  const extension = extname(absolute);
  const stem = basename(absolute, extension);
  return join(dirname(absolute), ".ipynb_checkpoints", `${stem}-${ID}${extension}`);
}

export async function listCheckpoints(place: Place): Promise<readonly CheckpointModel[]> {
  const facts = await stat(checkpointFile(place)).catch(() => null);
  return facts === null ? [] : [{ id: ID, last_modified: facts.mtime.toISOString() }];
}

/** The file as it is now. */
export async function makeCheckpoint(place: Place): Promise<CheckpointModel> {
  const file = checkpointFile(place);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, [await readFile(place.absolute)]);
    return { id: ID, last_modified: (await stat(file)).mtime.toISOString() };
  } catch (cause) {
    throw fileError(`No checkpoint of ${place.path} could be made`, cause);
  }
}

/** @throws LoopbookError `no-such-checkpoint`. */
export async function readCheckpoint(place: Place, id: string): Promise<Buffer> {
  if (id !== ID) throw noSuchCheckpoint(place);
  return readFile(checkpointFile(place)).catch(() => Promise.reject(noSuchCheckpoint(place)));
}

export async function removeCheckpoint(place: Place, id: string): Promise<void> {
  if (id !== ID) throw noSuchCheckpoint(place);
  await unlink(checkpointFile(place)).catch(() => Promise.reject(noSuchCheckpoint(place)));
}

/** Goes where its file went; `to` null: the file is gone. A file without one has none to take along. */
export async function moveCheckpoint(from: Place, to: Place | null): Promise<void> {
  const file = checkpointFile(from);
  if (to === null) await unlink(file).catch(() => {});
  else {
    const next = checkpointFile(to);
    if (!(await stat(file).catch(() => null))) return;
    await mkdir(dirname(next), { recursive: true })
      .then(() => rename(file, next))
      .catch(() => {});
  }
}

function noSuchCheckpoint({ path }: Place): LoopbookError {
  return new LoopbookError("no-such-checkpoint", `There is no such checkpoint of ${path}.`);
}
