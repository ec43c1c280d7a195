/** Saves a live notebook by the schedule: the shell around `save-schedule.ts`. */
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { SaveState } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import {
  changed,
  dueAt,
  type SaveSchedule,
  savedSchedule,
  saveFailed,
  saveStarted,
  saveSucceeded,
} from "./save-schedule.ts";

export interface AutosaveOptions {
  readonly live: LiveNotebook;
  readonly store: DocumentStore;
  readonly path: string;
  readonly clock: Clock;
  readonly onState: (state: SaveState) => void;
  /** Puts into the document what is written there only with a save (the state of widgets). */
  readonly beforeSave?: () => void;
}

export class Autosave {
  private readonly options: AutosaveOptions;
  private schedule: SaveSchedule = savedSchedule;
  private current: SaveState;
  private saving: Promise<SaveState> | null = null;
  private cancelTimer: (() => void) | null = null;
  private timerDueMs = 0;
  private readonly stopListening: () => void;

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.current = { type: "saved", atMs: options.clock.now() };
    this.stopListening = options.live.onChange(() => this.onChange());
  }

  state(): SaveState {
    return this.current;
  }

  /** Saves what is unsaved now, waiting for a save under way; does nothing when there is nothing. */
  async save(): Promise<SaveState> {
    while (this.saving) await this.saving;
    this.options.beforeSave?.();
    if (this.schedule.unsavedSinceMs === null) return this.current;
    return this.start();
  }

  /** After a last `save`. */
  stop(): void {
    this.stopListening();
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private onChange(): void {
    this.schedule = changed(this.schedule, this.options.clock.now());
    if (this.current.type === "saved") this.become({ type: "unsaved" });
    this.arm();
  }

  /** One timer, never set back by a change: it looks again when it fires. */
  private arm(): void {
    const due = dueAt(this.schedule);
    if (due === null || (this.cancelTimer && this.timerDueMs <= due)) return;
    this.cancelTimer?.();
    this.timerDueMs = due;
    const { clock } = this.options;
    this.cancelTimer = clock.schedule(Math.max(0, due - clock.now()), () => {
      this.cancelTimer = null;
      const now = dueAt(this.schedule);
      if (now === null) return;
      if (now > clock.now()) this.arm();
      else void this.start();
    });
  }

  private start(): Promise<SaveState> {
    this.saving = this.write().finally(() => {
      this.saving = null;
      this.arm();
    });
    return this.saving;
  }

  private async write(): Promise<SaveState> {
    const { store, path, live, clock } = this.options;
    this.options.beforeSave?.();
    this.schedule = saveStarted(this.schedule);
    const result = await store
      .save(path, live.toNotebook())
      .catch(
        (error: unknown): SaveResult => ({ type: "failed", code: "io-error", reason: messageOf(error) }),
      );
    const atMs = clock.now();
    if (result.type === "failed") {
      this.schedule = saveFailed(this.schedule, atMs);
      return this.become({ type: "failed", reason: result.reason, atMs });
    }
    this.schedule = saveSucceeded(this.schedule);
    return this.become(this.schedule.unsavedSinceMs === null ? { type: "saved", atMs } : { type: "unsaved" });
  }

  private become(state: SaveState): SaveState {
    this.current = state;
    this.options.onState(state);
    return state;
  }
}
