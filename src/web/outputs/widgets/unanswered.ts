/** Messages to the kernel that it has not dealt with yet; and whether somebody waits for that. */
import { createStore, type Store } from "../../session/store.ts";

/** An answer that takes longer is waited for by a person. */
const SLOW_MS = 700;

export class Unanswered {
  /** The oldest has waited long. */
  readonly isSlow: Store<boolean> = createStore(false);
  private readonly open = new Map<string, () => void>();
  private readonly waiting = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  add(id: string, done: () => void): void {
    this.open.set(id, done);
    this.timer ??= setTimeout(() => this.isSlow.set(this.open.size > 0), SLOW_MS);
  }

  settle(ids: readonly string[]): void {
    for (const id of ids) {
      const done = this.open.get(id);
      this.open.delete(id);
      // It may send the next.
      done?.();
    }
    if (this.open.size === 0) this.clear();
  }

  settleAll(): void {
    this.settle([...this.open.keys()]);
  }

  /** When nothing is open, at the latest after `limitMs`. */
  settled(limitMs: number): Promise<void> {
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, limitMs);
      this.waiting.add(end);
    });
  }

  clear(): void {
    for (const end of this.waiting) end();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.isSlow.set(false);
  }
}
