/**
 * Tells our own writes from other people's: by content hash, and by what the file system says of the file only to
 * spare reading it again (no time window is trusted: the change time cannot be set by a program).
 */
import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream, statSync } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

export interface FileMark {
  readonly inode: bigint;
  readonly size: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

export async function markOf(path: string): Promise<FileMark> {
  return markFrom(await stat(path, { bigint: true }));
}

export async function markOfOpen(file: FileHandle): Promise<FileMark> {
  return markFrom(await file.stat({ bigint: true }));
}

/** In this very turn; null: there is no such file. */
export function markNow(path: string): FileMark | null {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? null : markFrom(status);
}

function markFrom(status: BigIntStats): FileMark {
  return {
    inode: status.ino,
    size: status.size,
    modifiedNs: status.mtimeNs,
    changedNs: status.ctimeNs,
  };
}

export function sameMark(a: FileMark, b: FileMark): boolean {
  return (
    a.inode === b.inode && a.size === b.size && a.modifiedNs === b.modifiedNs && a.changedNs === b.changedNs
  );
}

/** SHA-256 of what is on disk, read in pieces. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

export function hashOf(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
