/** How long things took and how long ago they were, in words short enough for a gutter. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `40 ms`, `4.2 s`, `42 s`, `4 min 12 s`, `2 h 05 min`, `3 d 4 h`. Negative (clocks that differ) counts as 0. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < SECOND - 0.5) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE - 500) return `${Math.round(ms / SECOND)} s`;
  return formatWholeSeconds(ms);
}

/** As `formatDuration`, but whole seconds from the start: for a clock that runs, which must not show `0.3 s`. */
export function formatElapsed(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  return ms < MINUTE ? `${Math.floor(ms / SECOND)} s` : formatWholeSeconds(ms, Math.floor);
}

function formatWholeSeconds(ms: number, round: (value: number) => number = Math.round): string {
  const seconds = round(ms / SECOND);
  const totalMinutes = Math.floor(seconds / 60);
  if (totalMinutes < 60) return `${totalMinutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  const totalHours = Math.floor(totalMinutes / 60);
  if (totalHours < 24) return `${totalHours} h ${String(totalMinutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(totalHours / 24)} d ${totalHours % 24} h`;
}

/** `about 2 min left`; coarse on purpose, because an estimate that counts seconds looks like a promise. */
export function formatRemaining(remainingMs: number): string {
  if (remainingMs < 5 * SECOND) return "a few seconds left";
  if (remainingMs < 55 * SECOND) return `about ${Math.ceil(remainingMs / (5 * SECOND)) * 5} s left`;
  if (remainingMs < 90 * SECOND) return "about a minute left";
  if (remainingMs < HOUR) return `about ${Math.round(remainingMs / MINUTE)} min left`;
  if (remainingMs < DAY) return `about ${Math.round(remainingMs / HOUR)} h left`;
  return `about ${Math.round(remainingMs / DAY)} d left`;
}

/** `now`, `9 min`, `2 h`, `3 d`, then the date. */
export function formatAge(ageMs: number, atMs: number): string {
  if (ageMs < 45 * SECOND) return "now";
  if (ageMs < HOUR - MINUTE / 2) return `${Math.max(1, Math.round(ageMs / MINUTE))} min`;
  if (ageMs < DAY - HOUR / 2) return `${Math.round(ageMs / HOUR)} h`;
  if (ageMs < 14 * DAY) return `${Math.round(ageMs / DAY)} d`;
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `now` or `9 min ago`. */
export function formatAgo(ageMs: number, atMs: number): string {
  const age = formatAge(ageMs, atMs);
  return age === "now" || age.includes("-") ? age : `${age} ago`;
}
