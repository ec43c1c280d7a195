/**
 * Figures and artefacts by the SHA-256 of their bytes: `blobs/<sha256>` when whole, `<sha256>.part` while they come.
 * What was taken is durable; a blob that is there is not taken again.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { constants, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { LogGap } from "../../telemetry/log-gap.ts";
import type { Received } from "../../telemetry/telemetry-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import { syncFolder } from "../sync-folder.ts";
import { writeAll } from "./journal.ts";

export const MAX_BLOB_BYTES = 16 * 1024 ** 3;
/** Beyond that it is not read into memory at once. */
const MAX_READ_BYTES = 512 * 1024 ** 2;
const PART_UNUSED_MS = 7 * 24 * 3600 * 1000;

export class Blobs {
  private readonly folder: string;
  /** Of this run's blobs, one after the other for each. */
  private readonly writing = new Map<string, Promise<unknown>>();
  sizeBytes = 0;

  constructor(runFolder: string) {
    this.folder = join(runFolder, "blobs");
  }

  /** Measures what is there, and gives up what was begun and left alone for a week. */
  async measure(nowMs: number): Promise<void> {
    let size = 0;
    for (const name of await readdir(this.folder).catch(() => [])) {
      const facts = await stat(join(this.folder, name)).catch(() => null);
      if (facts === null) continue;
      if (name.endsWith(".part") && nowMs - facts.mtimeMs > PART_UNUSED_MS)
        await rm(join(this.folder, name), { force: true });
      else size += facts.size;
    }
    this.sizeBytes = size;
  }

  async size(sha256: string): Promise<number | null> {
    const path = this.pathOf(sha256);
    const facts = (await stat(path).catch(() => null)) ?? (await stat(`${path}.part`).catch(() => null));
    return facts?.size ?? null;
  }

  async read(sha256: string): Promise<Uint8Array | null> {
    const facts = await stat(this.pathOf(sha256)).catch(() => null);
    if (facts === null) return null;
    if (facts.size > MAX_READ_BYTES)
      throw new LoopbookError("too-big", `The blob has ${facts.size} bytes: read it in parts.`);
    return readFile(this.pathOf(sha256));
  }

  put(sha256: string, offset: number, total: number, bytes: Uint8Array): Promise<Received> {
    const before = this.writing.get(sha256) ?? Promise.resolve();
    const next = before.catch(() => {}).then(() => this.take(sha256, offset, total, bytes));
    this.writing.set(sha256, next);
    const forget = (): void => {
      if (this.writing.get(sha256) === next) this.writing.delete(sha256);
    };
    next.then(forget, forget);
    return next;
  }

  /** Where a whole one lies, for who streams it. */
  pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new LoopbookError("bad-blob", "A blob is named by the SHA-256 of its bytes, 64 of 0-9 and a-f.");
    return join(this.folder, sha256);
  }

  private async take(sha256: string, offset: number, total: number, bytes: Uint8Array): Promise<Received> {
    const path = this.pathOf(sha256);
    const whole = await stat(path).catch(() => null);
    if (whole !== null) return { received: whole.size };
    if (total > MAX_BLOB_BYTES || offset + bytes.byteLength > total)
      throw new LoopbookError(
        "bad-blob",
        `A blob has at most ${MAX_BLOB_BYTES} bytes, and no more than it says.`,
      );
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const handle = await open(`${path}.part`, constants.O_RDWR | constants.O_CREAT, 0o600);
    let size: number;
    try {
      size = (await handle.stat()).size;
      if (offset > size) throw new LogGap(size, offset);
      const fresh = bytes.subarray(size - offset);
      if (fresh.byteLength > 0) await this.checkFree(fresh.byteLength);
      await writeAll(handle, [fresh], size);
      size += fresh.byteLength;
      this.sizeBytes += fresh.byteLength;
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (size >= total) await this.settle(sha256, total);
    return { received: size };
  }

  private async settle(sha256: string, total: number): Promise<void> {
    const path = this.pathOf(sha256);
    const hash = createHash("sha256");
    for await (const piece of createReadStream(`${path}.part`, { end: Math.max(0, total - 1) }))
      hash.update(piece);
    const actual = hash.digest("hex");
    if (actual !== sha256) {
      await rm(`${path}.part`, { force: true });
      this.sizeBytes -= total;
      throw new LoopbookError(
        "bad-blob",
        `The bytes that came have the SHA-256 ${actual}, not ${sha256}. They were given up; send them again from the beginning.`,
        { retry: true },
      );
    }
    await rename(`${path}.part`, path);
    await syncFolder(this.folder);
  }

  private async checkFree(bytes: number): Promise<void> {
    const facts = await statfs(this.folder).catch(() => null);
    if (facts === null || facts.bavail * facts.bsize > bytes) return;
    throw new LoopbookError("telemetry-full", "The disk has no room for this file. The pipeline keeps it.", {
      retry: true,
    });
  }
}
