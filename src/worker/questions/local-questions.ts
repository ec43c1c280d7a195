/**
 * The questions of this machine's runs: each change is decided by the core inside of a transaction of the store, told
 * when it is durable, and defaults are taken when their time has come, also if it came while nobody was here.
 */
import type { Party } from "../../people/party.ts";
import { problemOfAsked } from "../../review/check-answer.ts";
import { askAgain, decideQuestion, newQuestion, type QuestionEvent } from "../../review/decide-question.ts";
import type { GroupProgress, NewAnswer, Question, QuestionFilter, Questions } from "../../review/question.ts";
import type { QuestionStore } from "../../review/question-store.ts";
import type { AskedQuestion } from "../../telemetry/facts.ts";
import type { Clock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";

export interface LocalQuestionsOptions {
  /** Opened when it is needed. */
  readonly open: () => QuestionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of one run; the next is refused. Default 100,000. */
  readonly maxPerRun?: number;
}

/** A deadline is looked after at least so often: a machine that slept, or whose clock was set, is no reason to miss one. */
const LOOK_MS = 30_000;

export class LocalQuestions implements Questions {
  private readonly options: LocalQuestionsOptions;
  private readonly changes = new Emitter<Question>();
  private readonly perRun = new Map<RunId, number>();
  private opened: QuestionStore | null = null;
  private cancelTimer: Unsubscribe | null = null;
  private timerAtMs = Number.POSITIVE_INFINITY;
  private pending = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(options: LocalQuestionsOptions) {
    this.options = options;
  }

  /** Looks in a moment for what became due while nobody was here. */
  beginIn(delayMs: number): void {
    this.arm(this.options.clock.now() + delayMs);
  }

  async ask(
    runId: RunId,
    notebookId: NotebookId | null,
    asked: AskedQuestion,
    askedAtMs: number,
  ): Promise<Question> {
    const problem = problemOfAsked(asked);
    if (problem !== null) throw new LoopbookError("bad-question", problem);
    const anew = newQuestion(runId, notebookId, asked, Math.round(askedAtMs));
    const store = this.store();
    const count = this.perRun.get(runId) ?? store.count({ runId });
    if (count >= (this.options.maxPerRun ?? 100_000) && store.get(anew.id) === null)
      throw new LoopbookError(
        "too-many-questions",
        `This run has asked ${count} questions, and no more are taken. Ask about fewer items, or in runs of their own.`,
      );
    return this.change(
      anew.id,
      (known) => (known === null ? anew : askAgain(known, anew)),
      (known) => {
        if (known === null) this.perRun.set(runId, (this.perRun.get(runId) ?? count) + 1);
      },
    );
  }

  async get(id: string): Promise<Question | null> {
    return this.store().get(id);
  }

  async list(filter: QuestionFilter): Promise<readonly Question[]> {
    return this.store().list(filter);
  }

  async groups(filter: Pick<QuestionFilter, "runId" | "notebookId">): Promise<readonly GroupProgress[]> {
    return this.store().groups(filter);
  }

  answer(id: string, answer: NewAnswer, by: Party): Promise<Question> {
    const atMs = this.options.clock.now();
    const { id: answerId, kind, value, comment, replaces } = answer;
    const given = { id: answerId, by, atMs, kind, value, comment, replaces: replaces ?? null };
    return this.decide(id, { type: "answer", answer: given });
  }

  retract(id: string, answerId: string, by: Party): Promise<Question> {
    return this.decide(id, { type: "retract", answerId, by, atMs: this.options.clock.now() });
  }

  async taken(id: string, answerId: string, atMs: number): Promise<void> {
    await this.decide(id, { type: "taken", answerId, atMs });
  }

  async withdraw(id: string): Promise<void> {
    await this.decide(id, { type: "withdraw" });
  }

  onChange(listener: (question: Question) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelTimer?.();
    await Promise.allSettled(this.pending);
    this.opened?.close();
    this.opened = null;
  }

  private decide(id: string, event: QuestionEvent): Promise<Question> {
    return this.change(id, (known) => {
      if (known === null)
        throw new LoopbookError("no-such-question", "There is no such question here (any more).");
      // What came after the deadline comes after the default.
      const now = decideQuestion(known, { type: "time", atMs: this.options.clock.now() });
      const decided = decideQuestion(now.ok ? now.question : known, event);
      if (decided.ok) return decided.question;
      throw new LoopbookError(decided.code, decided.message);
    });
  }

  private async change(
    id: string,
    decide: (known: Question | null) => Question,
    then?: (known: Question | null) => void,
  ): Promise<Question> {
    let before: Question | null = null;
    const work = this.store().change(id, (known) => {
      before = known;
      return decide(known);
    });
    this.pending.add(work);
    const question = await work.finally(() => this.pending.delete(work));
    then?.(before);
    if (question !== before) this.tell(question);
    return question;
  }

  private tell(question: Question): void {
    this.changes.emit(question);
    const { deadline } = question.asked;
    if (question.status === "open" && deadline !== undefined && question.asked.default !== undefined)
      this.arm(deadline * 1_000);
  }

  private arm(dueMs: number): void {
    const { clock } = this.options;
    if (this.isClosed || dueMs >= this.timerAtMs) return;
    this.cancelTimer?.();
    this.timerAtMs = dueMs;
    const delayMs = Math.min(LOOK_MS, Math.max(0, Math.ceil(dueMs - clock.now())));
    this.cancelTimer = clock.schedule(delayMs, () => this.lookForDue());
  }

  private lookForDue(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.timerAtMs = Number.POSITIVE_INFINITY;
    const work = this.takeDue()
      .catch((error: unknown) => {
        this.options.logger.error("A default could not be taken", { error: messageOf(error) });
        // Tried again by and by: the disk may be full for a while.
        this.arm(this.options.clock.now() + LOOK_MS);
      })
      .finally(() => this.pending.delete(work));
    this.pending.add(work);
  }

  private async takeDue(): Promise<void> {
    const store = this.store();
    const atMs = this.options.clock.now();
    const due = store.due(atMs);
    const time = { type: "time", atMs } as const;
    await Promise.all(
      due.map((id) =>
        this.change(id, (known) => {
          if (known === null) throw new LoopbookError("no-such-question", "It was removed meanwhile.");
          const decided = decideQuestion(known, time);
          return decided.ok ? decided.question : known;
        }),
      ),
    );
    if (this.isClosed) return;
    const next = store.nextDueMs();
    if (next !== null) this.arm(next);
  }

  private store(): QuestionStore {
    if (this.isClosed)
      throw new LoopbookError("closing", "Loopbook is being closed; nothing is kept any more.");
    this.opened ??= this.options.open();
    return this.opened;
  }
}
