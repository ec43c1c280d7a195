/**
 * Kernels of notebooks in which people work by hand: they outlive this process, and a later one takes them back when
 * it opens the notebook. Of two that a notebook has, the newer one is its kernel; the other is listed and ends in time.
 */
import type { HeldKernel, KernelProvider, Outlive } from "../kernel/kernel.ts";
import type { RunStore } from "../runs/run-store.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { messageOf } from "../util/errors.ts";
import { type NotebookId, RunId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import { outliveFor } from "./held-kernels.ts";

export interface NotebookKernelsOptions {
  readonly kernels: KernelProvider;
  /** How long they wait for somebody, in milliseconds. */
  readonly keepMs: number;
  readonly store: () => RunStore;
  /** Null: that run has ended, or is not known. */
  readonly takeRunBack: (id: RunId) => Promise<LiveRun | null>;
  readonly logger: Logger;
}

/** The holder of a process that was just killed learns of it in a moment. */
const ATTENDED_LOOKS = 10;
const LOOK_AGAIN_MS = 50;

export class NotebookKernels {
  private readonly options: NotebookKernelsOptions;
  private readonly meetings = new WeakMap<NotebookSession, Promise<void>>();
  private readonly takings = new WeakMap<NotebookSession, Promise<void>>();

  constructor(options: NotebookKernelsOptions) {
    this.options = options;
  }

  /** For a kernel that is started by hand. */
  outlive(id: NotebookId, path: string): Outlive {
    return outliveFor({ notebook: realTarget(path), room: id }, this.options.keepMs);
  }

  /**
   * Looks, once, whether an earlier process left a kernel of this notebook, and begins to take it back: whoever asks
   * for a cell from then on waits for it. One that a run was killed over goes on with its run.
   */
  meet(session: NotebookSession, also: "runs" | "no-runs" = "runs"): Promise<void> {
    const known = this.meetings.get(session);
    if (known) return known;
    const meeting = this.look(session, also).catch((error: unknown) => this.warn(session, error));
    this.meetings.set(session, meeting);
    return meeting;
  }

  /** Settles when the kernel that was left, if one was, has told everything. A run that was killed stays where it is. */
  async ready(session: NotebookSession): Promise<void> {
    await this.meet(session, "no-runs");
    await this.takings.get(session);
  }

  /** A run of this notebook has ended; the kernel that it leaves is anybody's who works in the notebook. */
  giveBack(session: NotebookSession): void {
    const { id, path } = session;
    if (path !== null) session.keepKernel?.(this.outlive(id, path));
  }

  /** Notebooks of which an earlier process left a kernel. */
  async left(): Promise<readonly string[]> {
    const held = (await this.options.kernels.held?.()) ?? [];
    const paths = held.flatMap(({ owner, unattendedSinceMs }) =>
      unattendedSinceMs !== null && typeof owner.notebook === "string" ? [owner.notebook] : [],
    );
    return [...new Set(paths)];
  }

  private async look(session: NotebookSession, also: "runs" | "no-runs"): Promise<void> {
    const kernel = await this.kernelOf(session);
    if (kernel === undefined) return;
    const { run } = kernel.owner;
    if (typeof run === "string") {
      if (also === "no-runs" && !(await this.isOver(run))) return;
      if (also === "runs" && (await this.options.takeRunBack(RunId.of(run))) !== null) return;
    }
    const { state } = session.kernelView();
    if (state !== "none" || !session.attachKernel) return;
    const taking = session
      .attachKernel(kernel.id, () => true)
      .then(
        () => this.giveBack(session),
        (error: unknown) => this.warn(session, error),
      );
    this.takings.set(session, taking);
  }

  private async kernelOf(session: NotebookSession): Promise<HeldKernel | undefined> {
    for (let look = 0; ; look++) {
      const held = ((await this.options.kernels.held?.()) ?? []).filter(({ owner }) => isOf(session, owner));
      const free = held.findLast(({ unattendedSinceMs }) => unattendedSinceMs !== null);
      if (free !== undefined || held.length === 0 || look === ATTENDED_LOOKS) return free;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** A run that was killed looks as if it had died, but then its kernel would not be there. */
  private async isOver(run: string): Promise<boolean> {
    const record = await this.options.store().get(run);
    return record === null || (record.snapshot.endedAtMs !== null && record.snapshot.status !== "died");
  }

  private warn(session: NotebookSession, error: unknown): void {
    const facts = { notebook: session.path, error: messageOf(error) };
    this.options.logger.warn("A kernel that was left could not be taken back", facts);
  }
}

function isOf({ id, path }: NotebookSession, owner: HeldKernel["owner"]): boolean {
  return owner.room === id || (path !== null && owner.notebook === realTarget(path));
}
