/**
 * An attached run: feeds its reducer with what the logs tell, people ask and the notebook says, one event at a time,
 * and does what it asks for. The decisions are in `runs/attached`.
 */
import type { Party } from "../../people/party.ts";
import type { Answer } from "../../review/question.ts";
import { decideAttached } from "../../runs/attached/decide.ts";
import type { AttachedEffect, AttachedEvent, AttachedRefusal } from "../../runs/attached/events.ts";
import { attachedSnapshot, statusOf } from "../../runs/attached/snapshot.ts";
import type { AttachedState } from "../../runs/attached/state.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import type { CommandResult, RunCommand, RunEventRecord, RunSnapshot } from "../../runs/run.ts";
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import type { RunTelemetry } from "../../telemetry/telemetry-store.ts";
import type { AttachedRun, News, Writer } from "../../usecases/attached-run.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { assertNever } from "../../util/assert-never.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { messageOf } from "../../util/errors.ts";
import { type RunId, randomToken } from "../../util/ids.ts";
import { deferred } from "../deferred.ts";
import { EventQueue } from "../event-queue.ts";
import { RunChanges } from "../run-changes.ts";
import { RunPaths } from "../run-paths.ts";
import { AttachedJournal } from "./attached-journal.ts";
import type { AttachedRunOptions } from "./attached-run-options.ts";
import { EffectQueue } from "./effect-queue.ts";
import { NotebookWish } from "./notebook-wish.ts";
import { NOTEBOOK, ParameterCell } from "./parameter-cell.ts";
import { ProcessWatch } from "./process-watch.ts";
import { RunAnswers } from "./run-answers.ts";
import { RunCells } from "./run-cells.ts";
import { TelemetryCells } from "./telemetry-cells.ts";
import { endProcess, writerState } from "./writer-state.ts";

const RECENT_EVENTS = 100;
const CHANGES_MS = 100;
const LAST_LINES = 10;

export class AttachedProcess implements AttachedRun {
  readonly id: RunId;
  readonly session: NotebookSession;
  readonly telemetry: RunTelemetry;
  readonly ended: Promise<RunSnapshot>;
  readonly cells: RunCells;
  private readonly given: AttachedRunOptions;
  private readonly journal: AttachedJournal;
  private readonly changes: RunChanges;
  private readonly parameters: ParameterCell;
  private readonly answers: RunAnswers;
  private readonly faces: TelemetryCells;
  private readonly watch: ProcessWatch;
  private readonly notebookWish: NotebookWish | null;
  private readonly paths: RunPaths;
  private readonly newsListeners = new Emitter<void>();
  private readonly resolveEnded: (run: RunSnapshot) => void;
  private readonly events = new EventQueue<AttachedEvent, AttachedRefusal>((event) => {
    const { state, effects, refusal } = decideAttached(this.state, event);
    this.take(state, effects);
    return refusal;
  });
  private readonly seenAt = new Map<string, number>();
  private state: AttachedState;
  private recentEvents: readonly RunEventRecord[];
  private cached: RunSnapshot | null = null;
  private readonly effects: EffectQueue;
  /** By the clock, so that a revision of an earlier process is another one. */
  private revision: number;
  private silentSinceMs: number | null = null;
  private isClosed = false;
  private stopFacts: Unsubscribe = () => {};

  constructor(options: AttachedRunOptions) {
    const { session, clock, store, logger, telemetry, id, name } = options;
    this.given = options;
    this.id = id;
    this.session = session;
    this.telemetry = telemetry;
    this.state = options.state;
    this.recentEvents = options.recentEvents;
    this.revision = clock.now();
    this.paths = new RunPaths({ inputPath: session.path, outputPath: session.path });
    for (const writer of options.state.writers) this.seenAt.set(writer.id, clock.now());
    const { live } = session;
    const origin = { type: "run", label: `${id}/${name}` } as const;
    this.effects = new EffectQueue(clock, (error) =>
      this.warn("What a run told could not be kept; it is tried again", error),
    );
    this.changes = new RunChanges(
      clock,
      () => this.snapshot(),
      () => CHANGES_MS,
    );
    this.journal = new AttachedJournal({
      ...{ store, clock, logger },
      state: () => this.state,
      snapshot: () => this.snapshot(),
      effects: () => this.effects.done(),
    });
    this.parameters = new ParameterCell({
      ...{ live, origin, clock },
      onEdited: (specs, by) =>
        this.feed({ type: "specs-read", specs, by, changeId: `c${randomToken(10)}`, atMs: clock.now() }),
    });
    this.cells = new RunCells({
      ...{ live, origin, run: id },
      made: () => this.state.cells,
      onMade: (role) => this.feed({ type: "cell-made", role, atMs: clock.now() }),
    });
    this.faces = new TelemetryCells({
      ...{ cells: this.cells, telemetry, clock, logger, name, questions: options.questions },
      state: () => this.state,
    });
    this.answers = new RunAnswers({
      ...{ questions: options.questions, runId: id, notebookId: session.id, clock },
      onNews: () => this.tellNews(),
      onQuestion: (question) => this.faces.question(question),
      onRefused: ({ key }, error) => this.warn(`The question ${key} was refused`, error),
    });
    this.watch = new ProcessWatch({
      clock,
      leader: () => this.state.writers.find((writer) => writer.id === this.state.leader),
      seenAtMs: () => this.seenAtMs(),
      onSilent: (sinceMs) => {
        this.silentSinceMs = sinceMs;
        this.cached = null;
        this.changes.note(true);
      },
      onGone: (why) => void this.gone(why),
    });
    this.notebookWish =
      options.notebookRun === undefined
        ? null
        : new NotebookWish({ ...options.notebookRun, onNews: () => this.tellNews() });
    const ended = deferred<RunSnapshot>();
    this.ended = ended.promise;
    this.resolveEnded = ended.resolve;
  }

  /** Takes what its logs have told since. */
  async start(): Promise<void> {
    this.parameters.read();
    await this.answers.load();
    this.stopFacts = this.telemetry.onFact(this.state.taken, (facts) =>
      this.feed({ type: "facts", facts, atMs: this.given.clock.now() }),
    );
    if (this.state.end === null) this.watch.start();
    else this.resolveEnded(this.snapshot());
    this.faces.soon();
  }

  /** What the process declares and the notebook has not, is written there; its values are in force. */
  declare(parameters: readonly DeclaredParameter[], isFirst: boolean): void {
    this.parameters.declare(parameters);
    this.readParameters(parameters, isFirst);
  }

  get isWithin(): boolean {
    return this.notebookWish !== null;
  }

  snapshot(): RunSnapshot {
    this.cached ??= attachedSnapshot(this.state, {
      id: this.id,
      notebookId: this.session.id,
      name: this.given.name,
      path: this.paths.now().outputPath,
      startedAtMs: this.given.startedAtMs,
      seenAtMs: this.seenAtMs(),
      silentSinceMs: this.silentSinceMs,
      recentEvents: this.recentEvents,
    });
    return this.cached;
  }

  fileMoved(from: string, to: string): void {
    if (!this.paths.moved(from, to)) return;
    this.cached = null;
    this.changes.note(true);
  }

  async command(command: RunCommand, by: Party): Promise<CommandResult> {
    const refusal = await new Promise<AttachedRefusal | null>((reply) => {
      this.feed({ type: "command", command, by, atMs: this.given.clock.now() }, reply);
    });
    if (refusal !== null) return { ok: false, ...refusal };
    await this.journal.flush();
    return { ok: true, run: this.snapshot() };
  }

  onChange(listener: (run: RunSnapshot) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  values(): ParameterValues {
    return this.state.values;
  }

  writers(): ReturnType<AttachedRun["writers"]> {
    return this.state.writers.map(({ identity: _own, ...writer }) => ({
      ...writer,
      seenAtMs: this.seenAt.get(writer.id) ?? this.given.startedAtMs,
    }));
  }

  join(writer: Writer): void {
    this.seenAt.set(writer.id, this.given.clock.now());
    this.feed({ type: "joined", writer: writerState(writer), atMs: this.given.clock.now() });
  }

  /** The values in force are in the answer that it gets. */
  async told(): Promise<void> {
    this.feed({ type: "told", atMs: this.given.clock.now() });
    await this.journal.flush();
  }

  seen(writer: string, how: "log" | "news" = "log"): void {
    this.seenAt.set(writer, this.given.clock.now());
    if (this.silentSinceMs !== null && writer === this.state.leader) {
      this.silentSinceMs = null;
      this.cached = null;
      this.changes.note(true);
    }
    // Its log may be sent by somebody else (`sync`), news are for the process itself.
    if (how === "news" && this.state.end?.isPresumed)
      this.feed({ type: "came-back", atMs: this.given.clock.now() });
  }

  news(): News {
    const { wish, staged } = this.state;
    const wanted = { state: wish.state, wishId: wish.id, by: wish.by?.displayName ?? null };
    return {
      revision: this.revision,
      wanted: this.notebookWish?.now() ?? wanted,
      changes: staged.map(({ id, values, reason, by }) => ({ id, values, reason, by: by.displayName })),
      answers: this.answers.list(),
    };
  }

  onNews(listener: () => void): Unsubscribe {
    return this.newsListeners.on(listener);
  }

  answerOf(key: string): Promise<Answer | null> {
    return this.answers.find(key);
  }

  /** Whether its process is known to be gone, or has said nothing for long; then it ends here. */
  async endIfGone(): Promise<boolean> {
    if (this.state.end !== null) return true;
    if (!this.watch.isGone()) return false;
    await this.gone("Its process is gone and told no end");
    return this.state.end !== null;
  }

  /** Writes what waits and lets go; the process goes on, and comes back to whoever is here then. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.effects.close();
    this.watch.stop();
    this.newsListeners.emit();
    this.stopFacts();
    this.parameters.close();
    await this.faces.writeAll(true);
    await this.faces.close();
    this.answers.close();
    this.notebookWish?.close();
    await this.journal
      .flush()
      .catch((error: unknown) => this.warn("The state of a run could not be written", error));
    this.journal.close();
    this.changes.close();
  }

  private seenAtMs(): number {
    const { leader } = this.state;
    return (leader === null ? undefined : this.seenAt.get(leader)) ?? this.given.startedAtMs;
  }

  private feed(event: AttachedEvent, reply?: (refusal: AttachedRefusal | null) => void): void {
    if (this.isClosed && event.type !== "cell-made") return;
    this.events.feed(event, reply);
  }

  private take(state: AttachedState, effects: readonly AttachedEffect[]): void {
    const before = this.state;
    if (state === before) return;
    this.state = state;
    this.cached = null;
    for (const effect of effects) this.perform(effect);
    this.journal.note();
    if (before.wish !== state.wish || before.staged !== state.staged) this.tellNews();
    const isUrgent =
      statusOf(before) !== statusOf(state) ||
      before.held !== state.held ||
      before.staged !== state.staged ||
      before.refused !== state.refused ||
      before.values !== state.values ||
      before.specs !== state.specs;
    const isSeen = isUrgent || before.step !== state.step || before.seq !== state.seq;
    if (isSeen) this.changes.note(isUrgent);
    if (before.step !== state.step || before.artefacts !== state.artefacts) this.faces.soon();
    if (state.end !== null && before.end !== state.end) void this.finish();
    if (state.end === null && before.end !== null) this.watch.start();
  }

  private perform(effect: AttachedEffect): void {
    switch (effect.type) {
      case "record-event":
        this.recentEvents = [...this.recentEvents.slice(1 - RECENT_EVENTS), effect.event];
        this.journal.addEvent(effect.event);
        return;
      case "write-values":
        this.parameters.write(effect.values);
        return;
      case "declare":
        this.parameters.declare(effect.parameters);
        this.readParameters([], true);
        return;
      case "show":
        // In a kernel it is displayed by the cell that shows it.
        if (this.notebookWish !== null) return;
        this.effects.do(() => this.faces.show(effect.name, effect.shown));
        return;
      case "ask":
        this.effects.do(() => this.answers.ask(effect.question, effect.askedAtMs));
        return;
      case "withdraw-question":
        this.effects.do(() => this.answers.withdraw(effect.key));
        return;
      case "answer-taken":
        this.effects.do(() => this.answers.taken(effect.key, effect.answerId, effect.takenAtMs));
        return;
      case "signal":
        this.signal();
        return;
      default:
        assertNever(effect);
    }
  }

  private readParameters(declared: readonly DeclaredParameter[], isFirst: boolean): void {
    const { clock } = this.given;
    const changeId = `c${randomToken(10)}`;
    const by = NOTEBOOK;
    const specs = this.parameters.read();
    const first = isFirst && ({ first: true } as const);
    this.feed({ type: "specs-read", specs, declared, by, changeId, ...first, atMs: clock.now() });
  }

  private tellNews(): void {
    this.revision++;
    this.newsListeners.emit();
  }

  private async gone(why: string): Promise<void> {
    const tail = await this.telemetry.logs
      .read({ from: -LAST_LINES, limit: LAST_LINES })
      .catch(() => ({ lines: [] }));
    const lastWords = tail.lines.map(({ text }) => text);
    this.feed({ type: "gone", why, lastWords, atMs: this.given.clock.now() });
  }

  /** Document, file, ledger, in this order; its log may tell more later. */
  private async finish(): Promise<void> {
    this.watch.stop();
    await this.faces.writeAll(true);
    if (this.isClosed) return;
    await this.session
      .save()
      .catch((error: unknown) => this.warn("The notebook of a run could not be saved", error));
    await this.journal
      .flush()
      .catch((error: unknown) => this.warn("The end of a run could not be recorded", error));
    this.changes.tell();
    this.resolveEnded(this.snapshot());
  }

  private signal(): void {
    const writer = this.state.writers.find(({ id }) => id === this.state.leader);
    if (writer) endProcess(writer, (error) => this.warn("The process of a run could not be ended", error));
  }

  private warn(what: string, error: unknown): void {
    this.given.logger.warn(what, { run: this.id, error: messageOf(error) });
  }
}
