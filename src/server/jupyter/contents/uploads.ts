/**
 * Files that clients send in pieces (`chunk` 1, 2, …, and -1 for the last). They are gathered beside their place and
 * take it when they are whole, so that nobody finds a part.
 */
import { appendFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../../util/clock.ts";
import { LoopbookError } from "../../../util/errors.ts";
import { randomToken } from "../../../util/ids.ts";
import { fileError, type Place } from "./places.ts";

interface Upload {
  readonly part: string;
  next: number;
  atMs: number;
}

/** At once; and for how long one may stand still. */
const MAX_UPLOADS = 20;
const MAX_IDLE_MS = 3_600_000;

export class Uploads {
  private readonly clock: Clock;
  private readonly open = new Map<string, Upload>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** True: it was the last piece, and the file is in its place. @throws LoopbookError `bad-request`, `too-many-uploads`. */
  async add(place: Place, chunk: number, bytes: Uint8Array): Promise<boolean> {
    const upload = chunk === 1 ? await this.begin(place) : this.open.get(place.absolute);
    if (!upload || (chunk !== -1 && chunk !== upload.next)) {
      throw new LoopbookError(
        "bad-request",
        `This piece of ${place.path} is not the next one. Send it from the beginning.`,
      );
    }
    upload.next += 1;
    upload.atMs = this.clock.now();
    try {
      await appendFile(upload.part, bytes);
      if (chunk !== -1) return false;
      this.open.delete(place.absolute);
      await rename(upload.part, place.absolute);
      return true;
    } catch (cause) {
      await this.drop(place.absolute, upload);
      throw fileError(`${place.path} could not be written`, cause);
    }
  }

  /** How much of it is there. */
  async facts(place: Place): ReturnType<typeof stat> {
    return stat(this.open.get(place.absolute)?.part ?? place.absolute);
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map(([key, upload]) => this.drop(key, upload)));
  }

  private async begin(place: Place): Promise<Upload> {
    const now = this.clock.now();
    for (const [key, upload] of this.open) {
      if (key === place.absolute || now - upload.atMs > MAX_IDLE_MS) await this.drop(key, upload);
    }
    if (this.open.size >= MAX_UPLOADS) {
      throw new LoopbookError(
        "too-many-uploads",
        `${MAX_UPLOADS} files are being sent now. Try again when they are there.`,
        {
          retry: true,
        },
      );
    }
    const part = join(
      dirname(place.absolute),
      `.${basename(place.absolute).slice(0, 100)}.${randomToken(8)}.part`,
    );
    try {
      await writeFile(part, "", { flag: "wx" });
    } catch (cause) {
      throw fileError(`${place.path} could not be written`, cause);
    }
    const upload = { part, next: 1, atMs: now };
    this.open.set(place.absolute, upload);
    return upload;
  }

  private async drop(key: string, upload: Upload): Promise<void> {
    if (this.open.get(key) === upload) this.open.delete(key);
    await unlink(upload.part).catch(() => {});
  }
}
