const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * How long to wait before trying again: doubled at each attempt up to ten seconds, and spread over the upper half,
 * so that many pages do not all come back in the same moment.
 * @param attempt 1 for the first try after a connection was lost.
 * @param random in [0, 1).
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * random);
}
