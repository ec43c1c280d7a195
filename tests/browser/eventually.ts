import { expect } from "vitest";

/** Waits until it is so, also on a machine that is busy with something else. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 20_000 });
}
