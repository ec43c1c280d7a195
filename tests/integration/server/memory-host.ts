/**
 * A host without kernels and files: real live documents, and sessions that do what the test says. For tests of the
 * server alone; those of the whole use the real host.
 */
import { createLiveNotebook } from "../../../src/document/yjs-notebook.ts";
import type { Notebook } from "../../../src/nbformat/notebook.ts";
import type { RunCommand, RunSnapshot } from "../../../src/runs/run.ts";
import type { TelemetryStore } from "../../../src/telemetry/telemetry-store.ts";
import type { Host, MovedNotebook, StartRunRequest } from "../../../src/usecases/host.ts";
import type { LiveRun } from "../../../src/usecases/live-run.ts";
import type {
  CellExecution,
  ExecuteCellRequest,
  ExecuteTicket,
  KernelView,
  NotebookSession,
  PendingInput,
  SessionConflicts,
  SessionEvent,
} from "../../../src/usecases/notebook-session.ts";
import { Emitter } from "../../../src/util/emitter.ts";
import { LoopbookError } from "../../../src/util/errors.ts";
import { type CellId, NotebookId, type RunId } from "../../../src/util/ids.ts";
import { sourceHash } from "../../../src/util/source-hash.ts";

export function aNotebook(sources: readonly string[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  };
}

const NO_KERNEL: KernelView = {
  state: "none",
  specName: null,
  displayName: null,
  language: null,
  supportsSubshells: false,
  pid: null,
  death: null,
  sinceMs: 0,
};

export class MemorySession implements NotebookSession {
  readonly id = NotebookId.create();
  path: string;
  readonly live;
  readonly events = new Emitter<SessionEvent>();
  readonly executed: ExecuteCellRequest[] = [];
  readonly cells = new Map<CellId, CellExecution>();
  readonly done: string[] = [];
  inputs: PendingInput[] = [];
  view = NO_KERNEL;

  constructor(path: string, notebook: Notebook) {
    this.path = path;
    this.live = createLiveNotebook(notebook);
  }

  kernelView(): KernelView {
    return this.view;
  }
  kernel(): null {
    return null;
  }
  async startKernel(options: { readonly specName?: string } = {}): Promise<never> {
    if (options.specName === "broken") {
      throw new LoopbookError("kernel-did-not-start", "The kernel did not answer in 30 s.", { retry: true });
    }
    if (options.specName === "bug") throw new TypeError("secret detail of a bug");
    this.view = { ...NO_KERNEL, state: "idle", specName: options.specName ?? "python3" };
    this.events.emit({ type: "kernel", kernel: this.view });
    return undefined as never;
  }
  async restartKernel(): Promise<void> {
    this.done.push("restart");
  }
  async interrupt(): Promise<void> {
    this.done.push("interrupt");
  }
  async shutdownKernel(): Promise<void> {
    this.view = NO_KERNEL;
  }
  execute(request: ExecuteCellRequest): ExecuteTicket {
    const cell = this.live.cell(request.cellId);
    if (!cell) return { accepted: false, refusal: "no-such-cell", message: "This cell was deleted." };
    if (sourceHash(cell.source) !== request.sourceHash) {
      return { accepted: false, refusal: "source-changed", message: "The cell holds something else by now." };
    }
    this.executed.push(request);
    return { accepted: true, outcome: Promise.resolve({ type: "completed", executionCount: 1 }) };
  }
  cancelQueued(): void {
    this.done.push("cancel");
  }
  executions(): ReadonlyMap<CellId, CellExecution> {
    return this.cells;
  }
  pendingInputs(): readonly PendingInput[] {
    return this.inputs;
  }
  answerInput(inputId: string): boolean {
    const known = this.inputs.some((input) => input.id === inputId);
    this.inputs = this.inputs.filter((input) => input.id !== inputId);
    return known;
  }
  async complete(code: string, cursorPosition: number) {
    return { matches: [`${code}ta`], cursorStart: 0, cursorEnd: cursorPosition, metadata: {} };
  }
  async inspect(code: string) {
    return { found: true, data: { "text/plain": `about ${code}` } };
  }
  readonly conflicts: SessionConflicts = {
    list: () => [],
    resolve: () => false,
    copies: async () => [],
    mergeCopy: async () => false,
  };
  saveState() {
    return { type: "saved", atMs: 1 } as const;
  }
  async save() {
    this.done.push("save");
    return this.saveState();
  }
  keep(): void {}
  async durable(): Promise<void> {}
  on(listener: (event: SessionEvent) => void) {
    return this.events.on(listener);
  }
  async close(): Promise<void> {
    this.live.destroy();
  }
}

export function aRunSnapshot(session: MemorySession, more: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    id: "run_1" as RunId,
    notebookId: session.id,
    name: "train",
    inputPath: session.path,
    outputPath: null,
    status: "running",
    hold: null,
    currentCell: null,
    pending: null,
    stepsDone: 0,
    stepsTotal: session.live.cellIds().length,
    startedAtMs: 1,
    endedAtMs: null,
    etaMs: null,
    steps: {},
    parameters: [],
    values: {},
    stagedChanges: [],
    recentEvents: [],
    outcome: null,
    exitCode: null,
    ...more,
  };
}

export class MemoryRun implements LiveRun {
  readonly id: RunId;
  readonly session: MemorySession;
  readonly changes = new Emitter<RunSnapshot>();
  readonly commands: RunCommand[] = [];
  readonly ended: Promise<RunSnapshot>;
  private readonly settle: (run: RunSnapshot) => void;
  private current: RunSnapshot;

  constructor(session: MemorySession, snapshot: RunSnapshot) {
    this.id = snapshot.id;
    this.session = session;
    this.current = snapshot;
    let settle: (run: RunSnapshot) => void = () => {};
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.settle = settle;
  }
  snapshot(): RunSnapshot {
    return this.current;
  }
  async command(command: RunCommand) {
    this.commands.push(command);
    if (command.type === "approve") {
      return { ok: false, code: "not-held", message: "The run does not wait for anybody." } as const;
    }
    return { ok: true, run: this.current } as const;
  }
  onChange(listener: (run: RunSnapshot) => void) {
    return this.changes.on(listener);
  }
  change(more: Partial<RunSnapshot>): void {
    this.current = { ...this.current, ...more };
    this.changes.emit(this.current);
  }
  end(more: Partial<RunSnapshot>): void {
    this.change(more);
    this.settle(this.current);
  }
}

export class MemoryHost implements Host {
  telemetry?: TelemetryStore;
  readonly sessions: MemorySession[] = [];
  readonly liveRuns: MemoryRun[] = [];
  readonly started: StartRunRequest[] = [];
  private readonly opened = new Emitter<NotebookSession>();
  private readonly moved = new Emitter<MovedNotebook>();
  private readonly run_ = new Emitter<LiveRun>();
  private readonly notebookOf: (path: string) => Notebook;

  constructor(notebookOf: (path: string) => Notebook = () => aNotebook(["x = 1"])) {
    this.notebookOf = notebookOf;
  }
  async openNotebook(path: string): Promise<MemorySession> {
    const known = this.sessions.find((session) => session.path === path);
    if (known) return known;
    const session = new MemorySession(path, this.notebookOf(path));
    this.sessions.push(session);
    this.opened.emit(session);
    return session;
  }
  notebook(id: NotebookId) {
    return this.sessions.find((session) => session.id === id);
  }
  notebooks() {
    return this.sessions;
  }
  async reopenNotebook() {
    return null;
  }
  async closeNotebook(id: NotebookId): Promise<void> {
    const index = this.sessions.findIndex((session) => session.id === id);
    const [session] = this.sessions.splice(index, 1);
    await session?.close();
  }
  async moveNotebook(id: NotebookId, to: string): Promise<void> {
    const session = this.sessions.find((one) => one.id === id);
    if (!session) throw new LoopbookError("no-such-notebook", "It is not open.");
    const from = session.path;
    session.path = to;
    session.events.emit({ type: "path", path: to });
    this.moved.emit({ id, from, to, keepsOld: false });
  }
  async saveNotebookAs(id: NotebookId, to: string): Promise<void> {
    await this.moveNotebook(id, to);
  }
  async followNotebook(): Promise<void> {}
  async copyNotebook(): Promise<void> {}
  async moveFile(from: string, to: string): Promise<void> {
    this.moved.emit({ id: null, from, to, keepsOld: false });
  }
  async copyFile(): Promise<void> {}
  async trashFile(): Promise<void> {}
  onMoved(listener: (moved: MovedNotebook) => void) {
    return this.moved.on(listener);
  }
  async kernelSpecs() {
    return [
      {
        name: "python3",
        displayName: "Python 3",
        language: "python",
        argv: ["python", "-m", "ipykernel"],
        env: { SECRET: "of the spec" },
        interruptMode: "signal" as const,
        metadata: {},
        resourceDir: "/kernels/python3",
      },
    ];
  }
  async startRun(request: StartRunRequest): Promise<LiveRun> {
    this.started.push(request);
    const [session] = this.sessions;
    if (!session) throw new LoopbookError("no-such-notebook", "Nothing is open.");
    return this.show(new MemoryRun(session, aRunSnapshot(session, { id: request.runId })));
  }
  show(run: MemoryRun): MemoryRun {
    this.liveRuns.push(run);
    this.run_.emit(run);
    return run;
  }
  run(id: RunId) {
    return this.liveRuns.find((run) => run.id === id);
  }
  runOf(id: NotebookId) {
    return this.liveRuns.find((run) => run.session.id === id);
  }
  runs() {
    return this.liveRuns;
  }
  async runRecord() {
    return null;
  }
  async runHistory() {
    return this.liveRuns.map((run) => run.snapshot());
  }
  onOpened(listener: (session: NotebookSession) => void) {
    return this.opened.on(listener);
  }
  onRun(listener: (run: LiveRun) => void) {
    return this.run_.on(listener);
  }
  async close(): Promise<void> {}
}
