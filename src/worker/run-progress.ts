/**
 * What a run has done to which cell, and how much is left. A step costs the same however many cells there are, and
 * so does a snapshot: it looks again at the cells that something happened to since the last one.
 */
import type { LiveNotebook, NotebookChange } from "../document/live-notebook.ts";
import { PartOfNotebook } from "../runs/part.ts";
import type { StepRecord, StepStatus } from "../runs/run.ts";
import { isRunnable } from "../runs/walk.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";
import { StepLog } from "./run-step-log.ts";

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

/** What a cell is to the run: no step of it, a step ahead, one that is done. */
const NONE = 0;
const AHEAD = 1;
const OVER = 2;

interface Tally {
  readonly order: readonly CellId[];
  /** By the cell's index. */
  readonly kinds: Uint8Array;
  place: number;
  ahead: number;
  over: number;
  leftMs: number;
}

export class RunProgress {
  private readonly live: LiveNotebook;
  private readonly skipTags: readonly string[];
  private readonly part: PartOfNotebook;
  private readonly log = new StepLog();
  /** What this pass has run or skipped; a re-run begins a new pass. */
  private done = new Set<CellId>();
  private durations: ReadonlyMap<string, number> = new Map();
  private tally: Tally | null = null;
  /** Cells whose part in the tally may be another one now. */
  private readonly touched = new Set<CellId>();
  private stopListening: Unsubscribe | null;

  /** @param part what the run is about; default: the whole notebook. */
  constructor(live: LiveNotebook, skipTags: readonly string[], part?: PartOfNotebook) {
    this.live = live;
    this.skipTags = skipTags;
    this.part = part ?? new PartOfNotebook(null, live);
    this.stopListening = live.onChange((change) => this.onChange(change));
  }

  /** Whether this pass is over with the cell. */
  isDone(id: CellId): boolean {
    return this.done.has(id);
  }

  markDone(id: CellId): void {
    this.done.add(id);
    this.touched.add(id);
  }

  beginPass(): void {
    this.done = new Set();
    this.tally = null;
  }

  note(step: StepRecord): void {
    // Taken back: still to come.
    if (step.status === "not-run") this.log.delete(step.cellId);
    else this.log.set(step.cellId, step.status);
    this.touched.add(step.cellId);
  }

  status(id: CellId): StepStatus | undefined {
    return this.log.get(id);
  }

  /** Typical times of earlier runs. */
  expect(durations: ReadonlyMap<string, number>): void {
    this.durations = durations;
    this.tally = null;
  }

  /** Marks what the end leaves behind; gives those cells. */
  closeAsNotRun(): readonly CellId[] {
    const left = this.live.cellIds().filter((id) => this.log.get(id) === undefined && this.isStep(id));
    for (const id of left) {
      this.log.set(id, "not-run");
      this.touched.add(id);
    }
    return left;
  }

  /** How each step stands now; made when it is read. */
  steps(): () => Readonly<Record<CellId, StepStatus>> {
    return this.log.view();
  }

  /**
   * A cell that the run is past without having met it (put in behind it, or before the one it began with) is no step
   * of it.
   * @param place how many cells of the document the run is past.
   */
  counts(running: RunningStep | null, nowMs: number, place: number): Counts {
    const { ahead, over, leftMs } = this.counted(place);
    const runningMs =
      running === null ? 0 : Math.min(nowMs - running.sinceMs, this.durations.get(running.cellId) ?? 0);
    return {
      stepsDone: over,
      stepsTotal: ahead + over,
      etaMs: this.durations.size === 0 ? null : Math.round(leftMs - runningMs),
    };
  }

  /** The document is not followed any more; counts look at every cell from now on. */
  close(): void {
    this.stopListening?.();
    this.stopListening = null;
  }

  private onChange({ order, cells }: NotebookChange): void {
    if (order) this.tally = null;
    for (const id of cells) this.touched.add(id);
  }

  private counted(place: number): Tally {
    const order = this.live.cellIds();
    const before = this.stopListening === null || this.tally?.order !== order ? null : this.tally;
    const tally = before ?? {
      order,
      kinds: new Uint8Array(order.length),
      place,
      ahead: 0,
      over: 0,
      leftMs: 0,
    };
    if (before === null || this.touched.size > 0 || before.place !== place) {
      const from = Math.min(tally.place, place);
      const to = Math.max(tally.place, place);
      for (let index = 0; index < order.length; index++) {
        const id = order[index];
        const isPassed = index >= from && index < to;
        if (id !== undefined && (before === null || isPassed || this.touched.has(id)))
          this.count(tally, index, id, place);
      }
    }
    tally.place = place;
    this.touched.clear();
    this.tally = tally;
    return tally;
  }

  private count(tally: Tally, index: number, id: CellId, place: number): void {
    const expectedMs = this.durations.get(id) ?? 0;
    const was = tally.kinds[index];
    if (was === AHEAD) {
      tally.ahead--;
      tally.leftMs -= expectedMs;
    } else if (was === OVER) tally.over--;
    const is = this.kindOf(id, index < place);
    tally.kinds[index] = is;
    if (is === AHEAD) {
      tally.ahead++;
      tally.leftMs += expectedMs;
    } else if (is === OVER) tally.over++;
  }

  private kindOf(id: CellId, isBehind: boolean): number {
    const status = this.log.get(id);
    const isPast = isBehind || this.isDone(id);
    if (isPast && (status === undefined || status === "not-run")) return NONE;
    if (!this.isStep(id)) return NONE;
    // What is ahead again after "run again from here" is not done, whatever an earlier pass made of it.
    return isPast && status !== undefined && DONE.has(status) ? OVER : AHEAD;
  }

  private isStep(id: CellId): boolean {
    const cell = this.live.cell(id);
    return cell !== undefined && isRunnable(cell, this.skipTags) && this.part.has(cell);
  }
}
