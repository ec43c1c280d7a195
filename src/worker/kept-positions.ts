/**
 * How much of what a held kernel said is kept elsewhere, so that it need not be told again: everything before the
 * oldest execution whose outputs and end may not be in the saved file, or whose end its run has not recorded.
 */
interface Kept {
  readonly holdId: string;
  readonly position: number;
  hasEnded: boolean;
  isConfirmed: boolean;
}

export class KeptPositions {
  private readonly open = new Map<string, Kept>();

  /** @param waits somebody will confirm that it has recorded the end. */
  began(executionId: string, holdId: string, position: number, waits: boolean): void {
    this.open.set(executionId, { holdId, position, hasEnded: false, isConfirmed: !waits });
  }

  ended(executionId: string): void {
    const kept = this.open.get(executionId);
    if (kept === undefined) return;
    kept.hasEnded = true;
    if (kept.isConfirmed) this.open.delete(executionId);
  }

  confirmed(executionId: string): void {
    const kept = this.open.get(executionId);
    if (kept === undefined) return;
    kept.isConfirmed = true;
    if (kept.hasEnded) this.open.delete(executionId);
  }

  /** Up to where a save that is written now keeps what this kernel said. */
  safe(holdId: string, position: number): number {
    let safe = position;
    for (const [id, kept] of this.open) {
      if (kept.holdId === holdId) safe = Math.min(safe, kept.position);
      // Of a kernel that is gone nothing is told again.
      else this.open.delete(id);
    }
    return safe;
  }
}
