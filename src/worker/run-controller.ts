import type { Party } from "../people/party.ts";
import { begin, type Decision, decide, statusOf } from "../runs/decide.ts";
import type { Refusal, RunEffect, RunEvent } from "../runs/machine/events.ts";
import { holdOf, initialState, type RunEnd, type RunState } from "../runs/machine/state.ts";
import { isRecordedStep, placeOf, type TakenBack, takenBackState } from "../runs/machine/taken-back.ts";
import { PartOfNotebook } from "../runs/part.ts";
import type { CommandResult, RunCommand, RunEventRecord, RunSnapshot, StepRecord } from "../runs/run.ts";
import { TAGS } from "../runs/tags.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import type { NotebookSession, SessionEvent } from "../usecases/notebook-session.ts";
import { assertNever } from "../util/assert-never.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { messageOf } from "../util/errors.ts";
import { type CellId, ExecutionId, type RunId } from "../util/ids.ts";
import { sourceHash } from "../util/source-hash.ts";
import { deferred } from "./deferred.ts";
import { EventQueue } from "./event-queue.ts";
import { RunChanges } from "./run-changes.ts";
import type { RunControllerOptions } from "./run-controller-options.ts";
import { RunDocument } from "./run-document.ts";
import { executeCell } from "./run-execute.ts";
import { RunJournal } from "./run-journal.ts";
import { RunKernel } from "./run-kernel.ts";
import { RunPaths } from "./run-paths.ts";
import { RunProgress } from "./run-progress.ts";
import { deathOf } from "./run-results.ts";
import { saveAtEnd } from "./run-save.ts";
import { firstRecord, runSnapshot, snapshotIntervalMs } from "./run-snapshot.ts";

const RECENT_EVENTS = 100;
/** Packages are asked for when the run has gone on for so long, or at its end. */
const PACKAGES_AFTER_MS = 1_000;
/** How long the end waits for that answer. */
const PACKAGES_AT_END_MS = 150;

export class RunController implements LiveRun {
  readonly id: RunId;
  readonly session: NotebookSession;
  readonly ended: Promise<RunSnapshot>;
  private readonly given: RunControllerOptions;
  private readonly self: Party;
  private readonly progress: RunProgress;
  private readonly document: RunDocument;
  private readonly journal: RunJournal;
  private readonly changes: RunChanges;
  private readonly kernel: RunKernel;
  private readonly resolveEnded: (run: RunSnapshot) => void;
  private readonly timers = new Map<"run" | "grace", () => void>();
  private readonly subscriptions: Unsubscribe[] = [];
  private readonly events = new EventQueue<RunEvent, Refusal>((event) => {
    const decision = decide(this.state, event);
    this.take(decision);
    return decision.refusal;
  });
  private state: RunState;
  /** While a program's hook is busy before a cell. */
  private takeBack: ((by: Party) => boolean) | null = null;
  /** The newest execution. */
  private executing: ExecutionId | null = null;
  private recentEvents: readonly RunEventRecord[] = [];
  private cached: RunSnapshot | null = null;
  private readonly paths: RunPaths;

  constructor(options: RunControllerOptions) {
    const { session, clock, store, logger } = options;
    this.given = options;
    this.paths = new RunPaths(options);
    this.id = options.id;
    this.session = session;
    this.self = { kind: "pipeline", who: options.id, using: options.name, displayName: options.name };
    const skipTags = [TAGS.skip, ...options.options.skipTags];
    const part = new PartOfNotebook(options.options.part, session.live);
    this.progress = new RunProgress(session.live, skipTags, part);
    this.document = new RunDocument({
      live: session.live,
      progress: this.progress,
      options: options.options,
      skipTags,
      part,
      startAt: options.startAt,
      approvedBefore: options.approvedBefore,
      isApproved: (id) => session.hasRecovered?.(id) ?? false,
      onChange: (change) => this.feed({ type: "document-changed", change, atMs: clock.now() }),
      isOwn: (origin) => origin === options.origin,
    });
    const intervalMs = (): number => snapshotIntervalMs(session.live.cellIds().length);
    this.changes = new RunChanges(clock, () => this.snapshot(), intervalMs);
    this.journal = new RunJournal({
      store,
      clock,
      logger,
      snapshot: () => this.snapshot(),
      intervalMs: () => Math.max(250, intervalMs()),
    });
    this.kernel = new RunKernel({ ...options, journal: this.journal });
    const ended = deferred<RunSnapshot>();
    this.ended = ended.promise;
    this.resolveEnded = ended.resolve;
    const { self } = this;
    const { parameters, values, takenBack } = options;
    this.state = initialState({ options: options.options, self, parameters, values });
    if (takenBack) this.goOn(takenBack);
  }

  /** From where an earlier process left it. */
  private goOn(takenBack: TakenBack): void {
    this.state = takenBackState(this.state, takenBack, this.given.clock.now());
    this.recentEvents = takenBack.snapshot.recentEvents;
    for (const step of takenBack.steps) if (isRecordedStep(step)) this.progress.note(step);
    for (const id of placeOf(takenBack, this.session.live.cellIds()).done) this.progress.markDone(id);
    this.journal.goOn();
  }

  /** Begins; resolves when the run is in the ledger. @throws what the ledger throws; then the run is being ended. */
  async start(): Promise<void> {
    const { clock, startedBy } = this.given;
    this.subscriptions.push(this.session.on((event) => this.onSession(event)));
    const { takenBack } = this.given;
    this.take(begin(this.state, clock.now(), startedBy, takenBack !== undefined));
    try {
      await (takenBack
        ? this.journal.flush()
        : this.journal.create(firstRecord(this.given, this.snapshot())));
    } catch (error) {
      void this.command({ type: "stop", immediate: true }, startedBy);
      throw error;
    }
    this.expectDurations();
    const cancel = clock.schedule(PACKAGES_AFTER_MS, () => void this.askPackages());
    this.subscriptions.push(cancel);
  }

  snapshot(): RunSnapshot {
    this.cached ??= this.makeSnapshot(this.state);
    return this.cached;
  }

  fileMoved(from: string, to: string): void {
    if (!this.paths.moved(from, to)) return;
    this.cached = null;
    this.changes.note(true);
  }

  async command(command: RunCommand, by: Party): Promise<CommandResult> {
    const { clock } = this.given;
    const cellExists =
      command.type === "rerun-from" && this.session.live.cell(command.cellId)?.cellType === "code";
    const refusal = await this.events.ask({ type: "command", command, by, cellExists, atMs: clock.now() });
    if (refusal !== null) return { ok: false, ...refusal };
    // Acknowledged is durable. The end of a run writes itself.
    if (this.state.phase.type !== "ending" && this.state.phase.type !== "ended") await this.journal.flush();
    return { ok: true, run: this.snapshot() };
  }

  onChange(listener: (run: RunSnapshot) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  private feed(event: RunEvent): void {
    this.events.feed(event);
  }

  private take(decision: Decision): void {
    const before = this.state;
    this.state = decision.state;
    this.cached = null;
    for (const effect of decision.effects) this.perform(effect);
    this.changes.note(
      statusOf(before) !== statusOf(this.state) ||
        holdOf(before) !== holdOf(this.state) ||
        before.staged !== this.state.staged ||
        before.values !== this.state.values,
    );
  }

  private perform(effect: RunEffect): void {
    const { clock, session } = this.given;
    switch (effect.type) {
      case "start-kernel":
        void this.startKernel();
        return;
      case "read-next-cell":
        this.feed({ type: "next-cell", cell: this.document.next(), atMs: clock.now() });
        return;
      case "place-before":
        this.document.placeBefore(effect.cellId);
        return;
      case "pass-cell":
        this.document.pass(effect.cellId);
        return;
      case "skip-cell":
        this.skip(effect.cellId, effect.ordinal);
        return;
      case "execute-cell":
        this.execute(effect.cellId, effect.sourceHash);
        return;
      case "interrupt":
        this.interrupt(effect.by ?? this.self);
        return;
      case "kill-kernel":
        void this.kernel.kill();
        return;
      case "apply-parameters":
        void this.applyParameters(effect);
        return;
      case "answer-input":
        session.answerInput(effect.inputId, effect.value, effect.by);
        return;
      case "record-step":
        this.recordStep(effect.step);
        return;
      case "record-event":
        this.recentEvents = [...this.recentEvents.slice(1 - RECENT_EVENTS), effect.event];
        this.journal.addEvent(effect.event);
        return;
      case "set-timer":
        this.setTimer(effect.timer, effect.afterMs);
        return;
      case "finish":
        void this.finish(effect.end);
        return;
      default:
        assertNever(effect);
    }
  }

  private async startKernel(): Promise<void> {
    const { clock } = this.given;
    try {
      const kernel = await this.kernel.start();
      this.feed({ type: "kernel-ready", kernel, atMs: clock.now() });
      if (this.state.phase.type === "ending" || this.state.phase.type === "ended") {
        await this.session.shutdownKernel();
      }
    } catch (error) {
      this.feed({ type: "kernel-failed", message: messageOf(error), atMs: clock.now() });
    }
  }

  private execute(cellId: CellId, sourceHash: string): void {
    const { session, clock, options, hooks } = this.given;
    const feed = (event: RunEvent): void => this.feed(event);
    const facts = { session, clock, options, hooks, by: this.self, feed };
    const executionId = ExecutionId.create();
    this.executing = executionId;
    const note = { run: this.id, ordinal: this.state.ordinal };
    this.takeBack = executeCell(facts, { executionId, cellId, sourceHash, note });
  }

  private interrupt(by: Party): void {
    const { phase } = this.state;
    if (phase.type !== "executing" || this.takeBack?.(by)) return;
    void this.kernel.interrupt(by);
  }

  private skip(cellId: CellId, ordinal: number): void {
    const source = this.session.live.cell(cellId)?.source;
    if (source === undefined) return;
    this.document.pass(cellId);
    this.recordStep({
      ordinal,
      cellId,
      status: "skipped",
      source,
      sourceHash: sourceHash(source),
      startedAtMs: null,
      endedAtMs: null,
      executionCount: null,
      error: null,
    });
  }

  private recordStep(step: StepRecord): void {
    const executionId = this.executing;
    const isOver = step.status !== "running" && executionId !== null;
    this.progress.note(step);
    this.journal.addStep(step, isOver ? () => this.session.confirm?.(executionId) : undefined);
    this.given.notes.step(step);
  }

  private async applyParameters({
    changes,
  }: Extract<RunEffect, { type: "apply-parameters" }>): Promise<void> {
    const values = Object.assign({}, ...changes.map((change) => change.values));
    const error = await this.kernel.assign(values);
    this.feed({ type: "parameters-settled", error, atMs: this.given.clock.now() });
  }

  private onSession(event: SessionEvent): void {
    const { clock } = this.given;
    const atMs = clock.now();
    if (event.type === "input-requested") {
      const { id, cellId, request } = event.input;
      const { prompt, password } = request;
      this.feed({ type: "input-requested", cellId, inputId: id, prompt, password, atMs });
    } else if (event.type === "input-settled") {
      this.feed({ type: "input-settled", inputId: event.inputId, atMs });
    } else if (event.type === "kernel") {
      const death = deathOf(event.kernel);
      if (death !== null) this.feed({ type: "kernel-died", death, atMs });
    }
  }

  private setTimer(timer: "run" | "grace", afterMs: number | null): void {
    this.timers.get(timer)?.();
    this.timers.delete(timer);
    if (afterMs === null) return;
    const { clock } = this.given;
    const type = timer === "run" ? "run-timeout" : "grace-over";
    const cancel = clock.schedule(afterMs, () => this.feed({ type, atMs: clock.now() }));
    this.timers.set(timer, cancel);
  }

  /** Document, file, ledger, in this order; only then is the run over for everybody. */
  private async finish(end: RunEnd): Promise<void> {
    const { notes, clock, logger } = this.given;
    this.takeBack?.(this.self);
    const packages = this.askPackages();
    const notRun = this.progress.closeAsNotRun();
    notes.end({ atMs: end.atMs, failed: end.status !== "completed" }, notRun);
    const saveError = await saveAtEnd(this.session, this.given.publish);
    await Promise.race([
      packages,
      new Promise<void>((resolve) => clock.schedule(PACKAGES_AT_END_MS, resolve)),
    ]);
    const written: RunEvent = { type: "end-written", saveError, atMs: clock.now() };
    await this.journal
      .flush(this.makeSnapshot(decide(this.state, written).state))
      .catch((error: unknown) =>
        logger.error("The end of a run could not be recorded", { error: messageOf(error) }),
      );
    for (const stop of this.subscriptions) stop();
    for (const stop of this.timers.values()) stop();
    this.document.close();
    this.progress.close();
    this.feed(written);
    this.changes.tell();
    this.changes.close();
    this.resolveEnded(this.snapshot());
  }

  private askPackages(): Promise<void> {
    const { phase } = this.state;
    return this.kernel.askPackages(phase.type === "executing" || phase.type === "starting");
  }

  /** What earlier runs took; nothing waits for it. */
  private expectDurations(): void {
    const { inputPath, store } = this.given;
    if (inputPath === null) return;
    store
      .typicalDurations(inputPath)
      .then((durations) => {
        this.progress.expect(durations);
        this.cached = null;
        this.changes.note(false);
      })
      .catch((error: unknown) => this.warn("read earlier durations", error));
  }

  private makeSnapshot(state: RunState): RunSnapshot {
    const { given, session, progress, recentEvents } = this;
    const place = this.document.place();
    return runSnapshot(state, {
      ...given,
      ...this.paths.now(),
      ...{ session, progress, place, recentEvents, nowMs: given.clock.now() },
    });
  }

  private warn(what: string, error: unknown): void {
    this.given.logger.warn(`Could not ${what}`, { run: this.id, error: messageOf(error) });
  }
}
