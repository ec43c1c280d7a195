/** Somebody who types marks into a room that others watch: at a pace, or as fast as all of them can take. */
import { setTimeout as wait } from "node:timers/promises";
import { markOf, type Watchers } from "./room-clients.ts";
import { type Delays, delaysOf } from "./statistics.ts";

const SETTLE_MS = 10_000;

/**
 * `rate` marks a second for so long. @returns how long they took to each watcher.
 * @throws Error when some did not arrive.
 */
export async function typeAtPace(
  watchers: Watchers,
  type: (mark: string) => void,
  { rate, seconds, from = 0 }: { readonly rate: number; readonly seconds: number; readonly from?: number },
): Promise<Delays> {
  const start = performance.now();
  const before = watchers.delays.length;
  for (let edit = 0; edit < rate * seconds; edit++) {
    const mark = markOf(from + edit);
    watchers.sent(mark);
    type(mark);
    await wait(Math.max(0, start + ((edit + 1) * 1000) / rate - performance.now()));
  }
  await watchers.settle(SETTLE_MS);
  const delays = watchers.delays.slice(before);
  const missing = rate * seconds * watchers.count - delays.length;
  if (missing > 0) throw new Error(`${missing} edits did not arrive`);
  return delaysOf(delays);
}

export interface Flood {
  /** Marks that all watchers have, and how long that took. */
  readonly count: number;
  readonly seconds: number;
}

/** With `window` marks under way at any time, until `most` have arrived or the time is over. */
export async function flood(
  watchers: Watchers,
  type: (mark: string) => void,
  limits: { readonly window: number; readonly seconds: number; readonly most?: number },
): Promise<Flood> {
  const { window, most = Number.POSITIVE_INFINITY } = limits;
  const start = performance.now();
  const end = start + limits.seconds * 1000;
  let typed = 0;
  while (watchers.arrived < most && performance.now() < end) {
    for (; typed < most && typed - watchers.arrived < window; typed++) {
      const mark = markOf(typed);
      watchers.sent(mark);
      type(mark);
    }
    await watchers.next();
  }
  return { count: watchers.arrived, seconds: (performance.now() - start) / 1000 };
}
