/** Makes an archive as a stream: a file is read when the receiver wants more, and nothing is held beyond a piece. */
import type { FileHandle } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { ZipFile } from "yazl";
import { openPacked, type PackedEntry } from "./packed-entry.ts";
import { padding, tarEnd, tarHeader } from "./tar-headers.ts";

export type ArchiveFormat = "zip" | "tar.gz";

/** Counted while an archive is made. */
export interface PackProgress {
  files: number;
  /** Of the files' contents, as read. */
  bytes: number;
  /** Files that were gone, or could not be read, when their turn came. */
  leftOut: number;
}

export const noProgress = (): PackProgress => ({ files: 0, bytes: 0, leftOut: 0 });

/** Already small: another try would only cost time. */
const COMPRESSED =
  /\.(?:7z|avif|bz2|gif|gz|jpe?g|m4a|mkv|mov|mp[34]|npz|parquet|png|safetensors|webm|webp|xz|zip|zst)$/i;

/** @param entries may fail: the stream then fails, too. */
export function packArchive(
  format: ArchiveFormat,
  entries: AsyncIterable<PackedEntry>,
  progress: PackProgress = noProgress(),
): Readable {
  return format === "zip" ? packZip(entries, progress) : packTar(entries, progress);
}

function packTar(entries: AsyncIterable<PackedEntry>, progress: PackProgress): Readable {
  const gzip = createGzip();
  // What fails here destroys the stream that is read, and so is told to its reader.
  pipeline(Readable.from(tarPieces(entries, progress)), gzip).catch(() => {});
  return gzip;
}

async function* tarPieces(
  entries: AsyncIterable<PackedEntry>,
  progress: PackProgress,
): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    if (entry.type === "folder") {
      yield tarHeader(entry);
      continue;
    }
    const file = await openPacked(entry);
    if (file === null) {
      progress.leftOut += 1;
      continue;
    }
    try {
      const { size, mtime, mode } = await file.stat();
      yield tarHeader({ ...entry, size, modifiedAt: mtime, mode: mode & 0o777 });
      let left = size;
      for await (const piece of contentOf(file, size)) {
        left -= piece.length;
        progress.bytes += piece.length;
        yield piece;
      }
      // One that was cut meanwhile keeps the length that its header says.
      for (; left > 0; left -= Math.min(left, 1 << 16)) yield Buffer.alloc(Math.min(left, 1 << 16));
      yield padding(size);
      progress.files += 1;
    } finally {
      await file.close().catch(() => {});
    }
  }
  yield tarEnd();
}

function packZip(entries: AsyncIterable<PackedEntry>, progress: PackProgress): Readable {
  const zip = new ZipFile();
  const out = new PassThrough();
  const fail = (error: unknown): void => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  zip.on("error", fail);
  pipeline(zip.outputStream, out).catch(fail);
  fillZip(zip, entries, out, progress).then(() => zip.end(), fail);
  return out;
}

async function fillZip(
  zip: ZipFile,
  entries: AsyncIterable<PackedEntry>,
  out: PassThrough,
  progress: PackProgress,
): Promise<void> {
  for await (const entry of entries) {
    if (out.destroyed) return;
    if (entry.type === "folder") {
      zip.addEmptyDirectory(entry.name, { mtime: entry.modifiedAt, mode: entry.mode | 0o40000 });
      continue;
    }
    const file = await openPacked(entry);
    if (file === null) {
      progress.leftOut += 1;
      continue;
    }
    const { size, mtime, mode } = await file.stat();
    const content = Readable.from(counted(file, size, progress));
    // Whoever downloads it has gone away.
    const onGone = (): void => void content.destroy();
    out.once("close", onGone);
    const read = new Promise<void>((resolve) => content.once("close", resolve));
    content.once("error", (error) => out.destroy(error));
    zip.addReadStream(content, entry.name, {
      mtime,
      mode: (mode & 0o777) | 0o100000,
      compress: size > 0 && !COMPRESSED.test(entry.name),
    });
    await read;
    out.off("close", onGone);
    await file.close().catch(() => {});
    progress.files += 1;
  }
}

async function* counted(file: FileHandle, size: number, progress: PackProgress): AsyncGenerator<Buffer> {
  for await (const piece of contentOf(file, size)) {
    progress.bytes += piece.length;
    yield piece;
  }
}

/** Not beyond the length that it had, should it grow meanwhile. */
async function* contentOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  let at = 0;
  while (at < size) {
    const buffer = Buffer.allocUnsafe(Math.min(size - at, 1 << 16));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
