/** Passes on what a value has become, once it has been so for a moment: nobody is shown a number that is being typed. */
import type { ParameterValues } from "../../runs/parameters.ts";
import { jsonEqual } from "../../util/json.ts";

/** Between two keys of a slow typist. */
export const SETTLE_MS = 300;
/** Somebody who changes it without a pause is shown now and then all the same. */
export const SETTLE_AT_MOST_MS = 3_000;

export class SettledValues {
  private readonly tell: (values: ParameterValues) => void;
  private told: ParameterValues | null = null;
  private waiting: { readonly sinceMs: number; cancel: () => void } | null = null;

  constructor(tell: (values: ParameterValues) => void) {
    this.tell = tell;
  }

  /** At once, if it is another value than the one told last. */
  show(values: ParameterValues): void {
    this.waiting?.cancel();
    this.waiting = null;
    if (this.told !== null && jsonEqual(this.told, values)) return;
    this.told = values;
    this.tell(values);
  }

  /** Later, when nothing more is noted for a moment; also the same again counts (`0.` and `0.0` on the way to `0.05`). */
  note(values: ParameterValues): void {
    if (this.told !== null && jsonEqual(this.told, values)) {
      this.unreadable();
      return;
    }
    const sinceMs = this.waiting?.sinceMs ?? Date.now();
    this.waiting?.cancel();
    const afterMs = Math.max(0, Math.min(SETTLE_MS, sinceMs + SETTLE_AT_MOST_MS - Date.now()));
    const timer = setTimeout(() => this.show(values), afterMs);
    this.waiting = { sinceMs, cancel: () => clearTimeout(timer) };
  }

  /** Something that cannot be read stands there now: what was about to be told is not true any more. */
  unreadable(): void {
    this.waiting?.cancel();
    this.waiting = null;
  }

  close(): void {
    this.unreadable();
  }
}
