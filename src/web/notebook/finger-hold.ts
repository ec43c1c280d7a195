/**
 * Whether a finger that was put down held, or moved on: decided by when the finger did what it did. A page that is busy
 * hears of it later, and its timers may come first.
 */

/** A press that moves less is a press. */
const STARTS_AFTER_PX = 5;
/** A finger that stays so long takes the cell; one that moves before scrolls the page. */
export const HOLD_MS = 350;

/** What is used of a pointer event; `timeStamp` in ms on the clock of `performance.now()`. */
export interface Touch {
  readonly type: string;
  readonly timeStamp: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** How long a finger that was put down has to stay from now on. */
export function holdLeftMs(press: Touch, nowMs: number): number {
  return Math.min(HOLD_MS, Math.max(0, HOLD_MS - (nowMs - press.timeStamp)));
}

export function leftPlace(press: Touch, event: Touch): boolean {
  return Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) >= STARTS_AFTER_PX;
}

/** The finger went before it had held. */
export function isNoHold(press: Touch, event: Touch): boolean {
  if (event.timeStamp - press.timeStamp >= HOLD_MS) return false;
  return event.type !== "pointermove" || leftPlace(press, event);
}
