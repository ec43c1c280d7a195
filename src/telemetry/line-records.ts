/**
 * Logs as lines of JSON, for programs that are no SDK: each line becomes the records that an SDK would have written,
 * metrics their shape (once for each list of names) and a row.
 */
import type { LineRecord } from "./facts.ts";
import { encodeFact, encodeRow, encodeShape, MAX_SHAPES } from "./log-codec.ts";
import { parseLine } from "./parse-fact.ts";

export type NotFinite = "NaN" | "Infinity" | "-Infinity";

/** Infinities and not-a-number by their names; everything else as it is. */
export function toNumber(value: number | NotFinite): number {
  return typeof value === "number" ? value : Number(value);
}

/** Null: the value is finite. */
export function notFiniteName(value: number): NotFinite | null {
  if (Number.isFinite(value)) return null;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** Makes records of lines; keeps which shapes it has told. */
export class LineEncoder {
  private readonly shapes = new Map<string, number>();

  /**
   * The records of one line.
   * @throws RangeError the line is none, or its record would be too long.
   */
  encode(line: string): readonly Uint8Array[] {
    const parsed = parseLine(line);
    if (!parsed.ok) throw new RangeError(parsed.reason);
    return this.encodeRecord(parsed.value);
  }

  encodeRecord(record: LineRecord): readonly Uint8Array[] {
    if (record.type !== "metrics") return [encodeFact(record)];
    const names = Object.keys(record.values);
    if (names.length === 0) return [];
    const key = JSON.stringify(names);
    const known = this.shapes.get(key);
    const shape = known ?? this.shapes.size;
    if (shape >= MAX_SHAPES) throw new RangeError("More lists of metric names than one log has numbers for");
    if (known === undefined) this.shapes.set(key, shape);
    const values = Object.values(record.values).map(toNumber);
    const row = encodeRow(shape, record.time, wholeStep(record.step), values);
    return known === undefined ? [encodeShape(shape, names), row] : [row];
  }
}

/** Steps are whole numbers in a log. */
function wholeStep(step: number | undefined): number | null {
  return step === undefined ? null : Math.trunc(step);
}
