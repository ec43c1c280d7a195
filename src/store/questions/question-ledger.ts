/**
 * `QuestionStore` in one SQLite file that all of a user's processes share. What was asked is a column that is written
 * once; what becomes of it another, so that an answer costs no more where the item is big.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { GroupProgress, Question, QuestionFilter } from "../../review/question.ts";
import type { QuestionStore } from "../../review/question-store.ts";
import { NotebookId, RunId } from "../../util/ids.ts";
import { GroupCommit } from "../sqlite/group-commit.ts";
import { openDatabase } from "../sqlite/open-database.ts";

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE questions (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL,
    notebook_id TEXT,
    group_name TEXT,
    asked_at_ms INTEGER NOT NULL,
    asked TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Answers, and what the pipeline took.
    state TEXT NOT NULL,
    -- When the default is to be taken; null once there is an answer.
    due_ms INTEGER
  ) STRICT;
  CREATE INDEX questions_by_run ON questions (run_id, group_name, status);
  CREATE INDEX questions_by_notebook ON questions (notebook_id, status);
  CREATE INDEX questions_due ON questions (due_ms) WHERE due_ms IS NOT NULL;
  `,
  // What an earlier run of the notebook was answered under the same key.
  `CREATE INDEX questions_by_key ON questions (notebook_id, substr(id, instr(id, '/') + 1));`,
];

export interface QuestionLedgerOptions {
  /** When the default of a question is due; null: never. The rule is the core's. */
  readonly dueMs: (question: Question) => number | null;
  /** Beyond so many, the oldest that are settled are removed when a new one is asked. Default 500,000. */
  readonly keep?: number;
}

const LIST_LIMIT = 1_000;
const DUE_LIMIT = 1_000;
/** How often it is looked whether old ones are to be removed: at every so many new ones. */
const PRUNE_EVERY = 1_000;

/** @throws LoopbookError `state-unreadable`, `state-too-new`. */
export function openQuestionLedger(path: string, options: QuestionLedgerOptions): QuestionStore {
  return new QuestionLedger(openDatabase(path, MIGRATIONS), options);
}

type Row = Record<string, unknown>;

class QuestionLedger implements QuestionStore {
  private readonly database: DatabaseSync;
  private readonly commits: GroupCommit;
  private readonly options: QuestionLedgerOptions;
  private readonly statements = new Map<string, StatementSync>();
  private asked = 0;

  constructor(database: DatabaseSync, options: QuestionLedgerOptions) {
    this.database = database;
    this.commits = new GroupCommit(database);
    this.options = options;
  }

  async change(id: string, decide: (question: Question | null) => Question): Promise<Question> {
    let result: Question | null = null;
    let refusal: { readonly error: unknown } | null = null;
    await this.commits.run(() => {
      refusal = null;
      const known = this.find(id);
      // A refusal is this one's alone: thrown here, it would roll back what others wrote in the same transaction.
      try {
        result = decide(known);
      } catch (error) {
        refusal = { error };
        return;
      }
      if (result !== known) this.write(result, known);
    });
    const refused = refusal as { readonly error: unknown } | null;
    if (refused !== null) throw refused.error;
    return result as unknown as Question;
  }

  get(id: string): Question | null {
    this.commits.flush();
    return this.find(id);
  }

  list(filter: QuestionFilter): readonly Question[] {
    this.commits.flush();
    const where: string[] = [];
    const values: (string | number)[] = [];
    const add = (text: string, ...more: (string | number)[]): void => {
      where.push(text);
      values.push(...more);
    };
    if (filter.runId !== undefined) add("run_id = ?", filter.runId);
    if (filter.notebookId !== undefined) add("notebook_id = ?", filter.notebookId);
    if (filter.group !== undefined) add("group_name = ?", filter.group);
    if (filter.key !== undefined) add("substr(id, instr(id, '/') + 1) = ?", filter.key);
    if (filter.status !== undefined)
      add(`status IN (${filter.status.map(() => "?").join(", ")})`, ...filter.status);
    if (filter.after !== undefined)
      add("ordinal > coalesce((SELECT ordinal FROM questions WHERE id = ?), 0)", filter.after);
    const rule = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
    return this.sql(`SELECT * FROM questions ${rule} ORDER BY ordinal LIMIT ?`)
      .all(...values, filter.limit ?? LIST_LIMIT)
      .map(questionOf);
  }

  groups({ runId, notebookId }: Pick<QuestionFilter, "runId" | "notebookId">): readonly GroupProgress[] {
    this.commits.flush();
    return this.sql(
      `SELECT run_id, group_name, sum(status <> 'withdrawn') AS total, sum(status = 'open') AS open,
         sum(status IN ('answered', 'taken')) AS answered, sum(status = 'taken') AS taken
       FROM questions
       WHERE group_name IS NOT NULL AND (?1 IS NULL OR run_id = ?1) AND (?2 IS NULL OR notebook_id = ?2)
       GROUP BY run_id, group_name ORDER BY min(ordinal)`,
    )
      .all(runId ?? null, notebookId ?? null)
      .map((row) => ({
        runId: RunId.of(String(row.run_id)),
        group: String(row.group_name),
        total: Number(row.total),
        open: Number(row.open),
        answered: Number(row.answered),
        taken: Number(row.taken),
      }));
  }

  count({ runId }: Pick<QuestionFilter, "runId">): number {
    this.commits.flush();
    const row = this.sql("SELECT count(*) AS n FROM questions WHERE ?1 IS NULL OR run_id = ?1").get(
      runId ?? null,
    );
    return Number(row?.n);
  }

  due(atMs: number): readonly string[] {
    this.commits.flush();
    return this.sql("SELECT id FROM questions WHERE due_ms <= ? ORDER BY due_ms LIMIT ?")
      .all(atMs, DUE_LIMIT)
      .map(({ id }) => String(id));
  }

  nextDueMs(): number | null {
    this.commits.flush();
    const row = this.sql("SELECT min(due_ms) AS due FROM questions WHERE due_ms IS NOT NULL").get();
    return row?.due === null || row?.due === undefined ? null : Number(row.due);
  }

  close(): void {
    this.commits.flush();
    this.database.close();
  }

  private write(question: Question, known: Question | null): void {
    const { id, runId, notebookId, asked, askedAtMs, status, ...state } = question;
    const text = JSON.stringify({
      answer: state.answer?.id ?? null,
      answers: state.answers,
      takenAtMs: state.takenAtMs,
      takenAnswerId: state.takenAnswerId,
    });
    const due = this.options.dueMs(question);
    const dueMs = due === null ? null : Math.ceil(due);
    if (known === null) {
      this.sql(
        `INSERT INTO questions (id, run_id, notebook_id, group_name, asked_at_ms, asked, status, state, due_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...([id, runId, notebookId, asked.group ?? null, Math.round(askedAtMs)] as const),
        ...([JSON.stringify(asked), status, text, dueMs] as const),
      );
      if (++this.asked % PRUNE_EVERY === 0) this.prune();
      return;
    }
    this.sql("UPDATE questions SET status = ?, state = ?, due_ms = ? WHERE id = ?").run(
      status,
      text,
      dueMs,
      id,
    );
    if (known.askedAtMs !== askedAtMs)
      this.sql("UPDATE questions SET asked = ?, asked_at_ms = ? WHERE id = ?").run(
        JSON.stringify(asked),
        Math.round(askedAtMs),
        id,
      );
  }

  private prune(): void {
    this.sql(
      `DELETE FROM questions WHERE status IN ('taken', 'withdrawn')
         AND ordinal <= (SELECT max(ordinal) FROM questions) - ?`,
    ).run(this.options.keep ?? 500_000);
  }

  private find(id: string): Question | null {
    const row = this.sql("SELECT * FROM questions WHERE id = ?").get(id);
    return row === undefined ? null : questionOf(row);
  }

  private sql(text: string): StatementSync {
    const known = this.statements.get(text);
    if (known !== undefined) return known;
    const prepared = this.database.prepare(text);
    this.statements.set(text, prepared);
    return prepared;
  }
}

function questionOf(row: Row): Question {
  const state = JSON.parse(String(row.state)) as Pick<Question, "answers" | "takenAtMs" | "takenAnswerId"> & {
    readonly answer: string | null;
  };
  return {
    id: String(row.id),
    runId: RunId.of(String(row.run_id)),
    notebookId: row.notebook_id === null ? null : NotebookId.of(String(row.notebook_id)),
    asked: JSON.parse(String(row.asked)) as Question["asked"],
    askedAtMs: Number(row.asked_at_ms),
    status: row.status as Question["status"],
    answer: state.answers.find(({ id }) => id === state.answer) ?? null,
    answers: state.answers,
    takenAtMs: state.takenAtMs,
    takenAnswerId: state.takenAnswerId,
  };
}
