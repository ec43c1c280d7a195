/**
 * Comm messages that were sent to the kernel: which of them it has not dealt with yet, and whose the output is that
 * handling them makes.
 */
import type { CommRequest } from "./kernel.ts";

/** Messages under way; the oldest counts as dealt with when there are more. */
const MAX_OPEN = 5_000;
/** Owners that are remembered for output that comes late. */
const MAX_OWNERS = 500;

export class Comms {
  private readonly open = new Map<string, () => void>();
  private readonly owners = new Map<string, string>();

  begin(id: string, { onDone, owner }: CommRequest): void {
    if (owner !== undefined) {
      this.owners.set(id, owner);
      if (this.owners.size > MAX_OWNERS) this.owners.delete(this.owners.keys().next().value ?? "");
    }
    if (!onDone) return;
    this.open.set(id, onDone);
    if (this.open.size > MAX_OPEN) this.done(this.open.keys().next().value ?? "");
  }

  ownerOf(id: string | null): string | null {
    return (id !== null ? this.owners.get(id) : undefined) ?? null;
  }

  /** The kernel has dealt with it, or never will. */
  done(id: string): void {
    if (this.open.size === 0) return;
    const onDone = this.open.get(id);
    this.open.delete(id);
    onDone?.();
  }

  endAll(): void {
    for (const id of [...this.open.keys()]) this.done(id);
  }
}
