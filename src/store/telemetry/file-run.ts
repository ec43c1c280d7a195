/**
 * The telemetry of one run: what its writers send goes to the journal, then into series and lines in memory, and, when
 * enough has come, into blocks and chunks on disk, behind which the journal is cut.
 */
import type { FileLease } from "../../document/room-log.ts";
import { FactFeed } from "../../telemetry/fact-feed.ts";
import { BadLog } from "../../telemetry/log-codec.ts";
import { LogGap } from "../../telemetry/log-gap.ts";
import { LogTemplates, type TemplatesState } from "../../telemetry/log-templates.ts";
import type { Columns } from "../../telemetry/points.ts";
import type {
  PlacedFact,
  ReadSeries,
  Received,
  RunLogs,
  RunTelemetry,
  SeriesInfo,
  SeriesView,
  TelemetryTroubles,
} from "../../telemetry/telemetry-store.ts";
import { type LogSink, type Taken, WriterLog, type WriterState } from "../../telemetry/writer-log.ts";
import type { Clock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { RunId } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";
import { Blobs } from "./blobs.ts";
import { blockFiles } from "./block-files.ts";
import { ChangeNews } from "./change-news.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { IngestQueue } from "./ingest-queue.ts";
import { type Durability, type Frame, Journal } from "./journal.ts";
import { queryLog } from "./log-query.ts";
import type { QuotaWatch } from "./quota.ts";
import type { Retention } from "./retention.ts";
import { RunCommits } from "./run-commits.ts";
import { RunFacts } from "./run-facts.ts";
import { RunDataFiles } from "./run-files.ts";
import { allPoints, type BlockReader, readSeries } from "./series-reader.ts";
import { SeriesSet } from "./series-set.ts";
import { storeFailure } from "./store-failure.ts";
import { waitingLines } from "./waiting-lines.ts";

/** Of one run: ranks, forks, and the processes of a restarted job. */
const MAX_WRITERS = 10_000;
const MAX_REASONS = 20;
const MAX_DAMAGED = 10_000;
const MAX_FACTS_AT_ONCE = 1_000;

export interface FileRunOptions {
  readonly runId: RunId;
  readonly folder: string;
  readonly lease: FileLease | null;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: (revision: number) => void;
  readonly retention: Retention;
  readonly quota: QuotaWatch;
  /** For tests, which want many commits. */
  readonly commitBytes?: number;
}

interface RunState {
  readonly writers: readonly (readonly [string, Omit<WriterState, "carry"> & { readonly carry: string }])[];
  readonly rejected: number;
  readonly reasons: readonly string[];
  readonly dropped: number;
  readonly templates: TemplatesState;
}

export class FileRun implements RunTelemetry {
  readonly runId: RunId;
  private readonly options: FileRunOptions;
  private readonly journal: Journal;
  private readonly queue: IngestQueue;
  private readonly writers = new Map<string, WriterLog>();
  private readonly set = new SeriesSet();
  private readonly facts = new RunFacts();
  private readonly feed: FactFeed;
  private readonly news: ChangeNews;
  private readonly blobs: Blobs;
  private readonly blocks: BlockReader;
  private readonly chunks: ChunkReader;
  private readonly commits: RunCommits;
  readonly logs: RunLogs;
  private rejected = 0;
  private reasons: string[] = [];
  private readonly damaged = new Set<string>();
  private isClosed = false;

  static async open(options: FileRunOptions): Promise<FileRun> {
    const run = new FileRun(options);
    await run.recover();
    return run;
  }

  private constructor(options: FileRunOptions) {
    const { runId, folder, durability, clock, logger } = options;
    this.options = options;
    this.runId = runId;
    this.journal = new Journal(folder, durability, 0);
    this.news = new ChangeNews(clock, () => options.onChange(this.revision));
    this.blobs = new Blobs(folder);
    const files = new RunDataFiles(folder);
    const onDamage = (what: string): void => this.rejectDamaged(what);
    this.blocks = blockFiles(files, onDamage);
    this.chunks = new ChunkReader(files, onDamage);
    this.commits = new RunCommits({
      ...options,
      files,
      journal: this.journal,
      set: this.set,
      facts: this.facts,
      sync: durability === "power",
      received: () => this.received(),
      state: () => this.state(),
    });
    const { facts } = this;
    this.logs = {
      get total() {
        return facts.totalLines;
      },
      counts: () => facts.counts(),
      templates: () => facts.templates.list(),
      read: (query) =>
        queryLog(
          {
            fetch: (parts) => this.chunks.fetch(parts),
            total: facts.totalLines,
            parts: [...this.commits.chunks.map((chunk) => this.chunks.part(chunk)), waitingLines(facts)],
            counts: facts.counts(),
            template: query.template === undefined ? undefined : facts.templates.get(query.template),
          },
          query,
        ),
    };
    this.feed = new FactFeed(
      {
        get total() {
          return facts.total;
        },
        read: (from) => this.readFacts(from),
      },
      clock,
      (error) => logger.error("A fact could not be acted on", { runId, error: messageOf(error) }),
    );
    this.queue = new IngestQueue({
      journal: () => this.journal,
      onApplied: () => {
        this.feed.kick();
        this.news.tell();
      },
      between: () => this.commits.between(),
      onFailed: () => {
        for (const log of this.writers.values()) log.giveUp();
      },
      asError: (error) => storeFailure(error, folder),
    });
  }

  received(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.writers].map(([name, { received }]) => [name, received]));
  }

  append(writer: string, offset: number, bytes: Uint8Array): Promise<Received> {
    return this.take(writer, offset, bytes.byteLength, bytes.byteLength, (log) => {
      const payload = bytes.subarray(log.end - offset);
      return { payload, taken: log.take(payload) };
    });
  }

  appendLines(writer: string, first: number, lines: readonly string[]): Promise<Received> {
    const bytes = lines.reduce((sum, { length }) => sum + length, 0);
    return this.take(writer, first, lines.length, bytes, (log) => {
      const fresh = lines.slice(log.end - first);
      return { payload: Buffer.from(fresh.join("\n")), taken: log.takeLines(fresh) };
    });
  }

  onFact(
    after: Readonly<Record<string, number>>,
    listener: (facts: readonly PlacedFact[]) => void,
  ): Unsubscribe {
    this.needOpen();
    return this.feed.listen(after, this.commits.firstFactAfter(after), listener);
  }

  series(): readonly SeriesInfo[] {
    return this.set.infos();
  }

  async read(query: ReadSeries): Promise<SeriesView | null> {
    const series = this.set.get(query.name);
    return series === undefined ? null : readSeries(series, query, this.blocks);
  }

  points(name: string): AsyncIterable<Columns> | null {
    const series = this.set.get(name);
    return series === undefined ? null : allPoints(series, this.blocks);
  }

  troubles(): TelemetryTroubles {
    return {
      dropped: this.facts.dropped,
      rejected: this.rejected,
      outOfOrder: this.set.outOfOrder(),
      reasons: this.reasons,
    };
  }

  sizeBytes(): number {
    return this.journal.size + this.commits.sizeBytes + this.blobs.sizeBytes;
  }

  onChange(listener: () => void): Unsubscribe {
    return this.news.on(listener);
  }

  blobSize(sha256: string): Promise<number | null> {
    return this.blobs.size(sha256);
  }

  async putBlob(sha256: string, offset: number, total: number, bytes: Uint8Array): Promise<Received> {
    this.needOpen();
    try {
      return await this.blobs.put(sha256, offset, total, bytes);
    } catch (error) {
      throw storeFailure(error, this.options.folder);
    }
  }

  readBlob(sha256: string): Promise<Uint8Array | null> {
    return this.blobs.read(sha256);
  }

  private get revision(): number {
    return this.set.points + this.facts.total;
  }

  /** Nobody listens, nothing is under way. */
  get isIdle(): boolean {
    return this.feed.size === 0 && this.news.size === 0 && this.queue.isIdle;
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.queue.idle();
    // What cannot be written as blocks is in the journal still.
    await this.commits.finish().catch(() => {});
    this.feed.close();
    this.news.close();
    await this.journal.close();
    this.options.lease?.release();
  }

  private async take(
    writer: string,
    offset: number,
    length: number,
    bytes: number,
    read: (log: WriterLog) => { readonly payload: Uint8Array; readonly taken: Taken },
  ): Promise<Received> {
    this.needOpen();
    await this.options.quota.take(bytes);
    if (this.commits.blockedBy !== null) throw storeFailure(this.commits.blockedBy, this.options.folder);
    this.needOpen();
    const log = this.writerLog(writer);
    if (offset > log.end) throw new LogGap(log.received, offset);
    this.queue.checkRoom(bytes);
    const begin = log.end;
    // All of it is on its way already: acknowledged when it is durable.
    if (offset + length <= begin) {
      await this.queue.idle();
      return { received: log.received };
    }
    const { payload, taken } = this.readOrRefuse(() => read(log), writer);
    const frame: Frame = { writer, mode: taken.mode, offset: begin, payload };
    await this.queue.submit(frame, () => log.apply(taken, this.sinkOf(writer)));
    return { received: log.received };
  }

  private readOrRefuse<T>(read: () => T, writer: string): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BadLog)) throw error;
      this.reject(`${writer}: ${error.message}`);
      throw new LoopbookError(
        "bad-log",
        `${error.message}, ${error.at} bytes into what was sent: this is no log as decision 0009 describes it. Nothing of it was taken.`,
      );
    }
  }

  private writerLog(name: string): WriterLog {
    const known = this.writers.get(name);
    if (known) return known;
    if (!/^[a-z0-9-]{1,64}$/.test(name))
      throw new LoopbookError("bad-log", `A writer's name has 1 to 64 of a-z, 0-9 and -, not ${name}.`);
    if (this.writers.size >= MAX_WRITERS)
      throw new LoopbookError("bad-log", `A run has at most ${MAX_WRITERS} writers.`);
    const log = new WriterLog();
    this.writers.set(name, log);
    return log;
  }

  private sinkOf(writer: string): LogSink {
    return {
      point: (name, time, step, value) => {
        if (!this.set.add(name, time, step, value)) this.reject(`more series than are kept: ${name}`);
      },
      fact: (fact, bytes, end) => this.facts.add(writer, fact, bytes, end),
      rejected: (reason) => this.reject(`${writer}: ${reason}`),
    };
  }

  private reject(reason: string): void {
    this.rejected++;
    this.reasons = [...this.reasons.filter((known) => known !== reason), reason].slice(-MAX_REASONS);
  }

  /** Each place once, however often it is read. */
  private rejectDamaged(what: string): void {
    if (this.damaged.has(what) || this.damaged.size >= MAX_DAMAGED) return;
    this.damaged.add(what);
    this.options.logger.error("Telemetry on disk is damaged", { runId: this.runId, what });
    this.reject(`damaged on disk: ${what}`);
  }

  private readFacts(from: number): readonly PlacedFact[] | Promise<readonly PlacedFact[]> {
    const chunk = this.commits.chunks.findLast(({ firstFact }) => firstFact <= from);
    if (from < this.facts.settledFacts && chunk)
      return this.chunks.facts(chunk).then((facts) => facts.slice(from - chunk.firstFact));
    const { waiting, settledFacts } = this.facts;
    const some = waiting.slice(from - settledFacts, from - settledFacts + MAX_FACTS_AT_ONCE);
    return some.map(({ writer, end, fact }) => ({ writer, end, fact }));
  }

  private async recover(): Promise<void> {
    await this.blobs.measure(this.options.clock.now());
    const last = await this.commits.recover();
    if (last !== null) this.takeState(last.state as RunState);
    for await (const { writer, mode, offset, payload } of this.journal.recover(last?.journal ?? 0)) {
      const log = this.writerLog(writer);
      if (offset > log.end) continue;
      const { taken } =
        mode === "bytes"
          ? { taken: log.take(payload.subarray(log.end - offset)) }
          : {
              taken: log.takeLines(
                payload
                  .toString()
                  .split("\n")
                  .slice(log.end - offset),
              ),
            };
      log.apply(taken, this.sinkOf(writer));
    }
  }

  private state(): RunState {
    const { rejected, reasons } = this;
    const { dropped } = this.facts;
    const writers = [...this.writers].map(([name, log]): RunState["writers"][number] => {
      const { carry, ...state } = log.state();
      return [name, { ...state, carry: Buffer.from(carry).toString("base64") }];
    });
    return { writers, rejected, reasons, dropped, templates: this.facts.templates.state() };
  }

  private takeState({ writers, rejected, reasons, dropped, templates }: RunState): void {
    for (const [name, { carry, ...state }] of writers)
      this.writers.set(name, WriterLog.of({ ...state, carry: Buffer.from(carry, "base64") }));
    this.rejected = rejected;
    this.reasons = [...reasons];
    this.facts.dropped = dropped;
    this.facts.templates = LogTemplates.of(templates);
  }

  private needOpen(): void {
    if (!this.isClosed) return;
    throw new LoopbookError("telemetry-released", "The telemetry of this run was put away; open it again.", {
      retry: true,
    });
  }
}
