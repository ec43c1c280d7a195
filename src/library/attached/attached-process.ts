/**
 * This process as one that joined a notebook (decision 0009): what it tells is in its spool when the call returns, and a
 * sender ships it whenever a server is there. Nothing here throws, waits for the network, or keeps the process alive.
 */

import { join } from "node:path";
import type { AttachBody, AttachedView } from "../../api/attached.ts";
import { Shapes } from "../../client/attached/records.ts";
import { AttachedWire, type Destination } from "../../client/attached/wire.ts";
import type { Fact } from "../../telemetry/facts.ts";
import { encodeFact } from "../../telemetry/log-codec.ts";
import type { News } from "../../usecases/attached-run.ts";
import { messageOf } from "../../util/errors.ts";
import { isShipped, shipLog, shipWriter } from "./ship-spool.ts";
import { type AttachFile, removeWriterFolder } from "./spool-folder.ts";
import { SpoolWriter } from "./spool-writer.ts";

/** What came meanwhile goes along: so many requests a second at most. */
const GATHER_MS = 40;
const ALIVE_MS = 3_000;
const RETRY_MS = { first: 100, most: 2_000 } as const;
const NEWS_WAIT_SECONDS = 25;

export interface AttachedProcessOptions {
  readonly request: AttachBody;
  readonly spool: string;
  /** Asked again whenever no server answers; null: there is none now. */
  readonly find: () => Destination | null | Promise<Destination | null>;
  /** Each time that what this process is to know is another. */
  readonly onNews?: (news: News) => void;
  readonly onAttached?: (view: AttachedView) => void;
  readonly now?: () => number;
}

/** A fact without its time; `Omit` of a union loses its members. */
type Untimed<T> = T extends unknown ? Omit<T, "time"> : never;

export class AttachedProcess {
  private readonly options: AttachedProcessOptions;
  private readonly spool: SpoolWriter;
  private readonly file: AttachFile;
  private readonly shapes = new Shapes();
  private wire: AttachedWire | null = null;
  private received = 0;
  private toldAtMs = 0;
  private trouble_: string | null = null;
  private closing = false;
  private readonly stop = new AbortController();
  /** Ends the pause that what is told ends. */
  private wake: (() => void) | null = null;
  private endPause: (() => void) | null = null;
  private sender: Promise<void>;

  constructor(options: AttachedProcessOptions) {
    this.options = options;
    const { runId, writer } = options.request;
    this.file = { format: 1, url: null, request: options.request };
    this.spool = SpoolWriter.create(join(options.spool, runId, writer.id), this.file);
    this.sender = this.send();
  }

  /** Why nothing is sent now; null: it is. */
  get trouble(): string | null {
    return this.trouble_;
  }

  /** Several at once cost one write. `time` in seconds since 1970; absent: now. */
  tell(...facts: readonly (Untimed<Fact> & { readonly time?: number })[]): void {
    const time = this.seconds();
    this.append(
      facts.map((fact) => encodeFact({ time, ...fact } as Fact)),
      facts.length,
    );
  }

  /** Values of this moment; infinities and not-a-number are kept. */
  metrics(values: Readonly<Record<string, number>>, step: number | null = null, time = this.seconds()): void {
    if (Object.keys(values).length === 0) return;
    const records = this.shapes.rowRecords(time, step, values);
    // A shape that was told and not kept would leave its rows without names.
    if (records !== null && !this.append(records) && records.length > 1) this.shapes.takeBack();
  }

  /** An output or artefact by content. @returns whether it is kept. */
  blob(sha256: string, bytes: Uint8Array): boolean {
    return this.spool.putBlob(sha256, bytes);
  }

  /** Ships what is left, for `limitMs` at most; what is not shipped then, `loopbook sync` or a server takes. */
  async close(limitMs = 1_000): Promise<{ readonly isShipped: boolean }> {
    this.closing = true;
    this.endPause?.();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([this.sender, late]);
    clearTimeout(timer);
    this.stop.abort();
    this.spool.close();
    const shipped = this.spool.works && this.received >= this.spool.end;
    if (shipped && isShipped(this.spool.folder, this.received)) removeWriterFolder(this.spool.folder);
    return { isShipped: shipped };
  }

  private append(records: readonly Uint8Array[], count = 1): boolean {
    const dropped = this.spool.takeDropped();
    const lost = dropped
      ? [encodeFact({ type: "dropped", time: this.seconds(), count: dropped.count, why: dropped.why })]
      : [];
    const isKept = this.spool.append([...lost, ...records], count + (dropped?.count ?? 0));
    this.toldAtMs = performance.now();
    this.wake?.();
    return isKept;
  }

  private seconds(): number {
    return (this.options.now ?? Date.now)() / 1_000;
  }

  private async send(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!this.stop.signal.aborted) {
      try {
        if (this.wire === null) await this.join();
        if (this.wire !== null) {
          await this.ship(this.wire);
          retryMs = RETRY_MS.first;
          if (this.closing && this.received >= this.spool.end) return;
          await this.pause(this.received < this.spool.end ? GATHER_MS : ALIVE_MS, true);
          if (!this.closing) await this.pause(GATHER_MS, false);
          if (performance.now() - this.toldAtMs >= ALIVE_MS && !this.closing) this.tell({ type: "alive" });
          continue;
        }
        this.trouble_ = "there is no server";
      } catch (error) {
        this.wire = null;
        this.trouble_ = messageOf(error);
      }
      await this.pause(this.closing ? RETRY_MS.first : retryMs, false);
      retryMs = Math.min(2 * retryMs, RETRY_MS.most);
    }
  }

  private async join(): Promise<void> {
    const found = await this.options.find();
    if (found === null || !this.spool.works) return;
    const wire = new AttachedWire(found);
    const { received, view } = await shipWriter(this.spool.folder, this.file, wire);
    this.received = received;
    this.spool.told(received);
    this.wire = wire;
    this.trouble_ = null;
    this.options.onAttached?.(view);
    this.options.onNews?.(view.news);
    void this.listen(wire, view.news.revision);
  }

  private async ship(wire: AttachedWire): Promise<void> {
    const { runId, writer } = this.file.request;
    this.received = await shipLog(this.spool.folder, runId, writer.id, this.received, wire);
    this.spool.told(this.received);
  }

  /** Until this server does not answer; `send` finds the next. */
  private async listen(wire: AttachedWire, revision: number): Promise<void> {
    const { runId, writer } = this.file.request;
    let known = revision;
    while (this.wire === wire && !this.stop.signal.aborted) {
      try {
        const news = await wire.news(runId, writer.id, known, NEWS_WAIT_SECONDS, this.stop.signal);
        if (news.revision !== known) this.options.onNews?.(news);
        known = news.revision;
      } catch {
        if (this.wire === wire) this.wire = null;
        this.endPause?.();
      }
    }
  }

  /** `wakes`: what is told meanwhile ends it. Never keeps the process alive but while it closes. */
  private pause(ms: number, wakes: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = null;
        this.endPause = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (!this.closing) timer.unref();
      this.endPause = done;
      if (wakes) this.wake = done;
    });
  }
}
