/** Where questions are kept (port). Implementations are in `store/questions`. */
import type { GroupProgress, Question, QuestionFilter } from "./question.ts";

export interface QuestionStore {
  /**
   * Changes one question, or begins it: `decide` gets it as it stands and returns it as it is to be (the same object:
   * nothing changes). All of it is one transaction: of two processes that decide at once, the second sees what the
   * first wrote. `decide` may be called again, and must not act otherwise. Settles when it is durable.
   */
  change(id: string, decide: (question: Question | null) => Question): Promise<Question>;
  get(id: string): Question | null;
  list(filter: QuestionFilter): readonly Question[];
  groups(filter: Pick<QuestionFilter, "runId" | "notebookId">): readonly GroupProgress[];
  count(filter: Pick<QuestionFilter, "runId">): number;
  /** Open questions whose default is to be taken by then, the first due first; at most 1,000. */
  due(atMs: number): readonly string[];
  /** When the next default is due; null: none is. */
  nextDueMs(): number | null;
  close(): void;
}
