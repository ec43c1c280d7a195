/**
 * How far one writer's log is here, and what its bytes mean: its shapes, and the beginning of a record whose rest has
 * not come. Knows nothing of disks: `take` says what new bytes bring, `apply` reads their whole records.
 */
import type { Fact, LineRecord } from "./facts.ts";
import { toNumber } from "./line-records.ts";
import {
  BadLog,
  concatBytes,
  KIND,
  MAX_RECORD_BYTES,
  readRecords,
  recordLength,
  stepAt,
  viewOf,
  wholeRecords,
} from "./log-codec.ts";
import { parseFact, parseLine, parseShape } from "./parse-fact.ts";

export type LogMode = "bytes" | "lines";

/** What reads a log. */
export interface LogSink {
  /** @param step NaN: none. */
  point(name: string, time: number, step: number, value: number): void;
  /** @param bytes the fact's JSON. @param end the offset behind it. */
  fact(fact: Fact, bytes: Uint8Array, end: number): void;
  rejected(reason: string): void;
}

/** New bytes as they are taken: nothing of it counts until `apply`. */
export interface Taken {
  readonly mode: LogMode;
  /** The offset behind it. */
  readonly end: number;
  /** Whole records (in mode `bytes`), with what was here of the first one. */
  readonly records: Uint8Array;
  readonly lines: readonly string[];
  readonly carry: Uint8Array;
}

const NOTHING = new Uint8Array();
const encoder = new TextEncoder();

export interface WriterState {
  readonly received: number;
  readonly mode: LogMode | null;
  readonly shapes: readonly (readonly [number, readonly string[]])[];
  readonly carry: Uint8Array;
}

export class WriterLog {
  received = 0;
  mode: LogMode | null = null;
  private carry: Uint8Array = NOTHING;
  private readonly shapes = new Map<number, readonly string[]>();
  /** What was taken and is not applied yet stands at. */
  private takenEnd = 0;
  private takenCarry: Uint8Array = NOTHING;

  static of(state: WriterState): WriterLog {
    const log = new WriterLog();
    log.received = state.received;
    log.mode = state.mode;
    log.carry = state.carry;
    for (const [number, names] of state.shapes) log.shapes.set(number, names);
    log.giveUp();
    return log;
  }

  state(): WriterState {
    return { received: this.received, mode: this.mode, shapes: [...this.shapes], carry: this.carry };
  }

  /** Behind all that was taken. */
  get end(): number {
    return this.takenEnd;
  }

  /**
   * @param bytes those that follow `end`.
   * @throws BadLog
   */
  take(bytes: Uint8Array): Taken {
    this.need("bytes");
    const joined = this.takenCarry.byteLength > 0 ? concatBytes([this.takenCarry, bytes]) : bytes;
    const whole = wholeRecords(joined);
    const rest = joined.subarray(whole);
    // An empty record is a place that nothing was written to: not to be shipped.
    if (rest.byteLength >= 4 && recordLength(viewOf(rest), 0) === 0 && viewOf(rest).getUint32(0, true) === 0)
      throw new BadLog("A record is empty", whole);
    this.takenEnd += bytes.byteLength;
    this.takenCarry = rest.byteLength > 0 ? rest.slice() : NOTHING;
    const records = joined.subarray(0, whole);
    return { mode: "bytes", end: this.takenEnd, records, lines: [], carry: this.takenCarry };
  }

  takeLines(lines: readonly string[]): Taken {
    this.need("lines");
    const long = lines.find((line) => line.length > MAX_RECORD_BYTES);
    if (long !== undefined) throw new BadLog(`A line has ${long.length} characters`, this.takenEnd);
    this.takenEnd += lines.length;
    return { mode: "lines", end: this.takenEnd, records: NOTHING, lines, carry: NOTHING };
  }

  /** What was taken could not be kept: the next bytes are those behind `received` again. */
  giveUp(): void {
    this.takenEnd = this.received;
    this.takenCarry = this.carry;
  }

  apply({ mode, end, records, lines, carry }: Taken, sink: LogSink): void {
    this.mode = mode;
    if (mode === "bytes") this.readRecords(records, end - carry.byteLength, sink);
    else for (const [index, line] of lines.entries()) readLine(line, end - lines.length + index + 1, sink);
    this.received = end;
    this.carry = carry;
  }

  private need(mode: LogMode): void {
    if (this.mode !== null && this.mode !== mode)
      throw new BadLog(`This writer's log is one of ${this.mode}, not of ${mode}`, 0);
  }

  private readRecords(records: Uint8Array, end: number, sink: LogSink): void {
    const view = viewOf(records);
    const begin = end - records.byteLength;
    for (const { kind, shape, body, start, end: recordEnd } of readRecords(records)) {
      if (kind === KIND.row) this.readRow(view, start + 8, body.byteLength, shape, sink);
      else if (kind === KIND.fact) readFact(body, begin + recordEnd, sink);
      else if (kind === KIND.shape) this.readShape(shape, body, sink);
      else sink.rejected(`a record of kind ${kind}`);
    }
  }

  private readRow(view: DataView, at: number, length: number, shape: number, sink: LogSink): void {
    const names = this.shapes.get(shape);
    const time = view.getFloat64(at, true);
    const trouble =
      names === undefined
        ? `a row of shape ${shape}, which was not told`
        : length !== 16 + 8 * names.length
          ? `a row of ${length} bytes for ${names.length} values`
          : Number.isFinite(time)
            ? null
            : "a row without a time";
    if (names === undefined || trouble !== null) {
      sink.rejected(trouble ?? "");
      return;
    }
    const step = stepAt(view, at + 8);
    for (let index = 0; index < names.length; index++)
      sink.point(names[index] ?? "", time, step, view.getFloat64(at + 16 + 8 * index, true));
  }

  private readShape(shape: number, body: Uint8Array, sink: LogSink): void {
    const names = parseShape(body);
    if (names.ok) this.shapes.set(shape, names.value);
    else sink.rejected(`a shape: ${names.reason}`);
  }
}

function readFact(body: Uint8Array, end: number, sink: LogSink): void {
  const fact = parseFact(body);
  if (fact.ok) sink.fact(fact.value, body, end);
  else sink.rejected(fact.reason);
}

function readLine(line: string, end: number, sink: LogSink): void {
  if (line.trim() === "") return;
  const parsed = parseLine(line);
  if (!parsed.ok) {
    sink.rejected(parsed.reason);
    return;
  }
  const record: LineRecord = parsed.value;
  if (record.type !== "metrics") {
    sink.fact(record, encoder.encode(JSON.stringify(record)), end);
    return;
  }
  const step = record.step === undefined ? Number.NaN : Math.trunc(record.step);
  for (const [name, value] of Object.entries(record.values))
    sink.point(name, record.time, step, toNumber(value));
}
