/** The questions of an attached run: asked, answered by people, taken by the process. */
import type { Answer, Question, QuestionStatus, Questions } from "../../review/question.ts";
import type { AskedQuestion } from "../../telemetry/facts.ts";
import type { News } from "../../usecases/attached-run.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";

export interface RunAnswersOptions {
  readonly questions: Questions | undefined;
  readonly runId: RunId;
  readonly notebookId: NotebookId;
  readonly clock: Clock;
  /** There is another answer to give to the process, or one less. */
  readonly onNews: () => void;
  readonly onQuestion: (question: Question) => void;
  /** It is no question, or one too many: asked again it would be refused again. */
  readonly onRefused: (asked: AskedQuestion, error: LoopbookError) => void;
}

const FINAL: ReadonlySet<string> = new Set(["bad-question", "too-many-questions"]);

export class RunAnswers {
  private readonly given: RunAnswersOptions;
  /** By key; answered and not taken. */
  private readonly waiting = new Map<string, Answer>();
  private readonly stop: () => void;

  constructor(options: RunAnswersOptions) {
    this.given = options;
    this.stop =
      options.questions?.onChange((question) => {
        if (question.runId === options.runId) this.note(question);
      }) ?? (() => {});
  }

  /** What was answered while this program was not there. */
  async load(): Promise<void> {
    const { questions, runId } = this.given;
    const answered = await questions?.list({ runId, status: ["answered"], limit: 10_000 });
    for (const question of answered ?? []) this.note(question);
  }

  list(): News["answers"] {
    return [...this.waiting].map(([key, answer]) => ({ key, answer }));
  }

  async ask(asked: AskedQuestion, askedAtMs: number): Promise<void> {
    const { questions, runId, notebookId, onRefused } = this.given;
    if (questions === undefined) return;
    try {
      this.note(await questions.ask(runId, notebookId, asked, askedAtMs));
    } catch (error) {
      if (!(error instanceof LoopbookError && FINAL.has(error.code))) throw error;
      onRefused(asked, error);
      return;
    }
    // Of a process that did not live to see an answer: nobody is to answer both.
    for (const one of await this.earlier(asked.key, ["open"]))
      if (one.askedAtMs < askedAtMs) await questions.withdraw(one.id);
  }

  async taken(key: string, answerId: string, atMs: number): Promise<void> {
    const { questions } = this.given;
    if (questions === undefined) return;
    const own = await questions.get(this.idOf(key));
    // An answer that an earlier run was given, and that this one found by the key.
    const those = own === null ? await this.earlier(key, ["answered", "taken"]) : [own];
    for (const { id, answers } of those)
      if (own !== null || answers.some((one) => one.id === answerId))
        await questions.taken(id, answerId, atMs);
    if (this.waiting.delete(key)) this.given.onNews();
  }

  async withdraw(key: string): Promise<void> {
    const { questions } = this.given;
    if (await questions?.get(this.idOf(key))) await questions?.withdraw(this.idOf(key));
  }

  /** Of this run; else what was answered under this key in an earlier run of the notebook, the newest. */
  async find(key: string): Promise<Answer | null> {
    const own = await this.given.questions?.get(this.idOf(key));
    if (own) return own.answer;
    const answered = await this.earlier(key, ["answered", "taken"]);
    return answered.toSorted((a, b) => a.askedAtMs - b.askedAtMs).at(-1)?.answer ?? null;
  }

  private async earlier(key: string, status: readonly QuestionStatus[]): Promise<readonly Question[]> {
    const { questions, notebookId, runId } = this.given;
    const found = (await questions?.list({ notebookId, key, status })) ?? [];
    return found.filter((one) => one.runId !== runId);
  }

  close(): void {
    this.stop();
  }

  private idOf(key: string): string {
    return `${this.given.runId}/${key}`;
  }

  private note(question: Question): void {
    const { key } = question.asked;
    const { answer, takenAtMs, status } = question;
    const isWaiting = answer !== null && takenAtMs === null && status !== "withdrawn";
    const before = this.waiting.get(key);
    if (isWaiting) this.waiting.set(key, answer);
    else this.waiting.delete(key);
    this.given.onQuestion(question);
    if (before?.id !== this.waiting.get(key)?.id) this.given.onNews();
  }
}
