/**
 * The log of one run: every point and fact, durable before the client is answered, whether the run's notebook can be
 * reached at the moment or not. `ship-lines.ts` brings it there.
 */
import type { Fact } from "../../telemetry/facts.ts";
import { isLater, type MetricPoint, type TrackedRun } from "./entities.ts";
import { LineSpool } from "./line-spool.ts";
import { linesOfPoints, pointsOfLine, SeenPoints } from "./metric-lines.ts";

/** Of the points that are read for a page of history. */
const READ_BYTES = 1024 * 1024;

const REMEMBERED_AFTER_END = 1_000;

export class RunLog {
  readonly spool: LineSpool;
  private readonly run: TrackedRun;
  private readonly seen: SeenPoints;
  private readonly onAppended: () => void;

  private constructor(spool: LineSpool, run: TrackedRun, seen: SeenPoints, onAppended: () => void) {
    this.spool = spool;
    this.run = run;
    this.seen = seen;
    this.onAppended = onAppended;
  }

  static async open(path: string, run: TrackedRun, onAppended: () => void): Promise<RunLog> {
    const seen = new SeenPoints();
    const spool = await LineSpool.open(path, (line) => {
      for (const point of pointsOfLine(line)) {
        seen.add(point);
        if (isLater(point, run.latest.get(point.key))) run.latest.set(point.key, point);
      }
    });
    return new RunLog(spool, run, seen, onAppended);
  }

  /** Points that are here already count once. */
  async addPoints(points: readonly MetricPoint[]): Promise<void> {
    for (;;) {
      const fresh = points.filter((point) => !this.seen.add(point));
      if (fresh.length === 0) {
        // Said before, but perhaps not on disk yet; and what could not be written is not here.
        await this.spool.settled();
        if (points.every((point) => this.seen.has(point))) return;
        continue;
      }
      try {
        await this.spool.append(linesOfPoints(fresh));
      } catch (error) {
        for (const point of fresh) this.seen.forget(point);
        throw error;
      }
      for (const point of fresh)
        if (isLater(point, this.run.latest.get(point.key))) this.run.latest.set(point.key, point);
      this.onAppended();
      if (fresh.length === points.length) return;
    }
  }

  async addFacts(facts: readonly Fact[]): Promise<void> {
    if (facts.length === 0) return;
    await this.spool.append(facts.map((fact) => JSON.stringify(fact)));
    this.onAppended();
  }

  /** After the run's end: the file is let go, and most of what was remembered of its points. */
  async rest(): Promise<void> {
    await this.spool.rest();
    // A client may still say its last call again.
    this.seen.shrink(REMEMBERED_AFTER_END);
  }

  /** All points of a key, in the order in which they came. */
  async *history(key: string): AsyncGenerator<MetricPoint> {
    for (let from = 0; ; ) {
      const { lines, end } = await this.spool.read(from, READ_BYTES);
      if (lines.length === 0) return;
      from = end;
      for (const line of lines) for (const point of pointsOfLine(line)) if (point.key === key) yield point;
    }
  }
}
