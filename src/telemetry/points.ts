/** Points of one series in the order in which they came, as columns that grow. */

export interface Columns {
  /** Seconds since 1970. */
  readonly time: Float64Array;
  /** NaN: none. */
  readonly step: Float64Array;
  readonly value: Float64Array;
}

export class Points {
  private time = new Float64Array(16);
  private step = new Float64Array(16);
  private value = new Float64Array(16);
  length = 0;

  push(time: number, step: number, value: number): void {
    if (this.length === this.time.length) this.grow();
    this.time[this.length] = time;
    this.step[this.length] = step;
    this.value[this.length] = value;
    this.length++;
  }

  /** Views, good until the next `push` or `drop`. */
  columns(from = 0, to = this.length): Columns {
    return {
      time: this.time.subarray(from, to),
      step: this.step.subarray(from, to),
      value: this.value.subarray(from, to),
    };
  }

  /** Lets go of the oldest; also of memory when few are left. */
  drop(count: number): void {
    const left = this.length - count;
    const capacity = Math.max(16, left * 2);
    const moved = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(capacity);
      next.set(column.subarray(count, this.length));
      return next;
    };
    this.time = moved(this.time);
    this.step = moved(this.step);
    this.value = moved(this.value);
    this.length = left;
  }

  private grow(): void {
    const bigger = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(column.length * 2);
      next.set(column);
      return next;
    };
    this.time = bigger(this.time);
    this.step = bigger(this.step);
    this.value = bigger(this.value);
  }
}
