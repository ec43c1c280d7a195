/**
 * Keeps the cells of a run's questions: one for each question, one for all of a call of `ask_many` with how far it is
 * and the question to answer now, rewritten at most twice a second.
 */
import type { Question, Questions } from "../../review/question.ts";
import { type QuestionBundle, questionBundle } from "../../review/question-bundle.ts";
import type { Clock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { Logger } from "../../util/logger.ts";

const PERIOD_MS = 500;

export interface QuestionCellsOptions {
  readonly questions: Pick<Questions, "list" | "groups"> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Writes the cell of this name. */
  show(name: string, bundle: QuestionBundle): void;
}

export class QuestionCells {
  private readonly given: QuestionCellsOptions;
  /** Groups in which something changed, with the newest of their questions. */
  private readonly changed = new Map<string, Question>();
  private cancel: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(options: QuestionCellsOptions) {
    this.given = options;
  }

  take(question: Question): void {
    const { group, key } = question.asked;
    if (group === undefined) {
      this.given.show(key, questionBundle(question));
      return;
    }
    this.changed.set(group, question);
    this.cancel ??= this.given.clock.schedule(PERIOD_MS, () => {
      this.cancel = null;
      void this.settle();
    });
  }

  /** Writes how groups stand now. Never rejects. */
  async settle(): Promise<void> {
    const changed = [...this.changed];
    this.changed.clear();
    this.writing = this.writing.then(async () => {
      for (const [group, newest] of changed) await this.write(group, newest);
    });
    return this.writing;
  }

  async close(): Promise<void> {
    this.cancel?.();
    await this.settle();
  }

  private async write(group: string, newest: Question): Promise<void> {
    const { questions, logger, show } = this.given;
    const { runId } = newest;
    try {
      const [open = [], groups = []] = await Promise.all([
        questions?.list({ runId, group, status: ["open"], limit: 1 }),
        questions?.groups({ runId }),
      ]);
      show(
        group,
        questionBundle(
          open[0] ?? newest,
          groups.find((one) => one.group === group),
        ),
      );
    } catch (error) {
      logger.warn("The cell of a group of questions could not be written", { error: messageOf(error) });
    }
  }
}
