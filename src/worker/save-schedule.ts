/**
 * When a notebook is saved: after 1 s of quiet, or 5 s after the first unsaved change when there is no quiet; after
 * a failure with growing pauses, by itself. Pure: a state, and what time it says.
 */
export interface SaveSchedule {
  /** Of the first change that no save has taken up; null: nothing is unsaved. */
  readonly unsavedSinceMs: number | null;
  readonly lastChangeMs: number;
  /** Failures in a row, and when the last one was. */
  readonly failures: number;
  readonly failedAtMs: number;
  readonly isSaving: boolean;
}

export const QUIET_MS = 1_000;
export const AT_MOST_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export const savedSchedule: SaveSchedule = {
  unsavedSinceMs: null,
  lastChangeMs: 0,
  failures: 0,
  failedAtMs: 0,
  isSaving: false,
};

export function changed(schedule: SaveSchedule, nowMs: number): SaveSchedule {
  return { ...schedule, unsavedSinceMs: schedule.unsavedSinceMs ?? nowMs, lastChangeMs: nowMs };
}

/** A save takes up everything until now; what changes while it writes is a new unsaved change. */
export function saveStarted(schedule: SaveSchedule): SaveSchedule {
  return { ...schedule, unsavedSinceMs: null, isSaving: true };
}

export function saveSucceeded(schedule: SaveSchedule): SaveSchedule {
  return { ...schedule, isSaving: false, failures: 0 };
}

export function saveFailed(schedule: SaveSchedule, nowMs: number): SaveSchedule {
  return {
    ...schedule,
    isSaving: false,
    unsavedSinceMs: schedule.unsavedSinceMs ?? nowMs,
    failures: schedule.failures + 1,
    failedAtMs: nowMs,
  };
}

/** When to save next; null: nothing to do (or a save is under way, whose end decides). */
export function dueAt(schedule: SaveSchedule): number | null {
  const { unsavedSinceMs, lastChangeMs, failures, failedAtMs, isSaving } = schedule;
  if (unsavedSinceMs === null || isSaving) return null;
  if (failures > 0) return failedAtMs + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  return Math.min(lastChangeMs + QUIET_MS, unsavedSinceMs + AT_MOST_MS);
}
