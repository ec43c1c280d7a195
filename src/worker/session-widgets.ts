/** The widgets of an open notebook: their state, written into its metadata now and then. */
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import type { IopubMessage } from "../kernel/kernel.ts";
import type { Clock } from "../util/clock.ts";
import { WidgetTracker, type WidgetTrackerOptions } from "./widget-state.ts";

export interface SessionWidgetsOptions extends WidgetTrackerOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly clock: Clock;
}

/** Widget state is written with a save, and when a lane has nothing to do, at most this often. */
const WIDGETS_PAUSE_MS = 1_000;
const WIDGET_SYNC_MS = 100;

export class SessionWidgets {
  readonly tracker: WidgetTracker;
  private readonly options: SessionWidgetsOptions;
  private cancelSync: (() => void) | null = null;
  private savedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SessionWidgetsOptions) {
    this.options = options;
    this.tracker = new WidgetTracker(options);
  }

  /** What a widget's callback prints inside an Output widget (`interact`): no execution's end will tell it. */
  captureStray(message: IopubMessage): void {
    if (!this.tracker.capture(message)) return;
    this.cancelSync ??= this.options.clock.schedule(WIDGET_SYNC_MS, () => {
      this.cancelSync = null;
      this.tracker.sync();
    });
  }

  /** State of all widgets is one value in the metadata: written rarely, not with each message. */
  save(when: "now" | "now-and-then"): void {
    const { clock, live, origin } = this.options;
    if (when === "now-and-then" && clock.now() - this.savedAtMs < WIDGETS_PAUSE_MS) return;
    const value = this.tracker.takeMetadata();
    if (!value) return;
    live.apply({ type: "set-notebook-metadata", key: "widgets", value }, origin);
    this.savedAtMs = clock.now();
  }

  close(): void {
    this.cancelSync?.();
  }
}
