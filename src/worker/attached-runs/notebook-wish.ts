/**
 * What people want of a process that lives inside of a notebook's kernel: what they want of the notebook's run. So a
 * pause acts inside of a cell, too, at the safe points of its loop.
 */
import type { News } from "../../usecases/attached-run.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import type { Unsubscribe } from "../../util/emitter.ts";

export interface NotebookWishOptions {
  /** The notebook's run, while one goes on. */
  readonly going: () => LiveRun | undefined;
  readonly onRun: (listener: (run: LiveRun) => void) => Unsubscribe;
  readonly onNews: () => void;
}

export class NotebookWish {
  private readonly given: NotebookWishOptions;
  private wanted: News["wanted"] = { state: "go", wishId: "n0", by: null };
  private count = 0;
  private readonly stopRuns: Unsubscribe;
  private stopRun: Unsubscribe = () => {};

  constructor(options: NotebookWishOptions) {
    this.given = options;
    this.stopRuns = options.onRun(() => this.follow());
    this.follow();
  }

  now(): News["wanted"] {
    return this.wanted;
  }

  close(): void {
    this.stopRuns();
    this.stopRun();
  }

  private follow(): void {
    this.stopRun();
    const run = this.given.going();
    this.stopRun = run?.onChange(() => this.look()) ?? (() => {});
    this.look();
  }

  private look(): void {
    const run = this.given.going()?.snapshot();
    const state = run?.status === "stopping" ? "stop" : run?.pending === "pause" ? "pause" : "go";
    if (state === this.wanted.state) return;
    this.count++;
    const asked = run?.recentEvents.findLast(({ type }) => type === "pause-asked" || type === "stop-asked");
    this.wanted = { state, wishId: `n${this.count}`, by: asked?.by.displayName ?? null };
    this.given.onNews();
  }
}
