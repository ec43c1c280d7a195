/**
 * A process that died while it moved a notebook left a plan in the room's log. What is in the folder now tells how far
 * it came; the room then has one path again.
 */
import { lstat, unlink } from "node:fs/promises";
import type { PlannedMove, RoomStore, StoredRoom } from "../document/room-log.ts";
import { hashOfFile } from "../store/files/file-mark.ts";
import type { NotebookId } from "../util/ids.ts";

/** A file as it is found; null: there is none. */
export interface FoundFile {
  /** Device and number: two names with one are one file. */
  readonly identity: string;
  readonly contentHash: string;
}

/** `half`: both names stand for one content, and the old one is to go. */
export function moveOutcome(
  plan: Pick<PlannedMove, "contentHash" | "keepsOld">,
  before: FoundFile | null,
  after: FoundFile | null,
): "moved" | "half" | "not-moved" {
  if (after === null) return "not-moved";
  if (plan.keepsOld) return after.contentHash === plan.contentHash ? "moved" : "not-moved";
  if (before === null) return "moved";
  const isOne = before.identity === after.identity;
  const isCopied = plan.contentHash === after.contentHash && plan.contentHash === before.contentHash;
  return isOne || isCopied ? "half" : "not-moved";
}

/**
 * Decides what a dead process left; the caller has the lease of `heldPath`, one of the two.
 * @returns whether the room is free to be opened: false when another process has its other path.
 */
export async function settleMove(
  rooms: RoomStore,
  id: NotebookId,
  { facts }: Pick<StoredRoom, "facts">,
  heldPath: string,
): Promise<boolean> {
  const { moving, path } = facts;
  if (moving === undefined) return true;
  const other = heldPath === path ? moving.to : path;
  let lease: ReturnType<RoomStore["lease"]> | null = null;
  try {
    if (other !== heldPath) lease = rooms.lease(other);
  } catch {
    // Who has it has decided, or does so now.
    return false;
  }
  try {
    const [before, after] = await Promise.all([found(path), found(moving.to)]);
    const outcome = moveOutcome(moving, before, after);
    if (outcome === "half") await unlink(path);
    await rooms.settleMove(id, outcome === "not-moved" ? path : moving.to);
    return true;
  } finally {
    lease?.release();
  }
}

async function found(path: string): Promise<FoundFile | null> {
  try {
    const { dev, ino } = await lstat(path);
    return { identity: `${dev}:${ino}`, contentHash: await hashOfFile(path) };
  } catch {
    return null;
  }
}
