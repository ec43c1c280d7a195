/** Rows of a writer's log as records: a list of names is told once (decision 0009). */
import { encodeRow, encodeShape, MAX_SHAPES } from "../../telemetry/log-codec.ts";

/** The shapes that one log has so far. */
export class Shapes {
  private readonly numbers = new Map<string, number>();

  /** The last shape that was made did not come into the log. */
  takeBack(): void {
    const last = [...this.numbers.keys()].at(-1);
    if (last !== undefined) this.numbers.delete(last);
  }

  /** Records of one row; null: this log has as many shapes as there are numbers for. `time` in seconds since 1970. */
  rowRecords(
    time: number,
    step: number | null,
    values: Readonly<Record<string, number>>,
  ): readonly Uint8Array[] | null {
    const names = Object.keys(values);
    const key = JSON.stringify(names);
    const known = this.numbers.get(key);
    const shape = known ?? this.numbers.size;
    if (shape >= MAX_SHAPES) return null;
    this.numbers.set(key, shape);
    const row = encodeRow(shape, time, step === null ? null : Math.trunc(step), Object.values(values));
    return known === undefined ? [encodeShape(shape, names), row] : [row];
  }
}
