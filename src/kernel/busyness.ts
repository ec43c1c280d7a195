/** Whether the main shell is busy, read from status messages; requests beside it do not count. */

/** Requests of other clients whose idle status never came; more than this and all are forgotten. */
const MAX_OPEN = 1_000;

export class Busyness {
  private readonly open = new Set<string>();
  private readonly onChange: (isBusy: boolean) => void;

  constructor(onChange: (isBusy: boolean) => void) {
    this.onChange = onChange;
  }

  get isBusy(): boolean {
    return this.open.size > 0;
  }

  busy(requestId: string): void {
    if (this.open.size >= MAX_OPEN) this.open.clear();
    this.open.add(requestId);
    if (this.open.size === 1) this.onChange(true);
  }

  idle(requestId: string): void {
    if (this.open.delete(requestId) && this.open.size === 0) this.onChange(false);
  }
}
