/**
 * The ledger of runs in one SQLite file that all of a user's processes share. What `append` and `create` resolve for
 * is on the disk. Nothing written per step grows with the run.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { RunEventRecord, RunRecord, RunSnapshot, StepRecord } from "../../runs/run.ts";
import type { RunFilter, RunStore } from "../../runs/run-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";
import { abandonedSnapshot, abandonedStep } from "../abandoned.ts";
import { median } from "../median.ts";
import { isRunning, ownIdentity, type ProcessIdentity } from "../process-identity.ts";
import { GroupCommit } from "./group-commit.ts";
import { openDatabase } from "./open-database.ts";
import { RUN_MIGRATIONS } from "./run-migrations.ts";
import { eventOf, factsText, type Row, recordOf, snapshotOf, snapshotText, stepOf } from "./run-rows.ts";

export interface RunLedgerOptions {
  /** The process that the runs of this store live in. Default: this one. */
  readonly owner?: ProcessIdentity;
  /** Older ended runs are removed when a new one begins. Default 10,000. */
  readonly keepRuns?: number;
}

const RECENT_EVENTS = 100;
const LIST_LIMIT = 100;
const RUNS_FOR_DURATIONS = 5;

/** @throws LoopbookError `state-unreadable`, `state-too-new`. */
export function openRunLedger(path: string, options: RunLedgerOptions = {}): RunStore {
  return new RunLedger(openDatabase(path, RUN_MIGRATIONS), options);
}

class RunLedger implements RunStore {
  private readonly database: DatabaseSync;
  private readonly commits: GroupCommit;
  private readonly owner: ProcessIdentity;
  private readonly keepRuns: number;
  private readonly statements = new Map<string, StatementSync>();
  private isClosed = false;

  constructor(database: DatabaseSync, options: RunLedgerOptions) {
    this.database = database;
    this.commits = new GroupCommit(database);
    this.owner = options.owner ?? ownIdentity();
    this.keepRuns = options.keepRuns ?? 10_000;
  }

  create(record: RunRecord): Promise<void> {
    return this.commits.run(() => {
      const { snapshot } = record;
      this.sql(
        `INSERT INTO runs (id, input_path, started_at_ms, ended_at_ms, status, snapshot, facts, kernel, packages,
           record_path, owner_pid, owner_start)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        snapshot.id,
        snapshot.inputPath,
        snapshot.startedAtMs,
        snapshot.endedAtMs,
        snapshot.status,
        snapshotText(snapshot),
        factsText(record),
        record.kernel && JSON.stringify(record.kernel),
        record.packages && JSON.stringify(record.packages),
        record.recordPath,
        this.owner.pid,
        this.owner.start,
      );
      this.writeRows(snapshot.id, record.events, record.steps);
      this.prune();
    });
  }

  append(id: RunId, change: Parameters<RunStore["append"]>[1]): Promise<void> {
    const { snapshot, events, steps, relaxed, attached } = change;
    // The texts are made now: the caller may go on with what it gave.
    const text = snapshotText(snapshot);
    const untouched = snapshot.endedAtMs === null ? null : JSON.stringify(snapshot.steps);
    const state = attached === undefined ? null : JSON.stringify(attached);
    return this.commits.run(() => {
      const { changes } = this.sql(
        `UPDATE runs SET snapshot = ?, status = ?, ended_at_ms = ?, untouched = coalesce(?, untouched),
           attached = coalesce(?, attached) WHERE id = ?`,
      ).run(text, snapshot.status, snapshot.endedAtMs, untouched, state, id);
      if (changes === 0) throw new LoopbookError("no-such-run", `The ledger has no run ${id}.`);
      this.writeRows(id, events, steps);
    }, relaxed === true);
  }

  async attached(id: RunId): Promise<JsonValue | null> {
    this.commits.flush();
    const kept = this.sql("SELECT attached FROM runs WHERE id = ?").get(id)?.attached;
    return typeof kept === "string" ? JSON.parse(kept) : null;
  }

  describe(id: RunId, facts: Parameters<RunStore["describe"]>[1]): Promise<void> {
    return this.commits.run(() => {
      this.sql(
        `UPDATE runs SET kernel = coalesce(?, kernel), packages = coalesce(?, packages),
           record_path = coalesce(?, record_path) WHERE id = ?`,
      ).run(
        facts.kernel ? JSON.stringify(facts.kernel) : null,
        facts.packages ? JSON.stringify(facts.packages) : null,
        facts.recordPath ?? null,
        id,
      );
    });
  }

  async get(id: string): Promise<RunRecord | null> {
    this.commits.flush();
    const row = this.find(id);
    if (row === null) return null;
    const runId = String(row.id);
    const steps = this.sql(
      `SELECT steps.*, sources.text FROM steps LEFT JOIN sources ON sources.hash = steps.source_hash
       WHERE run_id = ? ORDER BY ordinal`,
    )
      .all(runId)
      .map(stepOf);
    const events = this.sql("SELECT * FROM events WHERE run_id = ? ORDER BY seq").all(runId).map(eventOf);
    const statuses = JSON.parse(String(row.untouched));
    const snapshot: RunSnapshot = {
      ...snapshotOf(row),
      steps: { ...statuses, ...Object.fromEntries(steps.map(({ cellId, status }) => [cellId, status])) },
      recentEvents: events.slice(-RECENT_EVENTS),
    };
    if (!this.isAbandoned(row)) return recordOf(row, snapshot, steps, events);
    return recordOf(row, abandonedSnapshot(snapshot, this.lastSeen(row)), steps.map(abandonedStep), events);
  }

  async list(filter: RunFilter = {}): Promise<readonly RunSnapshot[]> {
    this.commits.flush();
    const limit = filter.limit ?? LIST_LIMIT;
    const found: RunSnapshot[] = [];
    const rows = this.sql(
      `SELECT * FROM runs WHERE ? IS NULL OR input_path = ? ORDER BY started_at_ms DESC, rowid DESC`,
    ).iterate(filter.inputPath ?? null, filter.inputPath ?? null);
    for (const row of rows) {
      if (found.length >= limit) break;
      const snapshot = snapshotOf(row);
      const shown = this.isAbandoned(row) ? abandonedSnapshot(snapshot, this.lastSeen(row)) : snapshot;
      if (filter.status === undefined || filter.status.includes(shown.status)) found.push(shown);
    }
    return found;
  }

  async typicalDurations(inputPath: string): Promise<ReadonlyMap<string, number>> {
    const rows = this.sql(
      `SELECT cell_id, ended_at_ms - started_at_ms AS took FROM steps
       WHERE status IN ('completed', 'failed-allowed') AND run_id IN (
         SELECT id FROM runs WHERE input_path = ? AND status = 'completed' ORDER BY started_at_ms DESC LIMIT ?)`,
    ).all(inputPath, RUNS_FOR_DURATIONS);
    const took = new Map<string, number[]>();
    for (const row of rows) {
      const id = String(row.cell_id);
      const known = took.get(id);
      if (known) known.push(Number(row.took));
      else took.set(id, [Number(row.took)]);
    }
    return new Map([...took].map(([id, values]) => [id, median(values)]));
  }

  async takeOver(id: RunId): Promise<boolean> {
    let isTaken = false;
    await this.commits.run(() => {
      const row = this.find(id);
      if (row === null || !this.isAbandoned(row)) return;
      // Of two that saw it abandoned, one changes the row that both saw.
      const { changes } = this.sql(
        `UPDATE runs SET owner_pid = ?, owner_start = ?
         WHERE id = ? AND owner_pid = ? AND owner_start = ? AND ended_at_ms IS NULL`,
      ).run(this.owner.pid, this.owner.start, id, Number(row.owner_pid), String(row.owner_start));
      isTaken = Number(changes) === 1;
    });
    return isTaken;
  }

  moved(from: string, to: string, notebookId?: NotebookId): Promise<void> {
    return this.commits.run(() => {
      const named = `%${JSON.stringify(from).replace(/[\\%_]/g, "\\$&")}%`;
      const rows = this.sql(
        "SELECT id, input_path, record_path, snapshot FROM runs WHERE input_path = ? OR record_path = ? OR snapshot LIKE ? ESCAPE '\\'",
      ).all(from, from, named);
      for (const row of rows) {
        const snapshot = JSON.parse(String(row.snapshot)) as RunSnapshot;
        if (notebookId !== undefined && snapshot.notebookId !== notebookId) continue;
        const at = <T>(path: T): T | string => (path === from ? to : path);
        const moved = { ...snapshot, inputPath: at(snapshot.inputPath), outputPath: at(snapshot.outputPath) };
        this.sql("UPDATE runs SET input_path = ?, record_path = ?, snapshot = ? WHERE id = ?").run(
          at(row.input_path ?? null),
          at(row.record_path ?? null),
          JSON.stringify(moved),
          row.id ?? null,
        );
      }
    });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.commits.flush();
    this.database.close();
  }

  private writeRows(id: RunId, events: readonly RunEventRecord[], steps: readonly StepRecord[]): void {
    for (const step of steps) {
      this.sql("INSERT OR IGNORE INTO sources (hash, text) VALUES (?, ?)").run(step.sourceHash, step.source);
      this.sql(
        `INSERT OR REPLACE INTO steps (run_id, ordinal, cell_id, status, source_hash, started_at_ms, ended_at_ms,
           execution_count, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        id,
        step.ordinal,
        step.cellId,
        step.status,
        step.sourceHash,
        step.startedAtMs,
        step.endedAtMs,
        step.executionCount,
        step.error,
      );
    }
    for (const event of events) {
      // An event written twice (a retry) is one event.
      this.sql(
        `INSERT OR IGNORE INTO events (run_id, seq, at_ms, type, cell_id, text, by_party, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        id,
        event.seq,
        event.atMs,
        event.type,
        event.cellId,
        event.text,
        JSON.stringify(event.by),
        JSON.stringify(event.detail),
      );
    }
  }

  private find(id: string): Row | null {
    const exact = this.sql("SELECT * FROM runs WHERE id = ?").get(id);
    if (exact !== undefined) return exact;
    if (id === "") return null;
    // People type the beginning, with or without the `run_`.
    const starts = [id, `run_${id}`].map((text) => `${text.replace(/[\\%_]/g, "\\$&")}%`);
    const rows = this.sql(
      "SELECT * FROM runs WHERE id LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\' LIMIT 2",
    ).all(...starts);
    return rows.length === 1 ? (rows[0] ?? null) : null;
  }

  private isAbandoned(row: Row): boolean {
    if (row.ended_at_ms !== null) return false;
    return !isRunning({ pid: Number(row.owner_pid), start: String(row.owner_start) });
  }

  private lastSeen(row: Row): number {
    const seen = this.sql(
      `SELECT max(at) AS at FROM (
         SELECT max(at_ms) AS at FROM events WHERE run_id = ?
         UNION ALL SELECT max(coalesce(ended_at_ms, started_at_ms)) FROM steps WHERE run_id = ?)`,
    ).get(String(row.id), String(row.id));
    return Number(seen?.at ?? row.started_at_ms);
  }

  private prune(): void {
    const { changes } = this.sql(
      `DELETE FROM runs WHERE ended_at_ms IS NOT NULL AND started_at_ms < (
         SELECT started_at_ms FROM runs ORDER BY started_at_ms DESC LIMIT 1 OFFSET ?)`,
    ).run(this.keepRuns - 1);
    if (changes === 0) return;
    this.database.exec("DELETE FROM sources WHERE hash NOT IN (SELECT source_hash FROM steps)");
  }

  private sql(text: string): StatementSync {
    let statement = this.statements.get(text);
    if (statement === undefined) {
      statement = this.database.prepare(text);
      this.statements.set(text, statement);
    }
    return statement;
  }
}
