/** Saves a live notebook by the schedule: the shell around `save-schedule.ts`. */
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { SaveState } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import type { OutsideChanges } from "./outside-changes.ts";
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
  /** From the beginning the document holds what the file does not. Default false. */
  readonly isUnsaved?: boolean;
  /** What other programs do to the file; without it, what they do keeps us from saving. */
  readonly outside?: OutsideChanges;
  readonly onState: (state: SaveState) => void;
  /** Puts into the document what is written there only with a save (the state of widgets). */
  readonly beforeSave?: () => void;
}

/** Another program changes the file again and again just as we save: then it is tried later. */
const MAX_MERGES = 5;
/** A file that is being written is broken for a moment; longer is told. */
const BROKEN_GRACE_MS = 1_000;
const BROKEN_RETRY_MS = 200;
/** Between two looks at a file that changes all the time; and at least this many times what a look took. */
const LOOK_PAUSE_MS = 20;
const LOOK_PAUSE_SHARE = 3;

export class Autosave {
  private readonly options: AutosaveOptions;
  private schedule: SaveSchedule = savedSchedule;
  private current: SaveState;
  private saving: Promise<SaveState> | null = null;
  private cancelTimer: (() => void) | null = null;
  private timerDueMs = 0;
  private look: "none" | "going" | "again" = "none";
  private cancelLook: (() => void) | null = null;
  private isStopped = false;
  private brokenSinceMs: number | null = null;
  private readonly stopListening: () => void;

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.current = { type: "saved", atMs: options.clock.now() };
    this.stopListening = options.live.onChange(() => this.onChange());
    if (options.isUnsaved) this.onChange();
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

  /** Takes up what another program wrote, as soon as no save goes on; asked often, it looks now and then. */
  lookOutside(): void {
    if (this.isStopped) return;
    if (this.look !== "none") this.look = "again";
    else void this.takeUp();
  }

  /** After a last `save`. */
  stop(): void {
    this.stopListening();
    this.isStopped = true;
    this.cancelLook?.();
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
    const { clock, outside } = this.options;
    this.options.beforeSave?.();
    this.schedule = saveStarted(this.schedule);
    let result = await this.saveOnce();
    for (let merges = 0; outside && isChangedOutside(result) && merges < MAX_MERGES; merges += 1) {
      const absorbed = await outside.absorb();
      if (absorbed.type === "broken") {
        this.schedule = saveFailed(this.schedule, clock.now());
        return this.noteBroken(absorbed.reason);
      }
      this.brokenSinceMs = null;
      this.schedule = saveStarted(this.schedule);
      result = await this.saveOnce();
    }
    const atMs = clock.now();
    if (result.type === "failed") {
      this.schedule = saveFailed(this.schedule, atMs);
      if (outside && isChangedOutside(result)) return this.become({ type: "unsaved" });
      return this.become({ type: "failed", reason: result.reason, atMs });
    }
    this.brokenSinceMs = null;
    this.schedule = saveSucceeded(this.schedule);
    return this.become(this.schedule.unsavedSinceMs === null ? { type: "saved", atMs } : { type: "unsaved" });
  }

  private async saveOnce(): Promise<SaveResult> {
    const { store, path, live, outside } = this.options;
    const state = outside?.current();
    const result = await store
      .save(path, live.toNotebook())
      .catch(
        (error: unknown): SaveResult => ({ type: "failed", code: "io-error", reason: messageOf(error) }),
      );
    if (state && result.type !== "failed") outside?.noteSaved(state);
    return result;
  }

  private async takeUp(): Promise<void> {
    const { outside, clock } = this.options;
    if (!outside) return;
    this.look = "going";
    while (this.saving) await this.saving;
    if (this.isStopped) return;
    const beganMs = clock.now();
    this.saving = outside
      .absorb()
      .then((absorbed) => {
        if (absorbed.type === "broken") return this.noteBroken(absorbed.reason);
        this.brokenSinceMs = null;
        if (this.current.type !== "waiting") return this.current;
        this.schedule = saveSucceeded(this.schedule);
        const isSaved = this.schedule.unsavedSinceMs === null;
        return this.become(isSaved ? { type: "saved", atMs: clock.now() } : { type: "unsaved" });
      })
      .catch((error: unknown) => this.become({ type: "failed", reason: messageOf(error), atMs: clock.now() }))
      .finally(() => {
        this.saving = null;
        this.arm();
      });
    await this.saving;
    if (this.isStopped) return;
    const pauseMs = Math.max(
      this.brokenSinceMs === null ? LOOK_PAUSE_MS : BROKEN_RETRY_MS,
      LOOK_PAUSE_SHARE * (clock.now() - beganMs),
    );
    this.cancelLook = clock.schedule(pauseMs, () => {
      this.cancelLook = null;
      const isAsked = this.look === "again" || this.brokenSinceMs !== null;
      this.look = "none";
      if (isAsked) this.lookOutside();
    });
  }

  /** The file is no notebook just now: it is not replaced, and nothing is taken from it. */
  private noteBroken(reason: string): SaveState {
    const atMs = this.options.clock.now();
    this.brokenSinceMs ??= atMs;
    if (this.look === "none") this.lookOutside();
    if (atMs - this.brokenSinceMs < BROKEN_GRACE_MS || this.current.type === "waiting") return this.current;
    return this.become({ type: "waiting", reason, atMs });
  }

  private become(state: SaveState): SaveState {
    this.current = state;
    this.options.onState(state);
    return state;
  }
}

function isChangedOutside(result: SaveResult): boolean {
  return result.type === "failed" && result.code === "changed-outside";
}
