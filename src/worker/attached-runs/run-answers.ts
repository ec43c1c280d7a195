/** The questions of an attached run: asked, answered by people, taken by the process. */
import type { Answer, Question, Questions } from "../../review/question.ts";
import type { AskedQuestion } from "../../telemetry/facts.ts";
import type { News } from "../../usecases/attached-run.ts";
import type { Clock } from "../../util/clock.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";

export interface RunAnswersOptions {
  readonly questions: Questions | undefined;
  readonly runId: RunId;
  readonly notebookId: NotebookId;
  readonly clock: Clock;
  /** There is another answer to give to the process, or one less. */
  readonly onNews: () => void;
  readonly onQuestion: (question: Question) => void;
}

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
    for (const question of (await questions?.list({ runId, limit: 10_000 })) ?? []) this.note(question);
  }

  list(): News["answers"] {
    return [...this.waiting].map(([key, answer]) => ({ key, answer }));
  }

  async ask(asked: AskedQuestion, askedAtMs: number): Promise<void> {
    const { questions, runId, notebookId } = this.given;
    const question = await questions?.ask(runId, notebookId, asked, askedAtMs);
    if (question) this.note(question);
  }

  async taken(key: string, answerId: string, atMs: number): Promise<void> {
    await this.given.questions?.taken(this.idOf(key), answerId, atMs);
    if (this.waiting.delete(key)) this.given.onNews();
  }

  async withdraw(key: string): Promise<void> {
    await this.given.questions?.withdraw(this.idOf(key));
  }

  /** Of this run; else what was answered under this key in an earlier run of the notebook, the newest. */
  async find(key: string): Promise<Answer | null> {
    const { questions, notebookId } = this.given;
    const own = await questions?.get(this.idOf(key));
    if (own) return own.answer;
    const others = (await questions?.list({ notebookId, limit: 10_000 })) ?? [];
    const answered = others.filter(({ asked, answer }) => asked.key === key && answer !== null);
    return answered.sort((a, b) => a.askedAtMs - b.askedAtMs).at(-1)?.answer ?? null;
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
