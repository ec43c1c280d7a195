/**
 * Takes what services tell by OTLP to their runs. Nothing waits here: it is durable with the run before the exporter is
 * answered, and what cannot be kept now is refused so that the exporter brings it again.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Party } from "../../people/party.ts";
import type { AttachedRun, AttachedRuns } from "../../usecases/attached-run.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { logLine, type OtlpPoint, pointLine, pointsOf } from "./lines.ts";
import { attachRequestOf, type OtlpResource, resourceOf, WRITER } from "./resource.ts";
import type { OtlpAttributes, OtlpMetric } from "./schema.ts";
import { logsRequest, metricsRequest } from "./schema.ts";
import { TakenBodies } from "./taken-bodies.ts";

const MAX_RUNS = 500;
/** Each list of names is a series; other points are rejected, and the exporter is told. */
export const MAX_SERIES = 5_000;
/** A run that was not heard of for so long may have been let go meanwhile; it is joined again. */
const JOINED_MS = 300_000;
const PIECE_LINES = 2_000;

export interface ReceiverOptions {
  /** The folder whose notebooks show the runs; absolute. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly attachedRuns: AttachedRuns;
  readonly clock?: Clock;
}

/** As the protocol's partial success has it. */
export interface Outcome {
  readonly rejected: number;
  /** Empty: nothing was rejected. */
  readonly message: string;
}

export interface Delivery {
  /** Decoded, in the form of OTLP's JSON. */
  readonly request: unknown;
  /** Of the body as it was before it was packed. */
  readonly hash: string;
  readonly by: Party;
}

interface Joined {
  readonly run: AttachedRun;
  readonly series: Set<string>;
  heardAtMs: number;
}

export class OtlpReceiver {
  private readonly options: ReceiverOptions;
  private readonly clock: Clock;
  private readonly joined = new Map<string, Joined>();
  private readonly settled = new Set<string>();
  /** Of each run one thing after the other. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private bodies: Promise<TakenBodies> | null = null;

  constructor(options: ReceiverOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
  }

  /** @throws ZodError the request is none. @throws LoopbookError it cannot be kept now, or never. */
  async metrics({ request, hash, by }: Delivery): Promise<Outcome> {
    const { resourceMetrics } = metricsRequest.parse(request);
    const refusals = new Refusals();
    for (const [index, { resource, scopeMetrics }] of resourceMetrics.entries()) {
      const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
      const points = metrics.flatMap((metric) => this.pointsOf(metric));
      await this.take(resource.attributes, by, `${hash}-m${index}`, points.length, refusals, ({ series }) =>
        points.flatMap((point) => refusals.orLine(point, series)),
      );
    }
    return refusals.outcome();
  }

  /** @throws as `metrics`. */
  async logs({ request, hash, by }: Delivery): Promise<Outcome> {
    const { resourceLogs } = logsRequest.parse(request);
    const refusals = new Refusals();
    const now = this.clock.now() / 1000;
    for (const [index, { resource, scopeLogs }] of resourceLogs.entries()) {
      const lines = scopeLogs.flatMap(({ scope, logRecords }) =>
        logRecords.map((record) => logLine(record, scope?.name, now)),
      );
      await this.take(resource.attributes, by, `${hash}-l${index}`, lines.length, refusals, () => lines);
    }
    return refusals.outcome();
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.queues.values());
    const { bodies } = this;
    this.bodies = null;
    await bodies?.then((open) => open.close()).catch(() => {});
  }

  private pointsOf(metric: OtlpMetric): readonly OtlpPoint[] {
    return [...pointsOf(metric, this.clock.now() / 1000)];
  }

  private async take(
    attributes: OtlpAttributes,
    by: Party,
    part: string,
    count: number,
    refusals: Refusals,
    linesFor: (joined: Joined) => readonly string[],
  ): Promise<void> {
    if (count === 0) return;
    const resource = resourceOf(attributes);
    await this.inTurn(resource.runId, async () => {
      const joined = await this.join(resource, by);
      if (joined === null) {
        refusals.add(count, `More than ${MAX_RUNS} services tell of themselves at the same time.`);
        return;
      }
      await this.deliver(joined, part, linesFor(joined));
    });
  }

  private async deliver({ run }: Joined, part: string, lines: readonly string[]): Promise<void> {
    const bodies = await this.openBodies();
    run.seen(WRITER, "news");
    const first = run.telemetry.received()[WRITER] ?? 0;
    const had = bodies.countOf(part);
    const fresh = lines.slice(had);
    if (fresh.length === 0) return;
    // What of it came before lies further up: its place is told as if all of it began that much earlier.
    const taken = { part, run: run.id, first: first - had };
    await bodies.begin({ ...taken, count: lines.length });
    try {
      for (let at = 0; at < fresh.length; at += PIECE_LINES)
        await run.telemetry.appendLines(WRITER, first + at, fresh.slice(at, at + PIECE_LINES));
    } catch (error) {
      bodies.tookOnly({ ...taken, count: had + (run.telemetry.received()[WRITER] ?? 0) - first });
      this.joined.delete(run.id);
      throw error;
    }
  }

  /** Null: there are too many. */
  private async join(resource: OtlpResource, by: Party): Promise<Joined | null> {
    const nowMs = this.clock.now();
    const known = this.joined.get(resource.runId);
    if (known && nowMs - known.heardAtMs < JOINED_MS) {
      known.heardAtMs = nowMs;
      return known;
    }
    for (const [id, { heardAtMs }] of this.joined) if (nowMs - heardAtMs >= JOINED_MS) this.joined.delete(id);
    if (this.joined.size >= MAX_RUNS) return null;
    const { folder, attachedRuns } = this.options;
    const run = await attachedRuns.attach(await attachRequestOf(resource, { folder, by, nowMs }));
    const bodies = await this.openBodies();
    if (!this.settled.has(run.id)) bodies.settle(run.id, run.telemetry.received()[WRITER] ?? 0);
    this.settled.add(run.id);
    const series = new Set(run.telemetry.series().map(({ name }) => name));
    const joined: Joined = { run, series, heardAtMs: nowMs };
    this.joined.set(run.id, joined);
    return joined;
  }

  private openBodies(): Promise<TakenBodies> {
    if (this.bodies === null) {
      const { folder, stateFolder } = this.options;
      // Of the server's folder: others' runs are others'.
      const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
      this.bodies = TakenBodies.open(join(stateFolder, "otlp", name));
      this.bodies.catch(() => {
        this.bodies = null;
      });
    }
    return this.bodies;
  }

  private async inTurn<T>(run: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(run) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => {});
    this.queues.set(run, settled);
    try {
      return await mine;
    } finally {
      if (this.queues.get(run) === settled) this.queues.delete(run);
    }
  }
}

class Refusals {
  private rejected = 0;
  private reason = "";

  add(count: number, reason: string): void {
    this.rejected += count;
    this.reason ||= reason;
  }

  /** The line of a point that is taken. */
  orLine(point: OtlpPoint, series: Set<string>): readonly string[] {
    if (point.problem !== null) {
      this.add(1, point.problem);
      return [];
    }
    const fresh = Object.keys(point.values).filter((name) => !series.has(name));
    if (series.size + fresh.length > MAX_SERIES) {
      this.add(1, `A run has at most ${MAX_SERIES} series; an attribute has too many values.`);
      return [];
    }
    for (const name of fresh) series.add(name);
    return [pointLine(point)];
  }

  outcome(): Outcome {
    return { rejected: this.rejected, message: this.reason };
  }
}
