/**
 * When what widgets hold is told and kept. State of all widgets is one value in the notebook's metadata: written
 * rarely, not with each message.
 */
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import type { KernelView } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { savedModels, shownModels, stillSeen } from "./widget-metadata.ts";
import type { WidgetTracker } from "./widget-state.ts";

/** It is written with a save, and when nothing runs, at most this often. */
const IDLE_PAUSE_MS = 1_000;
const SYNC_MS = 100;

export interface WidgetSavingOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly clock: Clock;
  readonly widgets: WidgetTracker;
}

export class WidgetSaving {
  private readonly options: WidgetSavingOptions;
  private savedAtMs = Number.NEGATIVE_INFINITY;
  private cancelSync: (() => void) | null = null;

  constructor(options: WidgetSavingOptions) {
    this.options = options;
  }

  /** Widgets changed, and no end of an execution will tell it. */
  syncSoon(): void {
    const { clock, widgets } = this.options;
    this.cancelSync ??= clock.schedule(SYNC_MS, () => {
      this.cancelSync = null;
      widgets.sync();
    });
  }

  close(): void {
    this.cancelSync?.();
  }

  /** When its kernel is gone, so is the other half of each widget; the file keeps what they were. */
  onKernel(state: KernelView["state"]): void {
    if (state !== "none" && state !== "dead" && state !== "restarting") return;
    this.save();
    this.options.widgets.reset();
  }

  whenIdle(): void {
    if (this.options.clock.now() - this.savedAtMs >= IDLE_PAUSE_MS) this.save();
  }

  save(): void {
    const { live, origin, clock, widgets } = this.options;
    const value = widgets.takeMetadata((isLive) => {
      // Those of an earlier kernel are kept as long as their cells show them.
      const saved = savedModels(live.metadata().widgets);
      const isEarlier = Object.keys(saved).some((id) => !isLive(id));
      return isEarlier ? stillSeen(saved, this.shown(), isLive) : {};
    });
    if (!value) return;
    live.apply({ type: "set-notebook-metadata", key: "widgets", value }, origin);
    this.savedAtMs = clock.now();
  }

  private *shown(): Generator<string> {
    const { live } = this.options;
    for (const id of live.cellIds()) yield* shownModels(live.results.of(id).outputs);
  }
}
