/** Files of one run that blocks and chunks lie in: `points.<n>` and, for what is kept longest, `kept.<n>`. */
import { constants } from "node:fs";
import { type FileHandle, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAll } from "./journal.ts";

export type FileKind = "points" | "kept";

/** @param what cannot be read: part and place. */
export type OnDamage = (what: string) => void;

export interface Span {
  readonly file: number;
  readonly at: number;
  readonly length: number;
}

/** What lies so close together is read at once. */
const MAX_GAP_BYTES = 32 * 1024;
const MAX_READ_BYTES = 8 * 1024 * 1024;

export class RunDataFiles {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  pathOf(kind: FileKind, file: number): string {
    return join(this.folder, `${kind}.${file}`);
  }

  /** Durable when it settles. What a commit that was never finished left behind `at` is written over. */
  async write(
    kind: FileKind,
    file: number,
    at: number,
    parts: readonly Uint8Array[],
    sync: boolean,
  ): Promise<void> {
    if (parts.length === 0) return;
    const handle = await open(this.pathOf(kind, file), constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      // The system takes at most so many pieces at once.
      for (let from = 0, to = at; from < parts.length; from += 512) {
        const some = parts.slice(from, from + 512);
        await writeAll(handle, some, to);
        to += some.reduce((sum, { byteLength }) => sum + byteLength, 0);
      }
      if (sync) await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** In the order of `spans`; null where the file has gone. */
  async read(kind: FileKind, spans: readonly Span[]): Promise<readonly (Uint8Array | null)[]> {
    const found: (Uint8Array | null)[] = spans.map(() => null);
    const order = spans.map((_, index) => index).sort((a, b) => compare(spans[a], spans[b]));
    let opened: FileHandle | null = null;
    let openFile = -1;
    try {
      for (let from = 0; from < order.length; ) {
        const first = spans[order[from] ?? 0];
        if (first === undefined) break;
        let end = first.at + first.length;
        let to = from + 1;
        for (; to < order.length; to++) {
          const next = spans[order[to] ?? 0];
          if (next === undefined || next.file !== first.file || next.at > end + MAX_GAP_BYTES) break;
          if (next.at + next.length - first.at > MAX_READ_BYTES) break;
          end = Math.max(end, next.at + next.length);
        }
        if (openFile !== first.file) {
          await opened?.close();
          opened = await this.openOrNull(kind, first.file);
          openFile = first.file;
        }
        const bytes = opened && (await readAt(opened, first.at, end - first.at));
        for (const index of order.slice(from, to)) {
          const span = spans[index];
          if (bytes && span)
            found[index] = bytes.subarray(span.at - first.at, span.at - first.at + span.length);
        }
        from = to;
      }
    } finally {
      await opened?.close();
    }
    return found;
  }

  /** Bytes of everything that is in the folder but blobs and journal. */
  async sizeBytes(): Promise<number> {
    let size = 0;
    for (const name of await readdir(this.folder))
      if (/^(?:points|kept|state|index)/.test(name))
        size += (await stat(join(this.folder, name)).catch(() => null))?.size ?? 0;
    return size;
  }

  async pointFiles(): Promise<
    readonly { readonly file: number; readonly bytes: number; readonly writtenAtMs: number }[]
  > {
    const found: { file: number; bytes: number; writtenAtMs: number }[] = [];
    for (const name of await readdir(this.folder)) {
      const file = Number(/^points\.(\d+)$/.exec(name)?.[1] ?? Number.NaN);
      const facts = Number.isNaN(file) ? null : await stat(join(this.folder, name)).catch(() => null);
      if (facts) found.push({ file, bytes: facts.size, writtenAtMs: facts.mtimeMs });
    }
    return found.sort((a, b) => a.file - b.file);
  }

  async forgetPoints(file: number): Promise<void> {
    await rm(this.pathOf("points", file), { force: true });
  }

  private async openOrNull(kind: FileKind, file: number): Promise<FileHandle | null> {
    try {
      return await open(this.pathOf(kind, file), "r");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  }
}

function compare(a: Span | undefined, b: Span | undefined): number {
  return (a?.file ?? 0) - (b?.file ?? 0) || (a?.at ?? 0) - (b?.at ?? 0);
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  // Where a file was cut off there are zeros, which no checksum takes for what was there.
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes;
}
