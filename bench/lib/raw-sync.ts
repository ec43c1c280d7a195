import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";

/** What one edit of one mark is in the log. */
const RECORD_BYTES = 40;

/** Milliseconds of each of `count` appends to a file that are waited for on the disk: nothing durable is quicker. */
export function rawSync(file: string, count: number): readonly number[] {
  const descriptor = openSync(file, "a");
  const samples = Array.from({ length: count }, () => {
    const start = performance.now();
    writeSync(descriptor, "x".repeat(RECORD_BYTES));
    fdatasyncSync(descriptor);
    return performance.now() - start;
  });
  closeSync(descriptor);
  return samples;
}
