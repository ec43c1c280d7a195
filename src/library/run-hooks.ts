/** Turns a program's hooks into those of a run: told of cells instead of ids, and their errors kept until the end. */
import type { Cell } from "../nbformat/notebook.ts";
import type { RunHooks } from "../usecases/host.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import type { CellOutcome } from "../usecases/notebook-session.ts";
import type { CellId } from "../util/ids.ts";
import { deferred } from "../worker/deferred.ts";
import type { CellEvent, NotebookHooks } from "./run-notebook-options.ts";

export class ProgramHooks implements RunHooks {
  private readonly hooks: NotebookHooks;
  private readonly onError: () => void;
  private readonly started: Promise<LiveRun>;
  private readonly begin: (run: LiveRun) => void;
  private error: { readonly thrown: unknown } | null = null;

  /** @param onError stops the run. */
  constructor(hooks: NotebookHooks, onError: () => void) {
    this.hooks = hooks;
    this.onError = onError;
    const { promise, resolve } = deferred<LiveRun>();
    this.started = promise;
    this.begin = resolve;
  }

  /** No cell starts before this is over. */
  async notebookStarts(run: LiveRun): Promise<void> {
    await this.call(() => this.hooks.onNotebookStart?.(run.snapshot()));
    this.begin(run);
  }

  async beforeCell(cellId: CellId): Promise<void> {
    const run = await this.started;
    const event = await eventOf(run, cellId);
    await this.call(() => this.hooks.onCellStart?.(event));
  }

  async afterCell(cellId: CellId, outcome: CellOutcome): Promise<void> {
    const run = await this.started;
    const event = { ...(await eventOf(run, cellId)), outcome };
    await this.call(() => this.hooks.onCellComplete?.(event));
    if (outcome.type !== "completed") await this.call(() => this.hooks.onCellError?.(event));
  }

  async notebookEnded(run: LiveRun): Promise<void> {
    const end = run.snapshot();
    if (end.status !== "completed") await this.call(() => this.hooks.onNotebookError?.(end));
    await this.call(() => this.hooks.onNotebookComplete?.(end));
  }

  /** Also for what else a program does during a run (answers, decisions). */
  async call<T>(hook: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await hook();
    } catch (thrown) {
      this.error ??= { thrown };
      this.onError();
      return undefined;
    }
  }

  /** @throws the first thing that a hook threw. */
  rethrow(): void {
    if (this.error !== null) throw this.error.thrown;
  }
}

async function eventOf({ session }: LiveRun, cellId: CellId): Promise<CellEvent> {
  const index = session.live.cellIds().indexOf(cellId);
  const cell: Cell = session.live.toCell(cellId) ?? { cell_type: "raw", metadata: {}, source: "" };
  if (cell.cell_type !== "code" || !session.outputs) return { cell, cellId, index };
  const outputs = await session.outputs.whole(cell.outputs);
  return { cell: { ...cell, outputs: [...outputs] }, cellId, index };
}
