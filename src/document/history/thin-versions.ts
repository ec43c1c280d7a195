/**
 * Which automatic versions may go: all of the last day are kept, then the newest of each hour for a week, of each
 * day for three months, of each week after that. Versions with a name stay until somebody takes the name away.
 */
import type { Version } from "./version.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** The oldest go first when there are more. */
export const MAX_AUTOMATIC = 300;

/** @param versions in the order in which they were made. */
export function versionsToDrop(versions: readonly Version[], nowMs: number): ReadonlySet<number> {
  const drop = new Set<number>();
  const kept = new Set<string>();
  let automatic = 0;
  for (const version of versions.toReversed()) {
    if (version.name !== null) continue;
    const period = periodOf(nowMs - version.atMs, version.atMs);
    if (automatic >= MAX_AUTOMATIC || (period !== null && kept.has(period))) drop.add(version.id);
    else automatic += 1;
    if (period !== null) kept.add(period);
  }
  return drop;
}

/** One version is kept of all that share it; null: this one is kept in any case. */
function periodOf(ageMs: number, atMs: number): string | null {
  if (ageMs < DAY_MS) return null;
  const length = ageMs < 7 * DAY_MS ? HOUR_MS : ageMs < 90 * DAY_MS ? DAY_MS : 7 * DAY_MS;
  return `${length} ${Math.floor(atMs / length)}`;
}
