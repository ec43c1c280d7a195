/**
 * Whether the process of an attached run lives. On this machine the process itself is looked at; of another one, its
 * silence tells. What its log says later counts more (`AttachedEnd.isPresumed`).
 */
import type { AttachedWriter } from "../../runs/attached/state.ts";
import { isRunning } from "../../store/process-identity.ts";
import type { Clock } from "../../util/clock.ts";

const LOOK_MS = 1_000;
/** Its sender tells that it lives every few seconds. */
export const SILENT_MS = 10_000;
const LOST_MS = 60_000;
/** Clients of these protocols speak only when they have something to tell. */
const SELDOM = new Set(["mlflow", "otlp"]);
const SELDOM_SILENT_MS = 90_000;
const SELDOM_LOST_MS = 600_000;
/** Its last requests may still be on their way when the process is gone. */
const LAST_WORDS_MS = 2_000;

export interface ProcessWatchOptions {
  readonly clock: Clock;
  readonly leader: () => AttachedWriter | undefined;
  readonly seenAtMs: () => number;
  readonly onSilent: (sinceMs: number | null) => void;
  readonly onGone: (why: string) => void;
}

export class ProcessWatch {
  private readonly given: ProcessWatchOptions;
  private cancel: (() => void) | null = null;
  private isSilent = false;
  private goneSinceMs: number | null = null;

  constructor(options: ProcessWatchOptions) {
    this.given = options;
  }

  start(): void {
    this.cancel ??= this.given.clock.schedule(LOOK_MS, () => {
      this.cancel = null;
      this.start();
      this.look();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.goneSinceMs = null;
  }

  /** Looks now, without waiting for its last words: another process is to take its place. */
  isGone(): boolean {
    const { clock, leader, seenAtMs } = this.given;
    const writer = leader();
    if (writer?.identity) return !isRunning(writer.identity);
    return clock.now() - seenAtMs() >= silentAfterMs(writer);
  }

  private look(): void {
    const { clock, leader, seenAtMs, onSilent, onGone } = this.given;
    const nowMs = clock.now();
    const writer = leader();
    const quietMs = nowMs - seenAtMs();
    if (writer?.identity && !isRunning(writer.identity)) {
      this.goneSinceMs ??= nowMs;
      if (nowMs - this.goneSinceMs >= LOOK_MS && quietMs >= LAST_WORDS_MS)
        onGone(`Process ${writer.pid} is gone and told no end: it was killed, or it crashed`);
      return;
    }
    this.goneSinceMs = null;
    // A process of this machine that lives is taken at its life, not at its silence.
    if (quietMs >= lostAfterMs(writer) && !writer?.identity) {
      const where = writer === undefined ? "its process" : `process ${writer.pid} on ${writer.host}`;
      onGone(`No word of ${where} for ${Math.round(quietMs / 1_000)} s`);
      return;
    }
    const isSilent = quietMs >= silentAfterMs(writer);
    if (isSilent === this.isSilent) return;
    this.isSilent = isSilent;
    onSilent(isSilent ? seenAtMs() : null);
  }
}

function silentAfterMs(writer: AttachedWriter | undefined): number {
  return writer && SELDOM.has(writer.language) ? SELDOM_SILENT_MS : SILENT_MS;
}

function lostAfterMs(writer: AttachedWriter | undefined): number {
  return writer && SELDOM.has(writer.language) ? SELDOM_LOST_MS : LOST_MS;
}
