/** The program on one machine: notebooks and runs of this process, kernels as its children, one ledger for a user. */
import { join } from "node:path";
import type { KernelProvider, KernelSpec } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import type { RunRecord, RunSnapshot } from "../runs/run.ts";
import type { RunStore } from "../runs/run-store.ts";
import { NotebookFiles } from "../store/files/notebook-files.ts";
import { openRunLedger } from "../store/sqlite/run-ledger.ts";
import { stateFolder as defaultStateFolder } from "../store/state-folder.ts";
import type { ClientKernels, Host, KeptRun, MovedNotebook, StartRunRequest } from "../usecases/host.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { NotebookId, RunId } from "../util/ids.ts";
import { silentLogger } from "../util/logger.ts";
import { attachedRunsOf } from "./attached-runs/in-host.ts";
import { clientKernels } from "./client-kernels.ts";
import { host, isUsed, needNoProcess, stopRun } from "./end-runs.ts";
import { type KeepTimes, keepTimes } from "./held-kernels.ts";
import { keptOutputs } from "./kept-outputs.ts";
import { keepAfterRun, keepBeforeRun, keptRooms } from "./kept-rooms.ts";
import { keptTelemetry } from "./kept-telemetry.ts";
import type { LocalHostOptions } from "./local-host-options.ts";
import { localKernels } from "./local-kernels.ts";
import { entriesOf } from "./move-entries.ts";
import { NotebookKernels } from "./notebook-kernels.ts";
import { type SessionsTrust, trustIn } from "./output-trust.ts";
import { openQuestions } from "./questions/open-questions.ts";
import { openRunFiles, writeFirst } from "./run-files.ts";
import { OpenNotebooks } from "./run-open-notebooks.ts";
import { OutputMirror } from "./run-output-mirror.ts";
import { prepareRun, type RunStarter } from "./run-start.ts";
import { filesOfRecord, keptRuns, takenBackRun } from "./run-take-back.ts";
import { sharesFollow } from "./shares-follow.ts";

export { stateFolder } from "../store/state-folder.ts";
export type { LocalHostOptions } from "./local-host-options.ts";

/** Kernels of the newest ended runs stay, so that such a run can go on in them; older ones are ended. */
const MAX_IDLE_KERNELS = 8;

/** Ended runs that are still shown beside their notebook; older ones are read from the ledger. */
const MAX_ENDED = 50;

export function createLocalHost(options: LocalHostOptions): Host {
  return new LocalHost(options);
}

class LocalHost implements Host {
  private readonly options: LocalHostOptions;
  private readonly folder: string;
  private readonly clock: Clock;
  private readonly kernels: KernelProvider;
  private readonly keep: KeepTimes;
  private readonly notebookKernels: NotebookKernels | null;
  readonly clientKernels: ClientKernels;
  readonly entries;
  readonly telemetry;
  readonly trust: SessionsTrust;
  readonly questions;
  readonly attachedRuns;
  private readonly takingBack = new Map<RunId, Promise<LiveRun | null>>();
  private readonly open: OpenNotebooks;
  private readonly live = new Map<RunId, LiveRun>();
  private readonly started = new Emitter<LiveRun>();
  /** Notebooks that runs made for themselves. */
  private readonly copies = new WeakSet<NotebookSession>();
  private ledger: RunStore | null;
  private isClosed = false;

  constructor(options: LocalHostOptions) {
    this.options = options;
    this.folder = options.stateFolder ?? defaultStateFolder();
    this.clock = options.clock ?? systemClock;
    this.keep = options.keep ?? keepTimes(process.env);
    this.kernels = options.kernels ?? localKernels(options, this.folder, this.keep.runMs > 0);
    this.notebookKernels = this.keepsNotebooks(options.keepsNotebooks ?? false);
    this.clientKernels = clientKernels(this.kernels, this.notebookKernels ? this.keep.notebookMs : 0);
    this.ledger = options.runStore ?? null;
    this.open = new OpenNotebooks({
      store: options.documentStore ?? new NotebookFiles(),
      kernels: this.kernels,
      clock: this.clock,
      ...keptRooms(options.rooms, this.folder, this.clock, options.logger),
      ...keptOutputs(options, this.folder, this.clock, options.logger),
      logger: options.logger ?? silentLogger,
      isBusy: (id) => this.goingRunOf(id) !== undefined,
      ...(this.notebookKernels && {
        outlive: this.notebookKernels.outlive.bind(this.notebookKernels),
      }),
    });
    this.trust = trustIn(this.open, this.folder, this.clock, options.logger);
    this.questions = openQuestions(this.folder, this.clock, options.logger);
    this.telemetry = keptTelemetry(this.folder, this.clock, options.logger);
    const { telemetry, questions, clock } = this;
    const { logger, version } = options;
    this.attachedRuns = attachedRunsOf(this, {
      ...{ telemetry, questions, clock, logger, version },
      store: () => this.store(),
      goingRunOf: (id) => this.goingRunOf(id),
      onRun: (run) => this.shown(run),
    });
    this.open.onMoved((moved) => this.runsFollow(moved));
    this.entries = entriesOf(this.open);
  }

  async openNotebook(path: string): Promise<NotebookSession> {
    const session = await this.open.open(path);
    await this.notebookKernels?.meet(session);
    return session;
  }

  leftNotebooks(): Promise<readonly string[]> {
    return this.notebookKernels?.left() ?? Promise.resolve([]);
  }

  notebook(id: NotebookId): NotebookSession | undefined {
    return this.open.get(id);
  }

  notebooks(): readonly NotebookSession[] {
    return this.open.list();
  }

  async reopenNotebook(id: NotebookId): Promise<NotebookSession | null> {
    const session = await this.open.reopen(id);
    if (session !== null) await this.notebookKernels?.meet(session);
    return session;
  }

  async closeNotebook(id: NotebookId): Promise<void> {
    const run = this.goingRunOf(id);
    needNoProcess(run);
    if (run !== undefined) await stopRun(run);
    await this.trust.settle(this.open.get(id));
    await this.open.close(id);
  }

  moveNotebook(id: NotebookId, to: string): Promise<void> {
    return this.open.move(id, to, "move");
  }

  saveNotebookAs(id: NotebookId, to: string): Promise<void> {
    return this.open.move(id, to, "save-as");
  }

  copyNotebook(id: NotebookId, to: string): Promise<void> {
    return this.open.copy(id, to);
  }

  followNotebook(id: NotebookId): Promise<void> {
    return this.open.followFound(id);
  }

  moveFile(from: string, to: string): Promise<void> {
    return this.open.moveFile(from, to);
  }

  copyFile(from: string, to: string): Promise<void> {
    return this.open.copyFile(from, to);
  }

  trashFile(path: string): Promise<void> {
    return this.open.trash(path);
  }

  kernelSpecs(): Promise<readonly KernelSpec[]> {
    return this.kernels.listSpecs();
  }

  async startRun(request: StartRunRequest): Promise<LiveRun> {
    if (this.isClosed)
      throw new LoopbookError("closing", "Loopbook is being closed; nothing is started any more.");
    // It starts while the notebook is read.
    if (this.keep.runMs > 0) this.kernels.expect?.();
    const files = await openRunFiles(request, this.open, join(this.folder, "records"));
    const { session } = files;
    if (this.goingRunOf(session.id) !== undefined) {
      throw new LoopbookError(
        "already-running",
        "A run of this notebook goes on. Stop it, or wait for its end.",
      );
    }
    // A run in place may go on in a kernel that an earlier process left, and takes its place otherwise.
    if (!files.isCopy) await this.notebookKernels?.ready(session);
    const { clock } = this;
    const logger = this.options.logger ?? silentLogger;
    const { target } = files;
    const mirror = target === null ? null : new OutputMirror({ session, target, clock, logger });
    keepBeforeRun(session, request);
    try {
      const run = await prepareRun(
        request,
        files,
        this.starter(),
        mirror ? () => mirror.finish() : undefined,
      );
      this.live.set(run.id, run);
      if (files.isCopy) this.copies.add(session);
      this.forgetEnded();
      // Side by side: the kernel starts while the first copy is written.
      const begun = run.start();
      const written = files.isCopy ? writeFirst(session).then(() => mirror?.begin()) : Promise.resolve();
      await Promise.all([begun, written]).catch(async (error: unknown) => {
        mirror?.abandon();
        await begun.catch(() => {});
        await stopRun(run);
        this.live.delete(run.id);
        throw error;
      });
      this.whenOver(run);
      this.started.emit(run);
      keepAfterRun(run);
      return run;
    } catch (error) {
      mirror?.abandon();
      if (files.isCopy) await this.open.close(session.id);
      throw error;
    }
  }

  keptRuns(): Promise<readonly KeptRun[]> {
    return keptRuns(this.kernels);
  }

  async takeRunBack(id: RunId, by: Party): Promise<LiveRun | null> {
    const known = this.live.get(id);
    if (known !== undefined) return known;
    const taking = this.takingBack.get(id) ?? this.takeBack(id, by);
    this.takingBack.set(id, taking);
    return taking.finally(() => this.takingBack.delete(id));
  }

  private async takeBack(id: RunId, by: Party): Promise<LiveRun | null> {
    const kept = (await this.keptRuns()).find(({ runId }) => runId === id);
    if (kept === undefined || this.isClosed || !(await this.store().takeOver?.(id))) return null;
    const record = await this.store().get(id);
    const files = record && (await filesOfRecord(record, this.open, this.starter()));
    if (!record || !files) return null;
    const { target, session } = files;
    const starter = this.starter();
    const mirror = target === null ? null : new OutputMirror({ session, target, ...starter });
    const publish = mirror ? () => mirror.finish() : undefined;
    const run = takenBackRun(record, kept.kernelId, by, files, starter, publish);
    this.live.set(run.id, run);
    if (files.isCopy) this.copies.add(session);
    this.whenOver(run);
    this.started.emit(run);
    keepAfterRun(run);
    await run.start();
    await mirror?.begin();
    return run;
  }

  run(id: RunId): LiveRun | undefined {
    return this.live.get(id);
  }

  /** The one that goes on, else the newest that ended here. */
  runOf(id: NotebookId): LiveRun | undefined {
    return this.goingRunOf(id) ?? this.runs().findLast(({ session }) => session.id === id);
  }

  runs(): readonly LiveRun[] {
    return [...this.live.values()];
  }

  async runRecord(id: string): Promise<RunRecord | null> {
    return this.store().get(id);
  }

  async runHistory(filter: Parameters<Host["runHistory"]>[0] = {}): Promise<readonly RunSnapshot[]> {
    return this.store().list(filter);
  }

  onOpened(listener: (session: NotebookSession) => void): Unsubscribe {
    return this.open.onOpened(listener);
  }

  onMoved(listener: (moved: MovedNotebook) => void): Unsubscribe {
    return this.open.onMoved(listener);
  }

  onRun(listener: (run: LiveRun) => void): Unsubscribe {
    return this.started.on(listener);
  }

  async leave(): Promise<void> {
    this.isClosed = true;
    await this.attachedRuns.close();
    await Promise.allSettled(
      this.notebooks().flatMap((session) => [session.save(), session.durable(), this.trust.settle(session)]),
    );
    // What runs have written by now is on the disk.
    await this.ledger?.list({ limit: 1 });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.attachedRuns.close();
    await Promise.all(this.runs().map(stopRun));
    await Promise.all(this.notebooks().map((session) => this.trust.settle(session)));
    await this.open.closeAll();
    await this.questions.close();
    await Promise.all([this.kernels.close(), this.telemetry.close()]);
    await this.ledger?.close();
  }

  /** A process of the user's joined. */
  private shown(run: LiveRun): void {
    this.live.set(run.id, run);
    this.forgetEnded();
    this.started.emit(run);
    keepAfterRun(run);
  }

  private goingRunOf(id: NotebookId): LiveRun | undefined {
    return this.runs().find((run) => run.session.id === id && run.snapshot().endedAtMs === null);
  }

  /** Runs, ended ones too, tell the path that their notebook has. */
  private runsFollow({ id, from, to, keepsOld }: MovedNotebook): void {
    for (const run of this.runs()) if (!keepsOld || run.session.id === id) run.fileMoved?.(from, to);
    sharesFollow(this.folder, { from, to });
    if (!keepsOld) this.trust.moved(from, to);
    const session = id === null ? undefined : this.notebook(id);
    // A kernel that outlives this process is found by the new path, too; that of a run goes with its run.
    if (session && this.goingRunOf(session.id) === undefined) this.notebookKernels?.giveBack(session);
    const only = keepsOld && id !== null ? id : undefined;
    this.store()
      .moved?.(from, to, only)
      .catch((error: unknown) => {
        this.options.logger?.error("The ledger of runs could not be told that a notebook moved", {
          from,
          to,
          error: messageOf(error),
        });
      });
  }

  /** The kernel of an older ended run: kept only where somebody works in it. */
  private endIdleKernel(run: LiveRun): void {
    if (!this.copies.has(run.session) || this.goingRunOf(run.session.id) !== undefined || isUsed(run)) return;
    void run.session.shutdownKernel().catch((error: unknown) => {
      this.options.logger?.warn("An idle kernel could not be ended", { error: messageOf(error) });
    });
  }

  private keepsNotebooks(wanted: boolean): NotebookKernels | null {
    const { kernels } = this;
    const keepMs = this.keep.notebookMs;
    if (!wanted || keepMs === 0 || !kernels.held) return null;
    const logger = this.options.logger ?? silentLogger;
    const takeRunBack = (id: RunId) => this.takeRunBack(id, host);
    return new NotebookKernels({ kernels, keepMs, logger, takeRunBack, store: () => this.store() });
  }

  private whenOver(run: LiveRun): void {
    void run.ended.then(() => this.notebookKernels?.giveBack(run.session));
  }

  private starter(): RunStarter {
    const { clock, kernels } = this;
    const keepKernelMs = this.keep.runMs;
    const { version, logger = silentLogger } = this.options;
    return { kernels, store: this.store(), clock, logger, version, keepKernelMs };
  }

  private store(): RunStore {
    this.ledger ??= openRunLedger(join(this.folder, "runs.sqlite"));
    return this.ledger;
  }

  private forgetEnded(): void {
    const ended = this.runs().filter((run) => run.snapshot().endedAtMs !== null);
    for (const run of ended.slice(0, -MAX_IDLE_KERNELS)) this.endIdleKernel(run);
    for (const run of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      this.live.delete(run.id);
      void this.attachedRuns.forget(run.id);
    }
  }
}
