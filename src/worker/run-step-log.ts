/** How each step of a run stands, with views of any moment that cost nothing until somebody reads them. */
import type { StepStatus } from "../runs/run.ts";
import type { CellId } from "../util/ids.ts";

/** Entries of the log beside those that a view needs: it is written anew when there are more. */
const MAX_OUTDATED = 2_000;

export class StepLog {
  private readonly statuses = new Map<CellId, StepStatus>();
  /** In the order of time; null: taken back. A view reads a beginning of both, which never changes. */
  private ids: CellId[] = [];
  private told: (StepStatus | null)[] = [];

  get(id: CellId): StepStatus | undefined {
    return this.statuses.get(id);
  }

  set(id: CellId, status: StepStatus): void {
    this.statuses.set(id, status);
    this.log(id, status);
  }

  delete(id: CellId): void {
    if (this.statuses.delete(id)) this.log(id, null);
  }

  /** What it holds now, made when it is first asked for. */
  view(): () => Readonly<Record<CellId, StepStatus>> {
    const { ids, told } = this;
    const { length } = ids;
    let made: Readonly<Record<CellId, StepStatus>> | null = null;
    return () => {
      made ??= replay(ids, told, length);
      return made;
    };
  }

  private log(id: CellId, status: StepStatus | null): void {
    if (this.ids.length >= 2 * this.statuses.size + MAX_OUTDATED) {
      // Anew, not in place: views read the old ones.
      this.ids = [...this.statuses.keys()];
      this.told = [...this.statuses.values()];
      return;
    }
    this.ids.push(id);
    this.told.push(status);
  }
}

function replay(
  ids: readonly CellId[],
  told: readonly (StepStatus | null)[],
  length: number,
): Record<CellId, StepStatus> {
  const statuses = new Map<CellId, StepStatus>();
  for (let index = 0; index < length; index++) {
    const id = ids[index];
    const status = told[index];
    if (id === undefined || status === undefined) continue;
    if (status === null) statuses.delete(id);
    else statuses.set(id, status);
  }
  return Object.fromEntries(statuses) as Record<CellId, StepStatus>;
}
