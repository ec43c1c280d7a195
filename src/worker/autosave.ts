/** Saves a live notebook by the schedule: the shell around `save-schedule.ts`. */
import { basename } from "node:path";
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { MovedFile } from "../document/outside-versions.ts";
import type { SaveState } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import { FACES } from "./faced.ts";
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
  /** What is done when another program took the file away; without it, the file is made anew with the next save. */
  readonly missing?: MissingFile;
  /** Puts into the document what is written there only with a save (the state of widgets). */
  readonly beforeSave?: () => void;
}

export interface MissingFile {
  /** Somebody asked for this file to be written and waits for it: it is made anew. */
  mustWrite(): boolean;
  /** Where it went. */
  find(path: string): Promise<MovedFile | null>;
  /** It is the same file at this path; settles when this notebook has moved along. False: it cannot. */
  follow(path: string): Promise<boolean>;
}

/** Another program changes the file again and again just as we save: then it is tried later. */
const MAX_MERGES = 5;
/** A file that is being written is broken for a moment; longer is told. */
const BROKEN_GRACE_MS = 1_000;
const BROKEN_RETRY_MS = 200;
/** Tools that replace a file by deleting it first need a moment. */
const MISSING_GRACE_MS = 600;
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
  private missingSinceMs: number | null = null;
  /** It was looked for since it is gone. */
  private isLookedFor = false;
  private isFolderGone = false;
  private path: string;
  private readonly stopListening: () => void;

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.path = options.path;
    this.current = { type: "saved", atMs: options.clock.now() };
    this.stopListening = options.live.onChange(({ origin }) => {
      // The file holds the same as before.
      if (origin !== FACES) this.onChange();
    });
    if (options.isUnsaved) this.onChange();
  }

  state(): SaveState {
    return this.current;
  }

  /**
   * Saves what is unsaved now, waiting for a save under way; does nothing when there is nothing. A file that is gone
   * is made anew, so that nothing is lost.
   * @param again also when there is nothing unsaved and the file is gone: somebody wants it back.
   */
  async save(again = false): Promise<SaveState> {
    while (this.saving) await this.saving;
    this.options.beforeSave?.();
    if (again && this.missingSinceMs !== null)
      this.schedule = changed(this.schedule, this.options.clock.now());
    if (this.schedule.unsavedSinceMs === null) return this.current;
    return this.start(true);
  }

  /** While this is done, nothing is saved, read or merged. */
  async between<T>(work: () => Promise<T>): Promise<T> {
    while (this.saving) await this.saving;
    this.options.beforeSave?.();
    const done = work();
    this.saving = done.then(
      () => this.current,
      () => this.current,
    );
    void this.saving.finally(() => {
      this.saving = null;
      this.arm();
    });
    return done;
  }

  /** The file is there from now on; called within `between`. */
  movedTo(path: string): void {
    this.path = path;
    this.isBack();
    if (this.current.type !== "saved") this.onChange();
    if (this.current.type === "missing") this.become({ type: "unsaved" });
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
      // A save under way looks at the time when it ends.
      else if (this.saving === null) void this.start();
    });
  }

  /** @param anew also where the file is gone. */
  private start(anew = false): Promise<SaveState> {
    this.saving = this.write(anew).finally(() => {
      this.saving = null;
      this.arm();
    });
    return this.saving;
  }

  private async write(anew: boolean): Promise<SaveState> {
    const { clock, outside } = this.options;
    this.options.beforeSave?.();
    this.schedule = saveStarted(this.schedule);
    let result = await this.saveOnce(anew);
    for (let merges = 0; outside && isChangedOutside(result) && merges < MAX_MERGES; merges += 1) {
      const absorbed = await outside.absorb();
      if (absorbed.type === "broken") {
        this.schedule = saveFailed(this.schedule, clock.now());
        return this.noteBroken(absorbed.reason);
      }
      if (absorbed.type === "missing") break;
      this.brokenSinceMs = null;
      this.schedule = saveStarted(this.schedule);
      result = await this.saveOnce(anew);
    }
    const atMs = clock.now();
    if (result.type === "failed") {
      this.schedule = saveFailed(this.schedule, atMs);
      if (result.code === "missing") return this.noteMissing();
      if (outside && isChangedOutside(result)) return this.become({ type: "unsaved" });
      return this.become({ type: "failed", reason: result.reason, atMs });
    }
    this.brokenSinceMs = null;
    this.isBack();
    this.schedule = saveSucceeded(this.schedule);
    return this.become(this.schedule.unsavedSinceMs === null ? { type: "saved", atMs } : { type: "unsaved" });
  }

  private async saveOnce(anew: boolean): Promise<SaveResult> {
    const { store, live, outside, missing } = this.options;
    const isWanted = this.isLookedFor && missing?.mustWrite() === true;
    const hooks = { beforeReplace: async () => {}, mustExist: !anew && missing !== undefined && !isWanted };
    const state = outside?.current();
    const result = await store
      .save(this.path, live.toNotebook(), hooks)
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
        if (absorbed.type === "missing") return this.noteMissing(absorbed.withFolder);
        const wasGone = this.missingSinceMs !== null;
        this.isBack();
        if (this.current.type === "failed" && wasGone) {
          // What kept it from being saved is over: not at the end of a long pause.
          this.schedule = saveSucceeded(this.schedule);
          return this.current;
        }
        if (this.current.type !== "waiting" && this.current.type !== "missing") return this.current;
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
    await this.lookForMissing();
    if (this.isStopped) return;
    const pauseMs = Math.max(
      this.brokenSinceMs === null && this.missingSinceMs === null ? LOOK_PAUSE_MS : BROKEN_RETRY_MS,
      LOOK_PAUSE_SHARE * (clock.now() - beganMs),
    );
    this.cancelLook = clock.schedule(pauseMs, () => {
      this.cancelLook = null;
      const isGone = this.missingSinceMs !== null && !this.isLookedFor;
      const isAsked = this.look === "again" || this.brokenSinceMs !== null || isGone;
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

  /** The file is gone: it may be back in a moment, or elsewhere. Until it is known, nothing is written. */
  private noteMissing(withFolder = false): SaveState {
    if (this.isFolderGone && !withFolder) {
      // A disk that is mounted again, a folder that is synchronised: its files follow in a moment.
      this.isLookedFor = false;
      this.missingSinceMs = null;
    }
    this.isFolderGone = withFolder;
    this.missingSinceMs ??= this.options.clock.now();
    if (this.look === "none") this.lookOutside();
    return this.current;
  }

  private isBack(): void {
    this.missingSinceMs = null;
    this.isFolderGone = false;
    this.isLookedFor = false;
  }

  /** Once it is gone for good: the notebook moves along with it, or somebody must decide. */
  private async lookForMissing(): Promise<void> {
    const { missing, clock } = this.options;
    const goneMs = this.missingSinceMs === null ? 0 : clock.now() - this.missingSinceMs;
    if (!missing || this.isLookedFor || goneMs < MISSING_GRACE_MS) return;
    this.isLookedFor = true;
    const found = await missing.find(this.path).catch(() => null);
    if (this.missingSinceMs === null || this.isStopped) return;
    if (found?.isCertain && (await missing.follow(found.path).catch(() => false))) return;
    // Saving tells of a folder that is gone, and goes on by itself when it is back.
    if (this.isFolderGone) return;
    if (missing.mustWrite()) {
      await this.save(true);
      return;
    }
    const { path } = this;
    this.become({
      type: "missing",
      reason: `${basename(path)} was moved or deleted by another program.`,
      movedTo: found?.path ?? null,
      atMs: clock.now(),
    });
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
