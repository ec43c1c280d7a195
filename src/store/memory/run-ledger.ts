/** The ledger of runs in memory: for tests, and for runs that shall leave nothing behind. */
import type { RunRecord, RunSnapshot } from "../../runs/run.ts";
import type { RunFilter, RunStore } from "../../runs/run-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { NotebookId, RunId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";
import { median } from "../median.ts";

const RECENT_EVENTS = 100;
const LIST_LIMIT = 100;
const RUNS_FOR_DURATIONS = 5;

export class MemoryRunLedger implements RunStore {
  private readonly records = new Map<string, RunRecord>();
  private readonly states = new Map<string, JsonValue>();
  private readonly keepRuns: number;

  constructor(options: { readonly keepRuns?: number } = {}) {
    this.keepRuns = options.keepRuns ?? 10_000;
  }

  async create(record: RunRecord): Promise<void> {
    if (this.records.has(record.snapshot.id))
      throw new Error(`There is a run ${record.snapshot.id} already.`);
    this.records.set(record.snapshot.id, structuredClone(record));
    const newest = this.newestFirst().slice(this.keepRuns);
    for (const { snapshot } of newest) if (snapshot.endedAtMs !== null) this.records.delete(snapshot.id);
  }

  async append(id: RunId, change: Parameters<RunStore["append"]>[1]): Promise<void> {
    const record = this.record(id);
    const { snapshot, events, steps, attached } = structuredClone(change);
    if (attached !== undefined) this.states.set(id, attached);
    const byOrdinal = new Map([...record.steps, ...steps].map((step) => [step.ordinal, step]));
    const bySeq = new Map([...events, ...record.events].map((event) => [event.seq, event]));
    this.records.set(id, {
      ...record,
      snapshot,
      steps: [...byOrdinal.values()].sort((a, b) => a.ordinal - b.ordinal),
      events: [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    });
  }

  async attached(id: RunId): Promise<JsonValue | null> {
    return this.states.get(id) ?? null;
  }

  async describe(id: RunId, facts: Parameters<RunStore["describe"]>[1]): Promise<void> {
    const record = this.record(id);
    this.records.set(id, {
      ...record,
      kernel: facts.kernel ?? record.kernel,
      packages: facts.packages ?? record.packages,
      recordPath: facts.recordPath ?? record.recordPath,
    });
  }

  async get(id: string): Promise<RunRecord | null> {
    const record = this.records.get(id) ?? this.byBeginning(id);
    if (record === null) return null;
    const statuses = Object.fromEntries(record.steps.map(({ cellId, status }) => [cellId, status]));
    const steps = record.snapshot.endedAtMs === null ? statuses : { ...record.snapshot.steps, ...statuses };
    const recentEvents = record.events.slice(-RECENT_EVENTS);
    return structuredClone({ ...record, snapshot: { ...record.snapshot, steps, recentEvents } });
  }

  async list(filter: RunFilter = {}): Promise<readonly RunSnapshot[]> {
    return this.newestFirst()
      .map(({ snapshot }) => ({ ...snapshot, steps: {}, recentEvents: [] }))
      .filter(({ inputPath }) => filter.inputPath === undefined || inputPath === filter.inputPath)
      .filter(({ status }) => filter.status?.includes(status) ?? true)
      .slice(0, filter.limit ?? LIST_LIMIT);
  }

  async typicalDurations(inputPath: string): Promise<ReadonlyMap<string, number>> {
    const took = new Map<string, number[]>();
    const runs = this.newestFirst().filter(
      ({ snapshot }) => snapshot.inputPath === inputPath && snapshot.status === "completed",
    );
    for (const { steps } of runs.slice(0, RUNS_FOR_DURATIONS)) {
      for (const { cellId, status, startedAtMs, endedAtMs } of steps) {
        if (
          (status !== "completed" && status !== "failed-allowed") ||
          startedAtMs === null ||
          endedAtMs === null
        )
          continue;
        took.set(cellId, [...(took.get(cellId) ?? []), endedAtMs - startedAtMs]);
      }
    }
    return new Map([...took].map(([id, values]) => [id, median(values)]));
  }

  async moved(from: string, to: string, notebookId?: NotebookId): Promise<void> {
    const at = <T>(path: T): T | string => (path === from ? to : path);
    for (const [id, record] of this.records) {
      const { snapshot } = record;
      if (notebookId !== undefined && snapshot.notebookId !== notebookId) continue;
      const { inputPath, outputPath } = snapshot;
      this.records.set(id, {
        ...record,
        recordPath: at(record.recordPath),
        snapshot: { ...snapshot, inputPath: at(inputPath), outputPath: at(outputPath) },
      });
    }
  }

  async close(): Promise<void> {}

  private record(id: string): RunRecord {
    const record = this.records.get(id);
    if (record === undefined) throw new LoopbookError("no-such-run", `The ledger has no run ${id}.`);
    return record;
  }

  private byBeginning(id: string): RunRecord | null {
    if (id === "") return null;
    const found = [...this.records.values()].filter(
      ({ snapshot }) => snapshot.id.startsWith(id) || snapshot.id.startsWith(`run_${id}`),
    );
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  private newestFirst(): RunRecord[] {
    return [...this.records.values()]
      .reverse()
      .sort((a, b) => b.snapshot.startedAtMs - a.snapshot.startedAtMs);
  }
}
