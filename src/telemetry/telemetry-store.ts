/**
 * Where the telemetry of runs is kept (port). A run has writers, each with a log of bytes (decision 0009); of their rows
 * come series of points, of their facts logs and events. Implementations are in `store/telemetry`.
 */
import type { Unsubscribe } from "../util/emitter.ts";
import type { RunId } from "../util/ids.ts";
import type { Fact, LogLevel } from "./facts.ts";

export interface Received {
  /** Bytes (lines, for lines) of this writer's log that are durable here. */
  readonly received: number;
}

/** One fact with its place, so that who reads facts can go on where it was. */
export interface PlacedFact {
  readonly writer: string;
  /** The offset behind it. */
  readonly end: number;
  readonly fact: Fact;
}

/** A series as a list shows it. Numbers may be NaN or infinite. */
export interface SeriesInfo {
  readonly name: string;
  readonly count: number;
  /** Points with NaN or an infinity. */
  readonly notFinite: number;
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
  readonly minStep: number | null;
  readonly maxStep: number | null;
  readonly last: number;
  /** Of the finite values; null: there are none. */
  readonly min: number | null;
  readonly max: number | null;
  /** Changes when a point comes. */
  readonly revision: number;
}

export type Axis = "step" | "time";

export interface ReadSeries {
  readonly name: string;
  readonly axis: Axis;
  /** Steps, or milliseconds since 1970; absent: from the first, to the last. */
  readonly from?: number;
  readonly to?: number;
  /** At most so many places on the axis; of each the first, lowest, highest and last value are kept. Default 1,000. */
  readonly points?: number;
}

/** Columns of equal length. Where nothing had to be left out, each place has one point and `min` = `max` = `last`. */
export interface SeriesView {
  readonly name: string;
  readonly axis: Axis;
  readonly revision: number;
  /** All points that lie between `from` and `to`. */
  readonly total: number;
  readonly x: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  /** What of a place is not finite: its `x`, and which. `min`, `max` and `last` are of finite values; NaN: it has none. */
  readonly notFinite: readonly { readonly x: number; readonly value: "NaN" | "Infinity" | "-Infinity" }[];
}

export interface LogLine {
  /** Position in the run's log, from 0. */
  readonly index: number;
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly logger: string | null;
  readonly writer: string;
  readonly step: number | null;
}

/** Lines that differ only in their variable parts. `pattern` has `<*>` in their place. */
export interface LogTemplate {
  readonly id: number;
  readonly pattern: string;
  readonly level: LogLevel;
  readonly count: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
  readonly example: string;
}

export interface LogQuery {
  /** From this line on; negative: from the end. */
  readonly from: number;
  readonly limit: number;
  /** These levels only. */
  readonly levels?: readonly LogLevel[];
  readonly template?: number;
  /** Plain text, capitals do not count. */
  readonly search?: string;
}

export interface RunLogs {
  readonly total: number;
  counts(): Readonly<Record<LogLevel, number>>;
  /** New and rare ones first. */
  templates(): readonly LogTemplate[];
  read(query: LogQuery): Promise<{ readonly lines: readonly LogLine[]; readonly matching: number | null }>;
}

/** Everything that was counted and not kept as it came. */
export interface TelemetryTroubles {
  /** Told by writers (`dropped`). */
  readonly dropped: number;
  /** Records that cannot be read. */
  readonly rejected: number;
  /** Points whose step or time lies before the one that came before them; they are kept. */
  readonly outOfOrder: number;
  /** The newest reasons, at most 20. */
  readonly reasons: readonly string[];
}

export interface RunTelemetry {
  readonly runId: RunId;
  /** How far each writer's log is here. */
  received(): Readonly<Record<string, number>>;
  /**
   * Appends what lies behind what is here already; settles when it is durable.
   * @throws LoopbookError `log-gap` (detail: `received`), `bad-log`, `telemetry-full`.
   */
  append(writer: string, offset: number, bytes: Uint8Array): Promise<Received>;
  /** The same for lines of JSON; `first` is the number of the first line, from 0. */
  appendLines(writer: string, first: number, lines: readonly string[]): Promise<Received>;
  /**
   * Facts behind these offsets, oldest first, and each new one once it is durable. A listener that throws is told
   * again: facts are acknowledged by its return.
   */
  onFact(
    after: Readonly<Record<string, number>>,
    listener: (facts: readonly PlacedFact[]) => void,
  ): Unsubscribe;
  series(): readonly SeriesInfo[];
  /** Null: there is no such series. */
  read(query: ReadSeries): Promise<SeriesView | null>;
  /** Every point in the order in which it came, a part at a time: seconds since 1970, steps (NaN: none), values. */
  points(name: string): AsyncIterable<{
    readonly time: Float64Array;
    readonly step: Float64Array;
    readonly value: Float64Array;
  }> | null;
  readonly logs: RunLogs;
  troubles(): TelemetryTroubles;
  /** Bytes on disk. */
  sizeBytes(): number;
  /** After points or lines came, at most ten times a second. */
  onChange(listener: () => void): Unsubscribe;

  /** Bytes of this blob that are here; null: none. Whole when it is as long as it says and has its name's hash. */
  blobSize(sha256: string): Promise<number | null>;
  /** @throws LoopbookError `log-gap`, `bad-blob` (it has another hash), `telemetry-full`. */
  putBlob(sha256: string, offset: number, total: number, bytes: Uint8Array): Promise<Received>;
  /** Null: not here, or not whole. */
  readBlob(sha256: string): Promise<Uint8Array | null>;
}

export interface TelemetryStore {
  /** Makes it where there is none. The same object as long as it is open. */
  open(runId: RunId): Promise<RunTelemetry>;
  has(runId: RunId): Promise<boolean>;
  /** Writes what waits, lets go of memory; it can be opened again. */
  release(runId: RunId): Promise<void>;
  remove(runId: RunId): Promise<void>;
  /** After points or lines of an open run came, at most ten times a second for each. `revision` grows with them. */
  onChange(listener: (change: { readonly runId: RunId; readonly revision: number }) => void): Unsubscribe;
  close(): Promise<void>;
}
