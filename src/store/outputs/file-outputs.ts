/**
 * `OutputStore` in the folder `outputs` of a notebook's room. Text of logs is written at once (it is on its way to
 * the disk before the face that speaks of it exists); values and unfinished lines wait up to a second. Writing is
 * synchronous: it comes at most ten times a second and costs less than a millisecond a megabyte, and only so can
 * whoever reads "done" be sure that every output is out of reach of a crash.
 */
import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type {
  LinesOptions,
  LogFacts,
  LogLine,
  LogSearch,
  LogSearchResult,
  OutputStore,
  OutputStores,
} from "../../document/output-store.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { type NotebookId, OutputRef } from "../../util/ids.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { type ChunkName, END_LENGTH, LogChunks, type LogChunksOptions, readChunkName } from "./log-chunks.ts";
import { DEFAULT_QUOTA, type OutputQuota, QuotaWatch } from "./quota.ts";
import { type LogSource, readLines, readText, searchLog } from "./read-log.ts";
import { TakenOutputs } from "./taken-outputs.ts";
import { TextPacks } from "./text-packs.ts";
import { packNumber, ValuePacks } from "./value-packs.ts";

const FLUSH_MS = 1_000;
const UNUSED_MS = 7 * 24 * 60 * 60 * 1000;
/** Values that wait in memory; with more they are written at once. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** A longer text that came with a file is written at once, in files that are read in parts. */
const MAX_PACKED_TEXT = 256 * 1024;

export interface FileOutputsOptions {
  readonly stateFolder: string;
  readonly quota?: OutputQuota;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Sizes from which on files are full; for tests, which want many. */
  readonly fileBytes?: number;
}

export class FileOutputStores implements OutputStores {
  private readonly rooms: string;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly quota: OutputQuota;
  private readonly fileBytes: number | undefined;

  constructor({ stateFolder, quota, clock, logger, fileBytes }: FileOutputsOptions) {
    this.rooms = join(stateFolder, "rooms");
    this.clock = clock ?? systemClock;
    this.logger = logger ?? silentLogger;
    this.quota = quota ?? DEFAULT_QUOTA;
    this.fileBytes = fileBytes;
  }

  of(id: NotebookId): OutputStore {
    return new FileOutputs({
      folder: join(this.rooms, id, "outputs"),
      quota: new QuotaWatch(this.rooms, this.quota, this.clock),
      clock: this.clock,
      logger: this.logger,
      ...(this.fileBytes !== undefined && { fileBytes: this.fileBytes }),
    });
  }

  async forgetUnused(): Promise<void> {
    const names = await readdir(this.rooms).catch(() => []);
    for (const name of names) {
      const folder = join(this.rooms, name);
      const outputs = await stat(join(folder, "outputs")).catch(() => null);
      if (outputs === null || (await stat(join(folder, "snapshot")).catch(() => null)) !== null) continue;
      // A room that is not kept is that of a running process, unless nothing was written for long.
      if (this.clock.now() - outputs.mtimeMs > UNUSED_MS) await rm(folder, { recursive: true, force: true });
    }
  }
}

interface Options {
  readonly folder: string;
  readonly quota: QuotaWatch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fileBytes?: number;
}

export class FileOutputs implements OutputStore {
  private readonly options: Options;
  private readonly logs = new Map<OutputRef, LogChunks>();
  private readonly values: ValuePacks;
  private readonly texts: TextPacks;
  private readonly taken: TakenOutputs;
  /** When a value was put first, for the grace time. */
  private readonly born = new Map<OutputRef, number>();
  /** Logs with a last line that waits. */
  private readonly unflushed = new Set<LogChunks>();
  private isOpen = false;
  private hasFolder = false;
  private lastSeq = 0;
  private cancelFlush: (() => void) | null = null;
  private referred: ReadonlySet<OutputRef> | null = null;
  private hasFailed = false;

  constructor(options: Options) {
    this.options = options;
    this.values = new ValuePacks(options.folder, options.fileBytes);
    this.texts = new TextPacks(options.folder, options.fileBytes);
    this.taken = new TakenOutputs(this.values, this.texts);
  }

  log(ref: OutputRef): LogFacts | null {
    return this.source(ref)?.facts() ?? null;
  }

  async lines(
    ref: OutputRef,
    from: number,
    to: number,
    options?: LinesOptions,
  ): Promise<readonly LogLine[] | null> {
    const log = this.source(ref);
    return log ? readLines(log, from, to, options) : null;
  }

  async search(ref: OutputRef, search: LogSearch): Promise<LogSearchResult | null> {
    const log = this.source(ref);
    return log ? searchLog(log, search) : null;
  }

  text(ref: OutputRef): AsyncIterable<Uint8Array> | null {
    const log = this.source(ref);
    return log ? readText(log) : null;
  }

  ends(ref: OutputRef): { readonly first: string; readonly last: string } {
    const text = this.opened().taken.textOf(ref);
    if (text !== null) return { first: text.slice(0, END_LENGTH), last: text.slice(-END_LENGTH) };
    return this.logs.get(ref)?.ends() ?? this.texts.ends(ref);
  }

  valueSeq(ref: OutputRef): number | null {
    return this.opened().taken.value(ref)?.seq ?? this.values.seqOf(ref);
  }

  async value(ref: OutputRef): Promise<{ readonly output: Output; readonly seq: number } | null> {
    return this.opened().taken.value(ref) ?? this.values.get(ref);
  }

  async valueJson(ref: OutputRef): Promise<{ readonly json: Uint8Array; readonly seq: number } | null> {
    const taken = this.opened().taken.value(ref);
    if (taken === null) return this.values.json(ref);
    return { json: Buffer.from(JSON.stringify(taken.output)), seq: taken.seq };
  }

  take(ref: OutputRef, output: Output, bytes: number): { readonly seq: number } | null {
    this.makeFolder();
    if (output.output_type === "stream" && output.text.length > MAX_PACKED_TEXT) {
      if (!this.makeRoom(bytes)) return null;
      return { seq: this.append(ref, 0, output.text).seq };
    }
    if (!this.makeRoom(bytes)) return null;
    const seq = this.nextSeq();
    this.born.set(ref, this.options.clock.now());
    this.taken.take(ref, { seq, output, bytes });
    return { seq };
  }

  async settled(): Promise<void> {
    const isDone = await this.taken.writeAll(() => this.tried(() => this.taken.writeSome()));
    if (!isDone) throw outputsNotKept();
  }

  append(ref: OutputRef, drop: number, text: string): LogFacts {
    this.makeFolder();
    let log = this.logs.get(ref);
    if (!log) {
      log = new LogChunks(this.logOptions(ref, this.options.clock.now()));
      this.logs.set(ref, log);
    }
    this.makeRoom(text.length);
    this.tried(() => log.append(drop, text, this.nextSeq()));
    this.unflushed.add(log);
    this.flushSoon();
    return log.facts();
  }

  put(
    ref: OutputRef,
    output: Output,
  ): { readonly seq: number; readonly bytes: number; readonly isKept: boolean } {
    this.makeFolder();
    const json = Buffer.from(JSON.stringify(output));
    const seq = this.nextSeq();
    const isKept = this.makeRoom(json.length);
    if (isKept) {
      if (!this.born.has(ref)) this.born.set(ref, this.options.clock.now());
      this.values.put(ref, seq, json);
      if (this.values.waitingBytes > MAX_WAITING_BYTES) this.tried(() => this.values.flush());
      this.flushSoon();
    } else this.values.remove(ref);
    return { seq, bytes: json.length, isKept };
  }

  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    const done = this.tried(() => {
      this.values.flush();
      for (const log of this.unflushed) log.flush();
      this.unflushed.clear();
    });
    if (!done) this.flushSoon();
  }

  async durable(): Promise<void> {
    this.flush();
    this.writeTaken();
    const paths: string[] = [];
    for (const { unsynced } of [this.values, this.texts.packs]) {
      paths.push(...unsynced);
      unsynced.clear();
    }
    for (const log of this.logs.values()) {
      paths.push(...log.unsynced);
      log.unsynced.clear();
    }
    for (const path of paths) {
      const file = await open(path, "r+").catch(() => null);
      await file?.datasync().catch(() => {});
      await file?.close();
    }
  }

  keepOnly(refs: ReadonlySet<OutputRef>, graceMs = 0): void {
    this.referred = refs;
    if (!this.isOpen && !this.existsOnDisk()) return;
    this.opened();
    const youngest = this.options.clock.now() - graceMs;
    for (const log of [...this.logs.values()])
      if (!refs.has(log.ref) && log.createdAtMs <= youngest) this.removeLog(log);
    for (const ref of [...this.values.refs(), ...this.texts.packs.refs(), ...this.taken.refs()])
      if (!refs.has(ref) && (this.born.get(ref) ?? 0) <= youngest) this.removeValue(ref);
  }

  async close(): Promise<void> {
    this.flush();
    this.writeTaken();
    this.cancelFlush?.();
    this.cancelFlush = null;
    if (this.isOpen && this.size() === 0 && this.logs.size === 0) {
      try {
        rmdirSync(this.options.folder);
        // Of a room that is not kept, nothing is left.
        rmdirSync(dirname(this.options.folder));
      } catch {
        // Something else lies there, or it was never made.
      }
    }
  }

  private opened(): this {
    if (this.isOpen) return this;
    this.isOpen = true;
    const logs = new Map<OutputRef, ChunkName[]>();
    const [values, texts]: [number[], number[]] = [[], []];
    for (const name of this.namesOnDisk()) {
      const chunk = readChunkName(name);
      if (chunk && OutputRef.isOne(chunk.ref)) {
        const chunks = logs.get(chunk.ref) ?? [];
        chunks.push(chunk);
        logs.set(chunk.ref, chunks);
        continue;
      }
      const [value, text] = [packNumber("values", name), packNumber("texts", name)];
      if (value !== null) values.push(value);
      if (text !== null) texts.push(text);
    }
    this.tried(() => this.values.recover(values));
    this.tried(() => this.texts.packs.recover(texts));
    for (const [ref, chunks] of logs) {
      this.tried(() => this.logs.set(ref, LogChunks.recover(this.logOptions(ref, 0), chunks)));
    }
    return this;
  }

  private source(ref: OutputRef): LogSource | null {
    return this.opened().taken.text(ref) ?? this.logs.get(ref) ?? this.texts.source(ref);
  }

  private writeTaken(): void {
    while (!this.taken.isEmpty && this.tried(() => this.taken.writeSome(Number.POSITIVE_INFINITY)));
  }

  private logOptions(ref: OutputRef, createdAtMs: number): LogChunksOptions {
    const { folder, fileBytes } = this.options;
    const seq = this.nextSeq();
    return { folder, ref, seq, createdAtMs, ...(fileBytes !== undefined && { chunkBytes: fileBytes }) };
  }

  private namesOnDisk(): string[] {
    try {
      return readdirSync(this.options.folder);
    } catch {
      return [];
    }
  }

  private existsOnDisk(): boolean {
    return this.namesOnDisk().length > 0;
  }

  private makeFolder(): void {
    if (!this.hasFolder)
      this.hasFolder = this.tried(() => mkdirSync(this.options.folder, { recursive: true, mode: 0o700 }));
    this.opened();
  }

  /** Above every number that was given before, also by a process that ended before it could write it. */
  private nextSeq(): number {
    this.lastSeq = Math.max(this.lastSeq + 1, Math.floor(this.options.clock.now()));
    return this.lastSeq;
  }

  private flushSoon(): void {
    this.cancelFlush ??= this.options.clock.schedule(FLUSH_MS, () => {
      this.cancelFlush = null;
      this.flush();
    });
  }

  /** @returns whether there is room for so much more. */
  private makeRoom(bytes: number): boolean {
    const { quota, folder } = this.options;
    const own = this.size() + bytes;
    let excess = quota.excess(folder, own, bytes);
    if (excess <= 0) return true;
    const before = this.size();
    if (this.referred) this.keepOnly(this.referred, 10_000);
    excess -= before - this.size();
    const bySize = [...this.logs.values()].sort((a, b) => b.size - a.size);
    for (const log of bySize) {
      for (let freed = log.trim(); freed > 0; freed = excess > 0 ? log.trim() : 0) excess -= freed;
      if (excess <= 0) break;
    }
    quota.freed(before - this.size());
    return excess <= 0;
  }

  private size(): number {
    let size = this.values.size + this.texts.packs.size + this.taken.size;
    for (const log of this.logs.values()) size += log.size;
    return size;
  }

  private removeLog(log: LogChunks): void {
    this.tried(() => log.remove());
    this.logs.delete(log.ref);
    this.unflushed.delete(log);
  }

  private removeValue(ref: OutputRef): void {
    this.taken.remove(ref);
    this.tried(() => this.values.remove(ref));
    this.tried(() => this.texts.packs.remove(ref));
    this.born.delete(ref);
  }

  /** A disk that is full or gone must not stop a pipeline: what cannot be kept is missing, and that is said. */
  private tried(write: () => void): boolean {
    try {
      write();
      this.hasFailed = false;
      return true;
    } catch (error) {
      const { logger, folder } = this.options;
      if (!this.hasFailed)
        logger.error("outputs could not be kept on disk", { folder, error: messageOf(error) });
      this.hasFailed = true;
      return false;
    }
  }
}

function outputsNotKept(): LoopbookError {
  return new LoopbookError(
    "outputs-not-kept",
    "The notebook's outputs could not be kept on disk. Check the disk of the state folder; it is tried again.",
    { retry: true },
  );
}
