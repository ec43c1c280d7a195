/**
 * How much disk the wholes of outputs may take: of one notebook, of all, and how much is left free at least. Who is
 * over it gives up first what nobody refers to, then the middle of logs.
 */
import { readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../util/clock.ts";

export interface OutputQuota {
  readonly notebookBytes: number;
  readonly totalBytes: number;
  /** Left to everything else on the same disk. */
  readonly freeBytes: number;
}

const GB = 1024 ** 3;
export const DEFAULT_QUOTA: OutputQuota = { notebookBytes: 4 * GB, totalBytes: 20 * GB, freeBytes: GB / 2 };

/** Folders are measured anew after this time, and the disk after so many bytes. */
const MEASURE_EVERY_MS = 60_000;
const MEASURE_EVERY_BYTES = 4 * 1024 * 1024;

export class QuotaWatch {
  private readonly roomsFolder: string;
  private readonly quota: OutputQuota;
  private readonly clock: Clock;
  private otherBytes = 0;
  private measuredAtMs = Number.NEGATIVE_INFINITY;
  private freeAtLast = Number.POSITIVE_INFINITY;
  private sinceMeasured = Number.POSITIVE_INFINITY;

  constructor(roomsFolder: string, quota: OutputQuota, clock: Clock) {
    this.roomsFolder = roomsFolder;
    this.quota = quota;
    this.clock = clock;
  }

  /**
   * @param own what this notebook takes.
   * @param written bytes since the last call.
   * @returns how many bytes are to be given up; 0: all is well.
   */
  excess(folder: string, own: number, written: number): number {
    this.sinceMeasured += written;
    const { notebookBytes, totalBytes, freeBytes } = this.quota;
    if (this.sinceMeasured >= MEASURE_EVERY_BYTES) {
      this.sinceMeasured = 0;
      this.freeAtLast = freeBytesAt(folder);
      if (this.clock.now() - this.measuredAtMs >= MEASURE_EVERY_MS) {
        this.measuredAtMs = this.clock.now();
        this.otherBytes = sizeOfOthers(this.roomsFolder, folder);
      }
    }
    const free = freeBytes - (this.freeAtLast - this.sinceMeasured);
    return Math.max(0, own - notebookBytes, own + this.otherBytes - totalBytes, free);
  }

  /** So much was given up. */
  freed(bytes: number): void {
    this.freeAtLast += bytes;
  }
}

function freeBytesAt(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function sizeOfOthers(roomsFolder: string, own: string): number {
  let size = 0;
  for (const room of namesIn(roomsFolder)) {
    const folder = join(roomsFolder, room, "outputs");
    if (folder === own) continue;
    for (const name of namesIn(folder)) {
      try {
        size += statSync(join(folder, name)).size;
      } catch {
        // It has gone meanwhile.
      }
    }
  }
  return size;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
