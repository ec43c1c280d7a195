/**
 * Executes cells by id: first in, first out in each of two lanes (the main shell, and beside it a subshell). Writes
 * begin, outputs and end into the live document in that order; an outcome is told after the last output is there.
 * A cell that no longer holds what was asked to run is not run, and a failure stops the queue behind it.
 */
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import type { OutputFold } from "../document/output-fold.ts";
import type {
  ExecuteListener,
  ExecuteOutcome,
  HeldExecution,
  IopubMessage,
  Kernel,
} from "../kernel/kernel.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import type {
  AbortReason,
  CellExecution,
  CellOutcome,
  ExecuteCellRequest,
  ExecuteTicket,
} from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { CellId, ExecutionId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { CellInterrupt } from "./cell-interrupt.ts";
import { cellOutcome, interruptNameOf } from "./cell-outcome.ts";
import { executionTiming } from "./cell-timing.ts";
import { deferred } from "./deferred.ts";
import { type Admission, admit } from "./execute-admission.ts";
import type { ExecutionHooks } from "./execution-hooks.ts";
import { type Job, type Lane, type LaneName, lostExecution, newJob } from "./execution-job.ts";
import type { KeptPositions } from "./kept-positions.ts";
import type { OutputWriter } from "./output-writer.ts";
import type { PendingInputs } from "./pending-inputs.ts";
import { RecoveredExecutions, readTag, tagOf } from "./recovered-executions.ts";
import type { WidgetTracker } from "./widget-state.ts";

export interface CellExecutorOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly clock: Clock;
  readonly writer: OutputWriter;
  readonly widgets: WidgetTracker;
  readonly inputs: PendingInputs;
  readonly kernel: () => Kernel | null;
  readonly isKernelStarting: () => boolean;
  readonly onExecution: (cellId: CellId, execution: CellExecution) => void;
  /** The main lane has nothing more to do. */
  readonly onIdle?: () => void;
  readonly hooks?: ExecutionHooks;
  /** How long a kernel may take to heed the interrupt of a timeout. Default 10 s. */
  readonly interruptGraceMs?: number;
  /** For a kernel that outlives this process: what of its words the file does not hold yet. */
  readonly kept: KeptPositions;
}

/** Requests waiting in one lane; more are a program gone wild, and settle as aborted. */
const MAX_QUEUE = 100_000;
/** Ended executions whose late output is still shown; that of older ones is dropped. */
const MAX_ENDED = 2_000;

export class CellExecutor {
  private readonly options: CellExecutorOptions;
  private readonly lanes: Readonly<Record<LaneName, Lane>> = {
    main: { current: null, queue: [] },
    subshell: { current: null, queue: [] },
  };
  private readonly running = new Set<Promise<unknown>>();
  /** For late output; oldest first. */
  private readonly ended = new Map<string, OutputFold>();
  private readonly newest = new Map<CellId, CellExecution>();
  private readonly recovered = new RecoveredExecutions();

  constructor(options: CellExecutorOptions) {
    this.options = options;
  }

  executions(): ReadonlyMap<CellId, CellExecution> {
    return this.newest;
  }

  execute(request: ExecuteCellRequest): ExecuteTicket {
    const { live, kernel, isKernelStarting } = this.options;
    const recovered = this.recovered.take(request);
    if (recovered !== null) {
      queueMicrotask(() => this.options.inputs.repeat(request.cellId));
      return { accepted: true, outcome: recovered };
    }
    const admission: Admission = admit(request, live.cell(request.cellId), kernel(), isKernelStarting());
    if (!admission.accepted) return admission;
    const { promise, resolve } = deferred<CellOutcome>();
    const job = newJob(request, admission.source, resolve, this.options.clock.now());
    const lane = this.lanes[job.lane];
    lane.queue.push(job);
    if (lane.queue.length > MAX_QUEUE) this.stopQueue(lane, "queue-stopped");
    else this.pump();
    if (job.execution.state === "queued") this.publish(job);
    return { accepted: true, outcome: promise };
  }

  /**
   * An execution that an earlier process asked for: its outputs are folded into its cell anew, from the beginning.
   * @param isRecorded whether who asked knows its end.
   */
  recover(kernel: Kernel, found: HeldExecution, isRecorded: (note: JsonObject) => boolean): void {
    const { live, clock } = this.options;
    const recovered = readTag(found, clock.now());
    const cell = recovered && live.cell(recovered.request.cellId);
    if (!recovered || cell?.cellType !== "code") return;
    const { request, allowsError, startedAtMs } = recovered;
    const { promise, resolve } = deferred<CellOutcome>();
    const isOver = isRecorded(request.note ?? {});
    const confirms = !isOver && { confirms: true as const };
    const job = newJob({ ...request, ...confirms }, cell.source, resolve, startedAtMs);
    job.execution = { ...job.execution, state: "running", startedAtMs };
    if (!isOver) this.recovered.add(recovered, promise);
    const lane = this.lanes.main;
    // The kernel began this one, so what it ran before has ended, though that may be told in a moment only.
    lane.current = job;
    const run = this.runInKernel(lane, job, kernel, allowsError, (listener) => found.take(listener));
    this.track(run.then(() => lane.current === job && this.release(lane)));
  }

  hasRecovered(cellId: CellId): boolean {
    return this.recovered.has(cellId);
  }

  /** Requests that were not asked of the kernel yet, for a later process (`wereLost`). */
  waiting(): readonly JsonObject[] {
    return Object.values(this.lanes).flatMap(({ queue }) =>
      queue.map(({ request, execution }) => tagOf(request, false, execution.queuedAtMs)),
    );
  }

  /** What waited in an earlier process is shown as not run, where nothing newer is known of the cell. */
  wereLost(waiting: readonly JsonObject[]): void {
    for (const tag of waiting) {
      const request = readTag({ tag }, this.options.clock.now())?.request;
      if (!request || this.newest.has(request.cellId) || !this.options.live.cell(request.cellId)) continue;
      const execution = lostExecution(request, this.options.clock.now());
      this.newest.set(request.cellId, execution);
      this.options.onExecution(request.cellId, execution);
    }
  }

  confirm(executionId: ExecutionId): void {
    this.options.kept.confirmed(this.recovered.idOf(executionId));
  }

  /**
   * Interrupts what the main shell runs now; nothing queued behind it starts. Settles when the cell has got the
   * interrupt or has ended. Without a kernel what waits for it is not run.
   * @returns whether there was anything to interrupt. @throws what the kernel throws.
   */
  async interrupt(by: Party): Promise<boolean> {
    const { main } = this.lanes;
    const kernel = this.options.kernel();
    const hadQueued = main.queue.length > 0;
    this.stopQueue(main, "queue-stopped");
    if (kernel === null) return hadQueued;
    if (main.current) main.current.interruptedBy ??= by;
    await this.interruptJob(main.current, kernel);
    return true;
  }

  private interruptJob(job: Job | null, kernel: Kernel): Promise<void> {
    const interrupt = () => kernel.interrupt();
    return job?.interrupt ? job.interrupt.send(interrupt) : interrupt();
  }

  /** Queued executions are taken back; what runs goes on. */
  cancelQueued(reason: AbortReason = "cancelled"): void {
    for (const lane of Object.values(this.lanes)) this.stopQueue(lane, reason);
  }

  /** A kernel is there (again), or is not coming. */
  kernelChanged(): void {
    const { kernel, isKernelStarting } = this.options;
    if (kernel() === null && !isKernelStarting()) this.cancelQueued("no-kernel");
    else this.pump();
  }

  /** Output that came after its execution had ended. */
  lateOutput(owner: string, message: IopubMessage): void {
    const fold = this.ended.get(owner);
    if (fold) this.options.writer.late(fold, message);
  }

  /** When every execution that is under way has ended in the document. */
  async whenIdle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private pump(): void {
    const { main, subshell } = this.lanes;
    if (this.options.kernel() === null) return;
    for (const [lane, other] of [
      [main, subshell],
      [subshell, main],
    ] as const) {
      const next = lane.queue[0];
      // One execution of a cell at a time: two would write into the same outputs.
      if (!next || lane.current || other.current?.request.cellId === next.request.cellId) continue;
      if (lane === main && this.waitsForWidgets(next)) continue;
      lane.queue.shift();
      lane.current = next;
      this.track(this.run(lane, next));
    }
  }

  private track(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  /** What somebody did in a widget before is to be there for the cell. */
  private waitsForWidgets(job: Job): boolean {
    if (job.awaitsWidgets !== null) return job.awaitsWidgets;
    const settled = this.options.widgets.settled();
    job.awaitsWidgets = settled !== null;
    const goOn = (): void => {
      job.awaitsWidgets = false;
      this.pump();
    };
    if (settled) this.track(settled.then(goOn));
    return job.awaitsWidgets;
  }

  private async run(lane: Lane, job: Job): Promise<void> {
    const { live, hooks, writer } = this.options;
    const { cellId } = job.request;
    const cell = live.cell(cellId);
    const kernel = this.options.kernel();
    const isPossible = kernel && (job.lane === "main" || kernel.supportsSubshells);
    if (!isPossible || cell?.source !== job.source) {
      this.settle(job, {
        type: "aborted",
        reason: isPossible ? (cell ? "source-changed" : "no-such-cell") : "no-kernel",
      });
      this.stopQueue(lane, "queue-stopped");
      this.release(lane);
      return;
    }
    job.execution = { ...job.execution, state: "running", startedAtMs: this.options.clock.now() };
    hooks?.onCellStart?.(cellId);
    if (job.source.trim() === "") {
      this.finish(job, writer.begin(cellId), { type: "completed", executionCount: null });
      this.release(lane);
      return;
    }
    await this.runInKernel(lane, job, kernel, tagsOf(cell).includes("raises-exception"));
    this.release(lane);
  }

  private async runInKernel(
    lane: Lane,
    job: Job,
    kernel: Kernel,
    allowsError: boolean,
    begin = (listener: ExecuteListener) => this.send(job, kernel, allowsError, listener),
  ): Promise<void> {
    const { writer, widgets, inputs, clock, kept } = this.options;
    const { cellId, executionId, confirms = false } = job.request;
    if (kernel.hold && job.lane === "main")
      kept.began(executionId, kernel.hold.id, kernel.hold.position(), confirms);
    widgets.sync();
    let fold: OutputFold | null = null;
    let inputAtMs: number | null = null;
    const interrupt = new CellInterrupt(clock);
    job.interrupt = interrupt;
    const running = begin({
      onOutput: (message: IopubMessage, requestId?: string) => {
        interrupt.heard();
        if (message.type === "execute_input") inputAtMs = clock.now();
        if (job.isSettled || widgets.capture(message, requestId)) return;
        fold ??= writer.begin(cellId);
        fold.add(message);
      },
      onInputRequest: (request) => inputs.ask(executionId, cellId, request, kernel),
    });
    // The kernel works while the document learns of it.
    fold ??= writer.begin(cellId);
    this.publish(job);
    const overdue = deferred<"overdue">();
    const cancelTimeout = this.armTimeout(job, kernel, () => overdue.resolve("overdue"));
    void running.then(() => interrupt.ended());
    const ended: ExecuteOutcome | "overdue" = await Promise.race([running, overdue.promise]);
    cancelTimeout();
    const endedAtMs = clock.now();
    inputs.withdraw(executionId);
    widgets.sync();
    const outcome: CellOutcome =
      ended === "overdue"
        ? { type: "timed-out", afterMs: job.timedOutAfterMs ?? 0, kernelIsBusy: true }
        : cellOutcome(ended, {
            timedOutAfterMs: job.timedOutAfterMs,
            interruptedBy: job.interruptedBy,
            interruptName: interruptNameOf(kernel.spec.language),
          });
    if (job.request.recordTiming) this.recordTiming(job, inputAtMs, endedAtMs);
    const count = ended !== "overdue" && "executionCount" in ended ? ended.executionCount : null;
    const isFailure = outcome.type !== "completed" && !(outcome.type === "failed" && allowsError);
    const goesOn = outcome.type === "timed-out" && job.request.onTimeout === "continue";
    // Taken before the end is told: what somebody asks for on hearing of it is not behind the failure.
    const behind = isFailure && !goesOn ? lane.queue.splice(0) : [];
    this.finish(job, fold, outcome, count);
    for (const queued of behind) this.settle(queued, { type: "aborted", reason: "queue-stopped" });
    // The lane stays taken until the kernel is free: nothing queued may wait there where nobody sees it.
    if (ended === "overdue") await running;
  }

  private send(job: Job, kernel: Kernel, allowsError: boolean, listener: ExecuteListener) {
    const { executionId, allowInput = true } = job.request;
    const isKept = kernel.hold && job.lane === "main";
    return kernel.execute(
      {
        code: job.source,
        allowStdin: allowInput,
        stopOnError: !allowsError,
        lane: job.lane,
        owner: executionId,
        ...(isKept && { tag: tagOf(job.request, allowsError, this.options.clock.now()) }),
      },
      listener,
    );
  }

  /** Interrupts when the time is over; `onOverdue` when that is not heeded. Returns how to call it off. */
  private armTimeout(job: Job, kernel: Kernel, onOverdue: () => void): () => void {
    const { clock, interruptGraceMs = 10_000 } = this.options;
    const { timeoutMs } = job.request;
    if (timeoutMs === undefined || timeoutMs <= 0) return () => {};
    let cancel = clock.schedule(timeoutMs, () => {
      job.timedOutAfterMs = timeoutMs;
      if (job.lane === "subshell") {
        // An interrupt would reach the main shell's cell instead.
        onOverdue();
        return;
      }
      this.interruptJob(job, kernel).catch(() => {});
      cancel = clock.schedule(interruptGraceMs, onOverdue);
    });
    return () => cancel();
  }

  private recordTiming(job: Job, inputAtMs: number | null, endedAtMs: number): void {
    const startedAtMs = job.execution.startedAtMs ?? endedAtMs;
    const value = executionTiming({ inputAtMs: inputAtMs ?? startedAtMs, endedAtMs });
    const { live, origin } = this.options;
    live.apply({ type: "set-cell-metadata", id: job.request.cellId, key: "execution", value }, origin);
  }

  private finish(job: Job, fold: OutputFold, outcome: CellOutcome, count: number | null = null): void {
    const { writer, hooks } = this.options;
    writer.finish(fold, count ?? fold.executionCount);
    this.options.kept.ended(job.request.executionId);
    this.rememberEnded(job.request.executionId, fold);
    this.settle(job, outcome);
    hooks?.onCellComplete?.(job.request.cellId, outcome);
  }

  private rememberEnded(executionId: string, fold: OutputFold): void {
    this.ended.set(executionId, fold);
    if (this.ended.size <= MAX_ENDED) return;
    const [oldest] = this.ended;
    if (oldest === undefined) return;
    this.ended.delete(oldest[0]);
    this.options.writer.release(oldest[1]);
  }

  private settle(job: Job, outcome: CellOutcome): void {
    job.isSettled = true;
    job.execution = { ...job.execution, state: "done", endedAtMs: this.options.clock.now(), outcome };
    this.publish(job);
    job.resolve(outcome);
  }

  private release(lane: Lane): void {
    lane.current = null;
    this.pump();
    const { main } = this.lanes;
    if (main.current === null && main.queue.length === 0) this.options.onIdle?.();
  }

  private stopQueue(lane: Lane, reason: AbortReason): void {
    for (const job of lane.queue.splice(0)) this.settle(job, { type: "aborted", reason });
  }

  private publish(job: Job): void {
    const { cellId } = job.request;
    const newest = this.newest.get(cellId);
    // A later request of the same cell is what people see, also when this one ends after it was queued.
    const isOlder = newest && newest.executionId !== job.request.executionId && newest.state === "queued";
    if (!isOlder || job.execution.state === "running") this.newest.set(cellId, job.execution);
    this.options.onExecution(cellId, job.execution);
  }
}
