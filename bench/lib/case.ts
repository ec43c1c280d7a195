import type { Table } from "./report.ts";

export interface Bench {
  readonly name: string;
  run(options: BenchOptions): Promise<Table>;
}

export interface BenchOptions {
  /** Where it may write. */
  readonly folder: string;
  /** How often each is measured; the runners take turns. */
  readonly times: number;
  /** Share of the long counts (a million edits, a hundred thousand rewrites) that is done: 1, or less to try. */
  readonly scale: number;
  say(line: string): void;
}

/** Calls each of `works` `times` times, one after the other in turns, so that a noisy minute falls on all of them. */
export async function inTurns<T>(
  works: readonly { readonly name: string; work(): Promise<T> }[],
  times: number,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(works.map(({ name }) => [name, []]));
  for (let turn = 1; turn <= times; turn += 1)
    for (const { name, work } of works) {
      say(`${name}, ${turn} of ${times}`);
      results.get(name)?.push(await work());
    }
  return results;
}
