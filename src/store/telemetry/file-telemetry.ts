/** `TelemetryStore` in the folder `telemetry` of the state folder: a folder for each run, open in one process at a time. */
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunTelemetry, TelemetryStore } from "../../telemetry/telemetry-store.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { RunId } from "../../util/ids.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { takeLease } from "../rooms/file-lease.ts";
import { FileRun } from "./file-run.ts";
import type { Durability } from "./journal.ts";
import { DEFAULT_QUOTA, QuotaWatch, type TelemetryQuota } from "./quota.ts";
import type { Retention } from "./retention.ts";
import { storeFailure } from "./store-failure.ts";

/** Runs that nobody listens to and that stay open for whoever reads next; the oldest beyond that are put away. */
const MAX_IDLE = 32;

export interface FileTelemetryOptions {
  readonly stateFolder: string;
  /** Default: `power`. */
  readonly durability?: Durability;
  /** Default: every point is kept as long as there is room. */
  readonly retention?: Retention;
  readonly quota?: TelemetryQuota;
  /** For tests, which want many commits. */
  readonly commitBytes?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

interface RunChange {
  readonly runId: RunId;
  readonly revision: number;
}

export class FileTelemetry implements TelemetryStore {
  private readonly options: FileTelemetryOptions;
  private readonly folder: string;
  private readonly quota: QuotaWatch;
  /** In the order in which they were asked for last. */
  private readonly runs = new Map<RunId, Promise<FileRun>>();
  private readonly changes = new Emitter<RunChange>();
  private readonly closing = new Map<RunId, Promise<void>>();

  constructor(options: FileTelemetryOptions) {
    this.options = options;
    this.folder = join(options.stateFolder, "telemetry");
    this.quota = new QuotaWatch(this.folder, options.quota ?? DEFAULT_QUOTA);
  }

  async open(runId: RunId): Promise<RunTelemetry> {
    const known = this.runs.get(runId);
    const opening = known ?? this.openAnew(runId);
    this.runs.delete(runId);
    this.runs.set(runId, opening);
    try {
      const run = await opening;
      if (known === undefined) await this.putIdleAway(runId);
      return run;
    } catch (error) {
      if (this.runs.get(runId) === opening) this.runs.delete(runId);
      throw error;
    }
  }

  async has(runId: RunId): Promise<boolean> {
    if (this.runs.has(runId)) return true;
    return (await stat(this.folderOf(runId)).catch(() => null)) !== null;
  }

  async release(runId: RunId): Promise<void> {
    const opening = this.runs.get(runId);
    if (opening === undefined) return this.closing.get(runId);
    this.runs.delete(runId);
    const closing = opening.then((run) => run.close());
    this.closing.set(runId, closing);
    try {
      await closing;
    } finally {
      if (this.closing.get(runId) === closing) this.closing.delete(runId);
    }
  }

  async remove(runId: RunId): Promise<void> {
    await this.release(runId).catch(() => {});
    await rm(this.folderOf(runId), { recursive: true, force: true });
  }

  onChange(listener: (change: RunChange) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.runs.keys()].map((runId) => this.release(runId)));
  }

  private async openAnew(runId: RunId): Promise<FileRun> {
    await this.closing.get(runId)?.catch(() => {});
    const { stateFolder, durability = "power", clock = systemClock, logger = silentLogger } = this.options;
    const { retention = {}, commitBytes } = this.options;
    const { quota } = this;
    const folder = this.folderOf(runId);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw storeFailure(error, folder);
    });
    const lease = takeLease(stateFolder, folder);
    try {
      const onChange = (revision: number): void => this.changes.emit({ runId, revision });
      const given = { runId, folder, lease, durability, clock, logger, onChange, retention, quota };
      return await FileRun.open({ ...given, ...(commitBytes !== undefined && { commitBytes }) });
    } catch (error) {
      lease.release();
      throw storeFailure(error, folder);
    }
  }

  private async putIdleAway(except: RunId): Promise<void> {
    const idle: RunId[] = [];
    for (const [runId, opening] of this.runs) {
      const run = await opening.catch(() => null);
      if (runId !== except && run?.isIdle) idle.push(runId);
    }
    await Promise.all(idle.slice(0, Math.max(0, idle.length - MAX_IDLE)).map((id) => this.release(id)));
  }

  private folderOf(runId: RunId): string {
    // Ids come from addresses, and name a folder.
    if (!/^run_[0-9a-z]{6,64}$/.test(runId))
      throw new LoopbookError("bad-request", `${runId} is not the id of a run.`);
    return join(this.folder, runId);
  }
}
