/**
 * Copies a run's file to its address while the run goes: at the start, so that an address that cannot be written
 * fails before anything runs; then at a bounded rate, because each copy is the whole file; at the end for certain.
 * The local file stays as it is, so a store that fails costs nothing.
 */
import { readFile } from "node:fs/promises";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";

/** From the end of one copy to the next. */
export const MIRROR_EVERY_MS = 15_000;
/** Pauses before the last copy is tried again. */
const LAST_PAUSES_MS = [1_000, 3_000, 10_000];

export interface MirrorTarget {
  readonly address: string;
  write(bytes: Uint8Array): Promise<void>;
}

export interface OutputMirrorOptions {
  readonly session: NotebookSession;
  readonly target: MirrorTarget;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class OutputMirror {
  private readonly options: OutputMirrorOptions;
  private readonly stopListening: Unsubscribe;
  private copying: Promise<void> | null = null;
  private isDirty = false;
  private isAbandoned = false;
  private cancelTimer: (() => void) | null = null;

  constructor(options: OutputMirrorOptions) {
    this.options = options;
    this.stopListening = options.session.on((event) => {
      if (event.type === "save" && event.save.type === "saved") this.saved();
    });
  }

  /** The first copy. @throws LoopbookError `output-unwritable`. */
  async begin(): Promise<void> {
    this.isDirty = false;
    try {
      await this.copy();
    } catch (cause) {
      throw new LoopbookError("output-unwritable", messageOf(cause), { exitCode: 2, cause });
    }
    this.wait();
  }

  /** The last copy. @returns why it could not be made, or null. */
  async finish(): Promise<string | null> {
    if (this.isAbandoned) return null;
    this.stop();
    await this.copying;
    for (const pauseMs of [...LAST_PAUSES_MS, null]) {
      try {
        await this.copy();
        return null;
      } catch (error) {
        if (pauseMs === null)
          return `${messageOf(error)} The executed notebook is kept at ${this.options.session.path}.`;
        await new Promise<void>((resolve) => this.options.clock.schedule(pauseMs, resolve));
      }
    }
    return null;
  }

  /** Nothing is copied any more: the run did not begin. */
  abandon(): void {
    this.isAbandoned = true;
    this.stop();
  }

  private stop(): void {
    this.stopListening();
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private saved(): void {
    this.isDirty = true;
  }

  private wait(): void {
    this.cancelTimer = this.options.clock.schedule(MIRROR_EVERY_MS, () => {
      this.copying = this.copyNow().finally(() => {
        this.copying = null;
        if (this.cancelTimer !== null) this.wait();
      });
    });
  }

  private async copyNow(): Promise<void> {
    if (!this.isDirty) return;
    this.isDirty = false;
    try {
      await this.copy();
    } catch (error) {
      this.isDirty = true;
      this.options.logger.warn("The output could not be copied; it is tried again", {
        error: messageOf(error),
      });
    }
  }

  private async copy(): Promise<void> {
    const { session, target } = this.options;
    if (session.path !== null) await target.write(await readFile(session.path));
  }
}
