/**
 * Experiments and runs of one folder, as MLflow's clients know them: an index of small records that is in memory while
 * the server runs, and a log a run (`run-log.ts`). Each change is durable when it settles.
 */
import { join } from "node:path";
import type { Logger } from "../../util/logger.ts";
import { isEnd, type TrackedRun } from "./entities.ts";
import { LineSpool } from "./line-spool.ts";
import { MlflowError } from "./mlflow-error.ts";
import { RunLog } from "./run-log.ts";
import { applyRecord, emptyTracking, type TrackingRecord, type TrackingState } from "./tracking-records.ts";

export class TrackingStore {
  readonly state: TrackingState;
  private readonly folder: string;
  private readonly index: LineSpool;
  private readonly logs = new Map<string, Promise<RunLog>>();
  private broken: unknown = null;
  /** Told when a run's log got longer. */
  onAppended: (run: TrackedRun) => void = () => {};

  private constructor(folder: string, state: TrackingState, index: LineSpool) {
    this.folder = folder;
    this.state = state;
    this.index = index;
  }

  static async open(folder: string, logger: Logger): Promise<TrackingStore> {
    const state = emptyTracking();
    const index = await LineSpool.open(join(folder, "index.jsonl"), (line) => {
      try {
        applyRecord(state, JSON.parse(line) as TrackingRecord);
      } catch {
        logger.warn("a record of MLflow's runs cannot be read; it is passed over", { folder });
      }
    });
    const store = new TrackingStore(folder, state, index);
    if (!state.experiments.has("0")) await store.write([{ type: "experiment", experiment: theDefault() }]);
    for (const run of state.runs.values()) if (!state.summed.has(run.id)) await store.log(run);
    return store;
  }

  /** A record may not be on disk though it is in memory: then everything is read anew by who asks next. */
  get isBroken(): boolean {
    return this.broken !== null;
  }

  /** In memory at once, so that who asks meanwhile is told the same; settles when it is on disk. */
  async write(records: readonly TrackingRecord[]): Promise<void> {
    for (const record of records) applyRecord(this.state, record);
    try {
      await this.index.append(records.map((record) => JSON.stringify(record)));
    } catch (error) {
      this.broken = error;
      throw error;
    }
  }

  experiment(id: string) {
    const experiment = this.state.experiments.get(id);
    if (experiment) return experiment;
    throw new MlflowError("RESOURCE_DOES_NOT_EXIST", `No experiment with id ${id} exists.`);
  }

  run(id: string): TrackedRun {
    const run = this.state.runs.get(id);
    if (run) return run;
    throw new MlflowError("RESOURCE_DOES_NOT_EXIST", `Run with id ${id} was not found.`);
  }

  /** One to be written to. */
  activeRun(id: string): TrackedRun {
    const run = this.run(id);
    if (run.stage === "active") return run;
    throw new MlflowError("INVALID_STATE", `The run ${id} is deleted. Restore it first.`);
  }

  log(run: TrackedRun): Promise<RunLog> {
    const known = this.logs.get(run.id);
    if (known) return known;
    const path = join(this.folder, "runs", `${run.id}.jsonl`);
    const log = RunLog.open(path, run, () => this.onAppended(run));
    this.logs.set(run.id, log);
    log.catch(() => this.logs.delete(run.id));
    return log;
  }

  /** After its end: the metrics go into the index, the file is let go. */
  async sum(run: TrackedRun): Promise<void> {
    if (!isEnd(run.status)) return;
    await this.write([{ type: "latest", id: run.id, metrics: [...run.latest.values()] }]);
    await (await this.log(run)).rest();
  }

  async close(): Promise<void> {
    const logs = await Promise.allSettled(this.logs.values());
    for (const log of logs) if (log.status === "fulfilled") await log.value.rest();
    await this.index.rest();
  }
}

function theDefault() {
  const now = Date.now();
  return {
    id: "0",
    name: "Default",
    artifactLocation: "mlflow-artifacts:/0",
    stage: "active",
    createdMs: now,
    updatedMs: now,
    tags: {},
  } as const;
}
