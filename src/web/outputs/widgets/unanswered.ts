/** Messages to the kernel that it has not dealt with yet; and whether somebody waits for that. */
import { createStore, type Store } from "../../session/store.ts";

/** An answer that takes longer is waited for by a person. */
const SLOW_MS = 700;

export class Unanswered {
  /** The oldest has waited long. */
  readonly isSlow: Store<boolean> = createStore(false);
  private readonly open = new Map<string, () => void>();
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

  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.isSlow.set(false);
  }
}
