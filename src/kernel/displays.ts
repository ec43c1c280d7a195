/**
 * Who showed which `display_id`. The protocol sends an update under the execution that *makes* it, which need not be
 * the one that showed the display; this tells the two apart.
 */

/** Older ids are forgotten; an update for one of those counts as "not shown here", which is what it most likely is. */
const MAX_DISPLAYS = 100_000;

export class DisplayOwners {
  /** The execution that showed it last, and whether another one showed it before. */
  private readonly shown = new Map<string, { executionId: string; elsewhereToo: boolean }>();

  record(displayId: string, executionId: string): void {
    const known = this.shown.get(displayId);
    if (known === undefined) {
      if (this.shown.size >= MAX_DISPLAYS) this.forgetOldest();
      this.shown.set(displayId, { executionId, elsewhereToo: false });
    } else if (known.executionId !== executionId) {
      this.shown.set(displayId, { executionId, elsewhereToo: true });
    }
  }

  /** Where an update made by `executionId` belongs: to its own outputs, to those of others, or both. */
  updateGoesTo(displayId: string, executionId: string): { readonly own: boolean; readonly others: boolean } {
    const known = this.shown.get(displayId);
    if (known === undefined) return { own: false, others: true };
    if (known.executionId === executionId) return { own: true, others: known.elsewhereToo };
    // Whether this one showed it before the last one did is not kept: both hear of it, and the update is idempotent.
    return { own: known.elsewhereToo, others: true };
  }

  private forgetOldest(): void {
    const oldest = this.shown.keys().next();
    if (!oldest.done) this.shown.delete(oldest.value);
  }
}
