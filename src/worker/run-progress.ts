/** What a run has done to which cell, and how much is left. Written per step at constant cost; read for a snapshot. */

import type { LiveNotebook } from "../document/live-notebook.ts";
import { PartOfNotebook } from "../runs/part.ts";
import type { StepRecord, StepStatus } from "../runs/run.ts";
import { isRunnable } from "../runs/walk.ts";
import type { CellId } from "../util/ids.ts";

const DONE: ReadonlySet<StepStatus> = new Set<StepStatus>(["completed", "failed-allowed", "skipped"]);

export interface RunningStep {
  readonly cellId: CellId;
  readonly sinceMs: number;
}

export interface Counts {
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly etaMs: number | null;
}

export class RunProgress {
  private readonly live: LiveNotebook;
  private readonly skipTags: readonly string[];
  private readonly part: PartOfNotebook;
  private readonly statuses = new Map<CellId, StepStatus>();
  /** In which pass a cell was run or skipped; a re-run begins a new pass. */
  private readonly passes = new Map<CellId, number>();
  private pass = 0;
  private durations: ReadonlyMap<string, number> = new Map();

  /** @param part what the run is about; default: the whole notebook. */
  constructor(live: LiveNotebook, skipTags: readonly string[], part?: PartOfNotebook) {
    this.live = live;
    this.skipTags = skipTags;
    this.part = part ?? new PartOfNotebook(null, live);
  }

  /** Whether this pass is over with the cell. */
  isDone(id: CellId): boolean {
    return this.passes.get(id) === this.pass;
  }

  markDone(id: CellId): void {
    this.passes.set(id, this.pass);
  }

  beginPass(): void {
    this.pass++;
  }

  note(step: StepRecord): void {
    // Taken back: still to come.
    if (step.status === "not-run") this.statuses.delete(step.cellId);
    else this.statuses.set(step.cellId, step.status);
  }

  status(id: CellId): StepStatus | undefined {
    return this.statuses.get(id);
  }

  /** Typical times of earlier runs. */
  expect(durations: ReadonlyMap<string, number>): void {
    this.durations = durations;
  }

  /** Marks what the end leaves behind; gives those cells. */
  closeAsNotRun(): readonly CellId[] {
    const left = this.runnable().filter((id) => !this.statuses.has(id));
    for (const id of left) this.statuses.set(id, "not-run");
    return left;
  }

  steps(): Readonly<Record<CellId, StepStatus>> {
    return Object.fromEntries(this.statuses) as Record<CellId, StepStatus>;
  }

  /**
   * One pass over the cells: for snapshots, which are made rarely, not for steps. A cell that the run is past without
   * having met it (put in behind it, or before the one it began with) is no step of it.
   * @param place how many cells of the document the run is past.
   */
  counts(running: RunningStep | null, nowMs: number, place: number): Counts {
    let stepsDone = 0;
    let stepsTotal = 0;
    let leftMs = 0;
    for (const [index, id] of this.live.cellIds().entries()) {
      const status = this.statuses.get(id);
      const isPast = index < place || this.isDone(id);
      if (!this.isStep(id) || (isPast && (status === undefined || status === "not-run"))) continue;
      stepsTotal++;
      // What is ahead again after "run again from here" is not done, whatever an earlier pass made of it.
      if (isPast && status !== undefined && DONE.has(status)) stepsDone++;
      else leftMs += this.durations.get(id) ?? 0;
    }
    if (running !== null) {
      leftMs -= Math.min(nowMs - running.sinceMs, this.durations.get(running.cellId) ?? 0);
    }
    return {
      stepsDone,
      stepsTotal,
      etaMs: this.durations.size === 0 ? null : Math.round(leftMs),
    };
  }

  private runnable(): CellId[] {
    return this.live.cellIds().filter((id) => this.isStep(id));
  }

  private isStep(id: CellId): boolean {
    const cell = this.live.cell(id);
    return cell !== undefined && isRunnable(cell, this.skipTags) && this.part.has(cell);
  }
}
