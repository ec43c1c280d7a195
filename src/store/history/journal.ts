/**
 * A file of records, a line of JSON each, only ever added to. A crash may tear off the last line; it is passed over,
 * and what follows begins on a line of its own.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";
import type { Logger } from "../../util/logger.ts";

/** What nobody waits for is written after this time. */
const RELAXED_MS = 100;
/** While the disk refuses, the oldest beyond this are given up. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export class Journal {
  private readonly path: string;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private file: FileHandle | null = null;
  /** One thing at a time is done to the file. */
  private work: Promise<void> = Promise.resolve();
  private cancelRelaxed: (() => void) | null = null;
  private isFailing = false;
  private size = 0;

  constructor(path: string, clock: Clock, logger: Logger) {
    this.path = path;
    this.clock = clock;
    this.logger = logger;
  }

  get bytes(): number {
    return this.size + this.waitingBytes;
  }

  async read(): Promise<readonly JsonValue[]> {
    await this.written();
    this.size = await sizeOf(this.path);
    return readRecords(this.path);
  }

  append(record: JsonValue): void {
    const line = `${JSON.stringify(record)}\n`;
    this.waiting.push(line);
    this.waitingBytes += Buffer.byteLength(line);
    while (this.waitingBytes > MAX_WAITING_BYTES && this.waiting.length > 1)
      this.waitingBytes -= Buffer.byteLength(this.waiting.shift() ?? "");
    this.cancelRelaxed ??= this.clock.schedule(RELAXED_MS, () => void this.written());
  }

  written(): Promise<void> {
    this.cancelRelaxed?.();
    this.cancelRelaxed = null;
    if (this.waiting.length > 0) this.work = this.work.then(() => this.write());
    return this.work;
  }

  rewrite(change: (records: readonly JsonValue[]) => readonly JsonValue[]): Promise<void> {
    const replaced = this.written().then(async () => {
      const text = change(await readRecords(this.path))
        .map((record) => `${JSON.stringify(record)}\n`)
        .join("");
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await this.closeFile();
      const temporary = `${this.path}.tmp`;
      const file = await open(temporary, "w", 0o600);
      try {
        await file.appendFile(text);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
      this.size = Buffer.byteLength(text);
    });
    this.work = replaced.catch(() => unlink(`${this.path}.tmp`).catch(() => {}));
    return replaced;
  }

  async close(): Promise<void> {
    await this.written();
    await this.work;
    await this.file?.datasync().catch(() => {});
    await this.closeFile();
  }

  private async write(): Promise<void> {
    const lines = this.waiting;
    if (lines.length === 0) return;
    try {
      this.file ??= await this.openFile();
      const text = lines.join("");
      this.waiting = [];
      this.waitingBytes = 0;
      await this.file.appendFile(text);
      this.size += Buffer.byteLength(text);
      this.isFailing = false;
    } catch (error) {
      // Perhaps a part of them is there; a record that comes twice is the same one.
      this.waiting = [...lines.filter((line) => !this.waiting.includes(line)), ...this.waiting];
      this.waitingBytes = this.waiting.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
      await this.closeFile();
      if (!this.isFailing)
        this.logger.error("a notebook's history cannot be written; it is tried again with the next change", {
          journal: this.path,
          error: messageOf(error),
        });
      this.isFailing = true;
    }
  }

  private async openFile(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
    const { size } = await file.stat();
    this.size = size;
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    if (size > 0 && last[0] !== 10) await file.appendFile("\n");
    return file;
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.close().catch(() => {});
  }
}

/** All whole records of a journal; none when there is no such file. */
export async function readRecords(path: string): Promise<readonly JsonValue[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return "";
    throw error;
  });
  return text.split("\n").flatMap((line): JsonValue[] => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as JsonValue];
    } catch {
      return [];
    }
  });
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
