/** Rows of the ledger to and from what the program speaks of. */
import type { Party } from "../../people/party.ts";
import type { RunEventRecord, RunRecord, RunSnapshot, StepRecord, StepStatus } from "../../runs/run.ts";
import { CellId } from "../../util/ids.ts";

export type Row = Record<string, unknown>;

/** What a record holds beside the snapshot and its tables. */
type Facts = Pick<RunRecord, "options" | "startedBy" | "host" | "loopbookVersion">;

/** What has tables of its own. */
const IN_TABLES: ReadonlySet<string> = new Set<keyof RunSnapshot>(["steps", "recentEvents"]);

/** Steps are not even read: there may be thousands, made when they are asked for. */
export function snapshotText(snapshot: RunSnapshot): string {
  const names = Object.keys(snapshot) as (keyof RunSnapshot)[];
  return JSON.stringify(
    Object.fromEntries(names.filter((name) => !IN_TABLES.has(name)).map((name) => [name, snapshot[name]])),
  );
}

export function factsText({ options, startedBy, host, loopbookVersion }: RunRecord): string {
  return JSON.stringify({ options, startedBy, host, loopbookVersion } satisfies Facts);
}

/** Without steps and events. */
export function snapshotOf(row: Row): RunSnapshot {
  return { ...JSON.parse(String(row.snapshot)), steps: {}, recentEvents: [] };
}

export function recordOf(
  row: Row,
  snapshot: RunSnapshot,
  steps: readonly StepRecord[],
  events: readonly RunEventRecord[],
): RunRecord {
  const facts: Facts = JSON.parse(String(row.facts));
  return {
    snapshot,
    ...facts,
    steps,
    events,
    kernel: row.kernel === null ? null : JSON.parse(String(row.kernel)),
    packages: row.packages === null ? null : JSON.parse(String(row.packages)),
    recordPath: textOrNull(row.record_path),
  };
}

export function stepOf(row: Row): StepRecord {
  return {
    ordinal: Number(row.ordinal),
    cellId: CellId.of(String(row.cell_id)),
    status: String(row.status) as StepStatus,
    source: String(row.text ?? ""),
    sourceHash: String(row.source_hash),
    startedAtMs: numberOrNull(row.started_at_ms),
    endedAtMs: numberOrNull(row.ended_at_ms),
    executionCount: numberOrNull(row.execution_count),
    error: textOrNull(row.error),
  };
}

export function eventOf(row: Row): RunEventRecord {
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    by: JSON.parse(String(row.by_party)) as Party,
    type: String(row.type),
    cellId: row.cell_id === null ? null : CellId.of(String(row.cell_id)),
    text: String(row.text),
    detail: JSON.parse(String(row.detail)),
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
