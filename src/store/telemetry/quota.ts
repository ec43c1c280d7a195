/** How much disk telemetry may take. Who is over it is told; what is there stays. */
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { LoopbookError } from "../../util/errors.ts";

export interface TelemetryQuota {
  /** Of all runs together. */
  readonly totalBytes: number;
  /** Left to everything else on the same disk. */
  readonly freeBytes: number;
}

const GB = 1024 ** 3;
export const DEFAULT_QUOTA: TelemetryQuota = { totalBytes: 50 * GB, freeBytes: GB / 2 };

/** Measured anew after so many bytes. */
const MEASURE_EVERY_BYTES = 32 * 1024 * 1024;

export class QuotaWatch {
  private readonly folder: string;
  private readonly quota: TelemetryQuota;
  private total = 0;
  private free = Number.POSITIVE_INFINITY;
  private taken = Number.POSITIVE_INFINITY;
  private measuring: Promise<void> | null = null;

  constructor(folder: string, quota: TelemetryQuota) {
    this.folder = folder;
    this.quota = quota;
  }

  /** @throws LoopbookError `telemetry-full`. */
  async take(bytes: number): Promise<void> {
    // Also what only this batch is too big for: there may be room since it was measured.
    if (this.taken >= MEASURE_EVERY_BYTES || this.reason(bytes) !== null) {
      this.measuring ??= this.measure().finally(() => {
        this.measuring = null;
      });
      await this.measuring;
    }
    const reason = this.reason(bytes);
    if (reason === null) {
      this.taken += bytes;
      return;
    }
    throw new LoopbookError(
      "telemetry-full",
      `${reason} No more is taken until there is room: remove runs that are not needed. The pipeline keeps what it could not send.`,
      { retry: true },
    );
  }

  private reason(more: number): string | null {
    const { totalBytes, freeBytes } = this.quota;
    if (this.taken === Number.POSITIVE_INFINITY) return null;
    if (this.total + this.taken + more > totalBytes)
      return `Telemetry takes all of its ${shown(totalBytes)}.`;
    if (this.free - this.taken - more < freeBytes) return `The disk has less than ${shown(freeBytes)} left.`;
    return null;
  }

  private async measure(): Promise<void> {
    const disk = await statfs(this.folder).catch(() => null);
    this.free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
    this.total = await sizeOf(this.folder, 3);
    this.taken = 0;
  }
}

async function sizeOf(folder: string, depth: number): Promise<number> {
  let size = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) size += depth > 0 ? await sizeOf(path, depth - 1) : 0;
    else size += (await stat(path).catch(() => null))?.size ?? 0;
  }
  return size;
}

const shown = (bytes: number): string =>
  bytes >= GB ? `${Math.round((bytes / GB) * 10) / 10} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
