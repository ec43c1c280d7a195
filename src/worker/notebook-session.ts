/**
 * One open notebook: wires its live document, kernel, executor, widgets and saving together. What each of them
 * decides is theirs; this file only passes on.
 */
import { dirname } from "node:path";
import type { DocumentStore } from "../document/document-store.ts";
import type { FileLimit } from "../document/file-cut.ts";
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import type { OutputFoldOptions } from "../document/output-fold.ts";
import { documentSink, type OutputSink } from "../document/output-fold-sink.ts";
import type { OutputStore } from "../document/output-store.ts";
import type {
  Completion,
  Inspection,
  IopubMessage,
  Kernel,
  KernelProvider,
  Outlive,
} from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import type {
  CellExecution,
  ExecuteCellRequest,
  ExecuteTicket,
  KernelView,
  NotebookSession,
  PendingInput,
  SaveState,
  SessionEvent,
} from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError } from "../util/errors.ts";
import type { CellId, ExecutionId, NotebookId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { Autosave, type MissingFile } from "./autosave.ts";
import { CellExecutor } from "./cell-executor.ts";
import type { ExecutionHooks } from "./execution-hooks.ts";
import { KernelHolder, noKernel } from "./kernel-holder.ts";
import { KernelKeeping } from "./kernel-keeping.ts";
import { kernelMetadataEdits, kernelNameOf } from "./kernel-metadata.ts";
import type { MovableSession } from "./movable-session.ts";
import type { NotebookRoom } from "./notebook-room.ts";
import { OutputWriter } from "./output-writer.ts";
import { OutsideWatch } from "./outside-watch.ts";
import { PendingInputs } from "./pending-inputs.ts";
import { replay } from "./replay.ts";
import { SessionOutputs } from "./session-outputs.ts";
import { savingWith } from "./session-saving.ts";
import { WidgetSaving } from "./widget-saving.ts";
import { WidgetTracker } from "./widget-state.ts";

export interface NotebookSessionOptions {
  readonly id: NotebookId;
  /** The file that is saved to; null: none. */
  readonly path: string | null;
  readonly live: LiveNotebook;
  readonly store: DocumentStore;
  readonly kernels: KernelProvider;
  readonly clock: Clock;
  /** Keeps edits on disk beside the file. Closed with the session. */
  readonly room?: NotebookRoom;
  /** The document holds what its file does not. */
  readonly isUnsaved?: boolean;
  /** Who writes outputs; shown with them. Default: a run named after the notebook's id. */
  readonly origin?: EditOrigin;
  /** See `OutputFoldOptions.streams`. */
  readonly streams?: OutputFoldOptions["streams"];
  readonly hooks?: ExecutionHooks;
  /** Where outputs go instead of, whole, into the document. */
  readonly sink?: OutputSink;
  /** Where outputs are kept that are too big for the document; without it all lie there whole. Closed with the session. */
  readonly outputs?: { readonly store: OutputStore; readonly limit?: FileLimit };
  readonly interruptGraceMs?: number;
  /** What is done when another program takes the file away; see `AutosaveOptions.missing`. */
  readonly missing?: Omit<MissingFile, "find">;
  /** Kernels that are started by hand outlive this process. Default: they end with it. */
  readonly outlive?: (path: string) => Outlive;
}

export function createNotebookSession(options: NotebookSessionOptions): MovableSession {
  return new Session(options);
}

class Session implements MovableSession {
  readonly id: NotebookId;
  path: string | null;
  readonly live: LiveNotebook;
  private readonly options: NotebookSessionOptions;
  private readonly origin: EditOrigin;
  private readonly events = new Emitter<SessionEvent>();
  private readonly holder: KernelHolder;
  private readonly executor: CellExecutor;
  readonly outputs?: SessionOutputs;
  private readonly writer: OutputWriter;
  readonly widgets: WidgetTracker;
  private readonly widgetSaving: WidgetSaving;
  private readonly inputs: PendingInputs;
  private readonly autosave: Autosave | null;
  readonly conflicts: OutsideWatch;
  readonly history: NotebookSession["history"];
  readonly comments: NotebookSession["comments"];
  private readonly stopWatching: Unsubscribe;
  private readonly keeping: KernelKeeping;
  /** What a kernel said before it was taken back is being read; nothing is asked of it until then. */
  private isReplaying = false;

  constructor(options: NotebookSessionOptions) {
    const { live, clock } = options;
    this.options = options;
    this.id = options.id;
    this.path = options.path;
    this.live = live;
    this.origin = options.origin ?? { type: "run", label: options.id };
    if (options.outputs) {
      this.outputs = new SessionOutputs({
        ...{ ...options.outputs, live, clock, onCut: () => this.keep() },
        changes: () => this.conflicts?.changes ?? null,
        isKept: () => options.room?.isKept ?? false,
        canKeep: options.room !== undefined,
      });
    }
    this.writer = new OutputWriter({
      sink: options.sink ?? documentSink(live, this.origin),
      clock,
      ...(this.outputs && { keeper: this.outputs.keeper }),
      ...(options.streams && { streams: options.streams }),
    });
    this.widgets = new WidgetTracker({
      displays: this.writer.displays,
      clock,
      send: (message, request) => this.holder.kernel()?.sendComm(message, request) ?? null,
      executionOf: (cellId) => this.executor.executions().get(cellId)?.executionId,
    });
    this.widgetSaving = new WidgetSaving({ live, origin: this.origin, clock, widgets: this.widgets });
    this.inputs = new PendingInputs({
      clock,
      onAsked: (input) => this.events.emit({ type: "input-requested", input }),
      onSettled: (inputId) => this.events.emit({ type: "input-settled", inputId }),
    });
    this.holder = new KernelHolder({
      provider: options.kernels,
      clock,
      onView: (kernel) => {
        this.widgetSaving.onKernel(kernel.state);
        this.events.emit({ type: "kernel", kernel });
      },
      onStarted: (kernel) => this.onKernelStarted(kernel),
    });
    this.keeping = new KernelKeeping({
      clock,
      hold: () => this.holder.kernel()?.hold ?? null,
      byHand: () => (this.path === null ? undefined : options.outlive?.(this.path)),
      waiting: () => this.executor.waiting(),
    });
    this.executor = new CellExecutor({
      live,
      origin: this.origin,
      clock,
      writer: this.writer,
      widgets: this.widgets,
      inputs: this.inputs,
      kernel: () => (this.isComing() ? null : this.holder.kernel()),
      isKernelStarting: this.isComing,
      kept: this.keeping.positions,
      onExecution: (cellId, execution) => {
        this.keeping.changed();
        this.events.emit({ type: "execution", cellId, execution });
      },
      onIdle: () => this.widgetSaving.whenIdle(),
      ...(options.hooks && { hooks: options.hooks }),
      ...(options.interruptGraceMs !== undefined && { interruptGraceMs: options.interruptGraceMs }),
    });
    this.history = options.room?.history;
    this.comments = options.room?.comments;
    this.conflicts = new OutsideWatch({
      ...{ live, store: options.store, path: options.path, isUnsaved: options.isUnsaved ?? false },
      ...(this.outputs && { wholes: this.outputs.wholes }),
      beforeMerge: () => this.history?.checkpoint("before-merge", "file"),
      onConflicts: (conflicts) => this.events.emit({ type: "conflicts", conflicts }),
    });
    const { changes } = this.conflicts;
    this.autosave =
      options.path === null
        ? null
        : new Autosave({
            live,
            store: savingWith(options, this.outputs, this.keeping),
            path: options.path,
            clock,
            isUnsaved: options.isUnsaved ?? false,
            ...(changes && { outside: changes }),
            ...(changes &&
              options.missing && {
                missing: { ...options.missing, find: (path) => this.conflicts.findMoved(path) },
              }),
            onState: (save) => this.events.emit({ type: "save", save }),
            beforeSave: () => this.writeWaiting(),
          });
    this.conflicts.watch(() => this.autosave?.lookOutside());
    this.stopWatching = live.onChange((change) => {
      if (change.origin === this.origin) return;
      for (const cellId of change.outputs) this.writer.touched(cellId);
    });
  }

  kernelView(): KernelView {
    return this.holder.view();
  }

  kernel(): Kernel | null {
    return this.holder.kernel();
  }

  async startKernel(options: Parameters<NotebookSession["startKernel"]>[0] = {}): Promise<Kernel> {
    const specName = options.specName ?? kernelNameOf(this.live.metadata());
    const cwd = options.cwd ?? (this.path === null ? undefined : dirname(this.path));
    const outlive = this.keeping.start(options.outlive);
    try {
      const kernel = await this.holder.start({
        ...options,
        // A pipeline in it finds its notebook by this.
        env: { LOOPBOOK_NOTEBOOK_ID: this.id, ...options.env },
        ...(specName !== undefined && { specName }),
        ...(cwd !== undefined && { cwd }),
        ...(outlive && { outlive }),
      });
      // One that was there is the run's now.
      if (options.outlive) this.keeping.belongsTo(options.outlive);
      return kernel;
    } finally {
      this.executor.kernelChanged();
    }
  }

  async attachKernel(id: string, isRecorded: (note: JsonObject) => boolean): Promise<Kernel> {
    this.isReplaying = true;
    try {
      const kernel = await this.holder.takeBack(id);
      await replay(kernel, { executor: this.executor, inputs: this.inputs, isRecorded });
      this.widgets.recover(kernel);
      return kernel;
    } finally {
      this.isReplaying = false;
      this.executor.kernelChanged();
    }
  }

  hasUsedKernel(): boolean {
    return this.executor.executions().size > 0 || this.holder.isTakenBack;
  }

  keepKernel(outlive: Outlive): void {
    this.keeping.belongsTo(outlive);
  }

  hasRecovered(cellId: CellId): boolean {
    return this.executor.hasRecovered(cellId);
  }

  confirm(executionId: ExecutionId): void {
    this.executor.confirm(executionId);
  }

  async restartKernel(_by: Party): Promise<void> {
    this.executor.cancelQueued("cancelled");
    try {
      await this.holder.restart();
      this.keeping.tellOwner();
    } finally {
      this.executor.kernelChanged();
    }
  }

  async interrupt(by: Party): Promise<void> {
    const isHeeded = await this.executor.interrupt(by);
    if (!isHeeded) this.needKernel();
  }

  async shutdownKernel(): Promise<void> {
    this.executor.cancelQueued("cancelled");
    await this.holder.shutdown();
  }

  execute(request: ExecuteCellRequest): ExecuteTicket {
    return this.executor.execute(request);
  }

  cancelQueued(): void {
    this.executor.cancelQueued("cancelled");
  }

  executions(): ReadonlyMap<CellId, CellExecution> {
    return this.executor.executions();
  }

  pendingInputs(): readonly PendingInput[] {
    return this.inputs.list();
  }

  answerInput(inputId: string, value: string, _by: Party): boolean {
    return this.inputs.answer(inputId, value);
  }

  async complete(code: string, cursorPosition: number): Promise<Completion> {
    return this.needKernel().complete(code, cursorPosition);
  }

  async inspect(code: string, cursorPosition: number, detailLevel: 0 | 1 = 0): Promise<Inspection> {
    return this.needKernel().inspect(code, cursorPosition, detailLevel);
  }

  saveState(): SaveState {
    return this.autosave?.state() ?? { type: "unsaved" };
  }

  async save({ again = false }: { readonly again?: boolean } = {}): Promise<SaveState> {
    if (this.autosave) return this.autosave.save(again);
    this.writeWaiting();
    return { type: "unsaved" };
  }

  async relocate(path: string, put: () => Promise<void>, isSaved: boolean): Promise<void> {
    const { autosave, conflicts } = this;
    if (!autosave) throw new LoopbookError("no-file", "This notebook has no file that could be moved.");
    await autosave.between(async () => {
      const state = isSaved ? conflicts.changes?.current() : undefined;
      await put();
      this.path = path;
      conflicts.movedTo(path);
      if (state) conflicts.changes?.noteSaved(state);
      autosave.movedTo(path);
    });
    this.keeping.moved(path);
    this.events.emit({ type: "path", path });
  }

  keep(): void {
    this.options.room?.begin(this.saveState().type === "saved", async () => this.outputs?.faceAll());
  }

  async durable(): Promise<void> {
    await this.options.room?.durable();
  }

  on(listener: (event: SessionEvent) => void): Unsubscribe {
    return this.events.on(listener);
  }

  async close(): Promise<void> {
    this.executor.cancelQueued("cancelled");
    // The kernel first: what it still ran ends, and its last outputs are saved.
    await this.holder.close();
    await this.executor.whenIdle();
    await this.save();
    await this.conflicts.close(this.saveState());
    this.autosave?.stop();
    this.stopWatching();
    this.widgetSaving.close();
    this.widgets.close();
    this.keeping.close();
    this.writer.close();
    await this.options.room?.close();
    await this.outputs?.close(this.options.room?.isKept ?? false);
  }

  private isComing = (): boolean => this.holder.isStarting || this.isReplaying;

  private needKernel(): Kernel {
    const kernel = this.holder.kernel();
    if (!kernel) throw noKernel();
    return kernel;
  }

  private onKernelStarted(kernel: Kernel): Unsubscribe[] {
    this.live.applyAll(kernelMetadataEdits(this.live.metadata(), kernel), this.origin);
    return [
      kernel.onComm((message) => this.widgets.onComm(message)),
      kernel.onStrayOutput((message, owner, requestId) => this.onStrayOutput(message, owner, requestId)),
    ];
  }

  private onStrayOutput(message: IopubMessage, owner: string | null, requestId: string | null): void {
    if (message.type === "update_display_data") {
      this.writer.displays.update(message.displayId, message.data, message.metadata);
    } else if (this.widgets.capture(message, requestId)) {
      // What a widget's callback prints inside an Output widget (`interact`): no execution's end will tell it.
      this.widgetSaving.syncSoon();
    } else if (owner !== null) {
      this.executor.lateOutput(owner, message);
    }
  }

  private writeWaiting(): void {
    this.writer.flushAll();
    this.widgetSaving.save();
  }
}
