/** MLflow's points as lines of a run's log (decision 0009), and back. Pure. */
import type { LineRecord } from "../../telemetry/facts.ts";
import type { MetricPoint, MetricValue } from "./entities.ts";

/** Points of one moment and step share a line, as long as their keys differ. */
export function linesOfPoints(points: readonly MetricPoint[]): readonly string[] {
  const lines: {
    readonly time: number;
    readonly step: number;
    readonly values: Record<string, MetricValue>;
  }[] = [];
  for (const { key, value, timeMs, step } of points) {
    const last = lines.at(-1);
    const time = timeMs / 1000;
    if (last && last.time === time && last.step === step && !Object.hasOwn(last.values, key))
      last.values[key] = value;
    else lines.push({ time, step, values: Object.assign(Object.create(null), { [key]: value }) });
  }
  return lines.map((line) => JSON.stringify({ type: "metrics", ...line } satisfies LineRecord));
}

/** None for a line that is no metric. */
export function pointsOfLine(line: string): readonly MetricPoint[] {
  // Only what `linesOfPoints` wrote begins so; everything else need not be parsed.
  if (!line.startsWith('{"type":"metrics"')) return [];
  const { time, step, values } = JSON.parse(line) as {
    readonly time: number;
    readonly step: number;
    readonly values: Readonly<Record<string, MetricValue>>;
  };
  const timeMs = Math.round(time * 1000);
  return Object.entries(values).map(([key, value]) => ({ key, value, timeMs, step }));
}

export function metricValue(value: number | string): MetricValue {
  const number = typeof value === "number" ? value : Number(value);
  if (Number.isFinite(number)) return number;
  if (Number.isNaN(number)) return "NaN";
  return number > 0 ? "Infinity" : "-Infinity";
}

/** A client that was not answered says a point again: the same key, time, step and value are one point, as in MLflow. */
export class SeenPoints {
  private readonly known = new Set<string>();
  private readonly limit: number;

  /** @param limit points that are remembered; the oldest is forgotten first. */
  constructor(limit = 20_000) {
    this.limit = limit;
  }

  /** Whether it was seen before. */
  add(point: MetricPoint): boolean {
    const mark = markOf(point);
    if (this.known.has(mark)) return true;
    this.known.add(mark);
    if (this.known.size > this.limit)
      for (const oldest of this.known) {
        this.known.delete(oldest);
        break;
      }
    return false;
  }

  has(point: MetricPoint): boolean {
    return this.known.has(markOf(point));
  }

  /** Forgets all but the newest. */
  shrink(to: number): void {
    let over = this.known.size - to;
    for (const oldest of this.known) {
      if (over-- <= 0) return;
      this.known.delete(oldest);
    }
  }

  forget(point: MetricPoint): void {
    this.known.delete(markOf(point));
  }
}

function markOf({ key, value, timeMs, step }: MetricPoint): string {
  return `${step} ${timeMs} ${value} ${key}`;
}
