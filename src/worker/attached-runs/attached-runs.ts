/** Opens attached runs: new ones when a process joins, earlier ones when their log comes. */
import { basename, extname } from "node:path";
import type { EditOrigin } from "../../document/live-notebook.ts";
import type { Party } from "../../people/party.ts";
import type { Questions } from "../../review/question.ts";
import { type AttachedState, initialAttached } from "../../runs/attached/state.ts";
import { defaultRunOptions } from "../../runs/options.ts";
import type { RunRecord } from "../../runs/run.ts";
import type { RunStore } from "../../runs/run-store.ts";
import type { TelemetryStore } from "../../telemetry/telemetry-store.ts";
import type { AttachedRun, AttachedRuns, AttachRequest } from "../../usecases/attached-run.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { Clock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";
import { AttachedProcess } from "./attached-run.ts";
import { makeNotebook, recordOrigin } from "./template.ts";

export interface AttachedRunsOptions {
  readonly telemetry: TelemetryStore;
  readonly questions: () => Questions | undefined;
  readonly store: () => RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  readonly openNotebook: (path: string) => Promise<NotebookSession>;
  readonly reopenNotebook: (id: NotebookId) => Promise<NotebookSession | null>;
  readonly goingRunOf: (id: NotebookId) => LiveRun | undefined;
  /** It is shown with the others from now on. */
  readonly onRun: (run: LiveRun) => void;
  readonly notebook: (id: NotebookId) => NotebookSession | undefined;
  /** Runs of notebooks, as they begin. */
  readonly onNotebookRun: (listener: (run: LiveRun) => void) => Unsubscribe;
}

export class LocalAttachedRuns implements AttachedRuns {
  private readonly given: AttachedRunsOptions;
  private readonly runs = new Map<RunId, AttachedProcess>();
  private readonly opening = new Map<RunId, Promise<AttachedProcess | null>>();
  private isClosed = false;

  constructor(options: AttachedRunsOptions) {
    this.given = options;
  }

  async attach(request: AttachRequest): Promise<AttachedRun> {
    // Two processes of one run may ask at once; and the same one again, when the answer was lost.
    const before = this.opening.get(request.runId);
    await before?.catch(() => {});
    const known = await this.get(request.runId);
    const run =
      known instanceof AttachedProcess ? known : await this.once(request.runId, () => this.begin(request));
    if (run === null) throw elsewhere(request.runId);
    run.join(request.writer);
    if (request.parameters.length > 0 && known !== null) run.declare(request.parameters, false);
    await run.told();
    return run;
  }

  async get(id: RunId): Promise<AttachedRun | null> {
    return this.runs.get(id) ?? this.once(id, () => this.goOn(id));
  }

  /** Lets go of all; their processes go on. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.opening.values());
    await Promise.all([...this.runs.values()].map((run) => run.close()));
    this.runs.clear();
  }

  /** Of an ended run that is not shown any more; its log may still come, then it is opened again. */
  async forget(id: RunId): Promise<void> {
    const run = this.runs.get(id);
    this.runs.delete(id);
    await run?.close();
    await this.given.telemetry.release(id);
  }

  private once(id: RunId, open: () => Promise<AttachedProcess | null>): Promise<AttachedProcess | null> {
    const going = this.opening.get(id);
    if (going !== undefined) return going;
    const opening = open().finally(() => this.opening.delete(id));
    this.opening.set(id, opening);
    return opening;
  }

  private async begin(request: AttachRequest): Promise<AttachedProcess | null> {
    if (this.isClosed) throw closing();
    const { runId, writer, origin } = request;
    const { telemetry, store } = this.given;
    if (await store().get(runId)) return null;
    const session = await this.sessionFor(request);
    const name = request.name ?? nameOf(origin.script ?? session.path ?? "run");
    session.keep();
    const isWithin = request.within !== undefined;
    const self: Party = { kind: "pipeline", who: runId, using: name, displayName: name };
    const run = await this.open(request.runId, {
      ...{ session, name, startedAtMs: request.startedAtMs },
      ...{ state: initialAttached(self, isWithin), recentEvents: [], telemetry: await telemetry.open(runId) },
    });
    const edits: EditOrigin = { type: "run", label: `${runId}/${name}` };
    session.history?.checkpoint("before-run", request.by, name);
    if (!isWithin) recordOrigin(session.live, edits, run.cells, { id: runId, name, origin, writer });
    run.join(writer);
    run.declare(request.parameters, true);
    await store().create(firstRecord(run, request, this.given.version));
    this.show(run);
    await run.start();
    return run;
  }

  /** @throws LoopbookError as `attach`. */
  private async sessionFor({
    notebook: path,
    within,
    name,
    origin,
    writer,
  }: AttachRequest): Promise<NotebookSession> {
    if (within !== undefined) {
      const session = this.given.notebook(within);
      if (session) return session;
      throw new LoopbookError("no-such-notebook", "The notebook of this kernel is not open here any more.");
    }
    if (path === undefined) throw new LoopbookError("bad-request", "An attached run names its notebook.");
    await makeNotebook(path, name ?? nameOf(origin.script ?? path), writer);
    const session = await this.given.openNotebook(path);
    await this.needFree(session);
    return session;
  }

  /** As the ledger has it. Null: there is no such run, or another process has it. */
  private async goOn(id: RunId): Promise<AttachedProcess | null> {
    if (this.isClosed) throw closing();
    const { telemetry, store } = this.given;
    const record = await store().get(id);
    if (record === null || record.snapshot.id !== id || record.snapshot.kind !== "attached") return null;
    const kept = (await store().attached?.(id)) as unknown as AttachedState | null | undefined;
    const hasEnded = kept?.end !== null && kept?.end !== undefined;
    if (!hasEnded && (await store().takeOver?.(id)) === false) return null;
    const { snapshot } = record;
    const session = await this.notebookOf(record);
    session.keep();
    const { name } = snapshot;
    const self: Party = { kind: "pipeline", who: id, using: name, displayName: name };
    const run = await this.open(id, {
      ...{ session, name, startedAtMs: snapshot.startedAtMs, recentEvents: snapshot.recentEvents },
      state: { ...initialAttached(self), ...kept },
      telemetry: await telemetry.open(id),
    });
    this.show(run);
    await run.start();
    return run;
  }

  private async open(
    id: RunId,
    facts: Pick<
      ConstructorParameters<typeof AttachedProcess>[0],
      "session" | "name" | "startedAtMs" | "state" | "recentEvents" | "telemetry"
    >,
  ): Promise<AttachedProcess> {
    const { questions, store, clock, logger } = this.given;
    const { goingRunOf, onNotebookRun } = this.given;
    const { session, state } = facts;
    return new AttachedProcess({
      ...{ id, ...facts, questions: questions(), store: store(), clock, logger },
      ...(state.within && { notebookRun: { going: () => goingRunOf(session.id), onRun: onNotebookRun } }),
    });
  }

  private show(run: AttachedProcess): void {
    this.runs.set(run.id, run);
    // One in a kernel does not stand in the place of the notebook's run.
    if (!run.isWithin) this.given.onRun(run);
  }

  private async notebookOf({ snapshot }: RunRecord): Promise<NotebookSession> {
    const { outputPath, notebookId } = snapshot;
    try {
      if (outputPath !== null) return await this.given.openNotebook(outputPath);
    } catch (error) {
      const moved =
        notebookId === null ? null : await this.given.reopenNotebook(notebookId).catch(() => null);
      if (moved !== null) return moved;
      throw error;
    }
    throw new LoopbookError("no-file", "The notebook of this run has no file.");
  }

  /** @throws LoopbookError `run-goes-on`. */
  private async needFree(session: NotebookSession): Promise<void> {
    const going = this.given.goingRunOf(session.id);
    if (going === undefined) return;
    if (going instanceof AttachedProcess && (await going.endIfGone())) return;
    throw new LoopbookError(
      "run-goes-on",
      `Another run (${going.id}) is shown in ${session.path ?? "this notebook"}. Stop it, or give this one another notebook.`,
      { retry: true },
    );
  }
}

function firstRecord(run: AttachedProcess, request: AttachRequest, version: string): RunRecord {
  const snapshot = run.snapshot();
  return {
    snapshot,
    options: { ...defaultRunOptions, parameters: run.values(), cwd: request.origin.cwd ?? null },
    steps: [],
    events: [],
    startedBy: request.by,
    host: request.writer.host,
    loopbookVersion: version,
    kernel: null,
    packages: null,
    recordPath: null,
  };
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

function closing(): LoopbookError {
  return new LoopbookError("closing", "Loopbook is being closed; try again in a moment.", { retry: true });
}

function elsewhere(id: RunId): LoopbookError {
  return new LoopbookError(
    "open-elsewhere",
    `Run ${id} lives in another Loopbook process. Send its log there, or end that process first.`,
  );
}
