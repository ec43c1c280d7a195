/** The journal's records. What another version of the program wrote and we cannot read is passed over. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import type { HistoryAuthor } from "./author.ts";
import type { HistoryAct, HistoryEntry } from "./entry.ts";
import type { Version, VersionReason } from "./version.ts";

export interface KeptHistory {
  /** In the order of their numbers. */
  readonly entries: readonly HistoryEntry[];
  /** In the order of their numbers. */
  readonly versions: readonly Version[];
  /** The highest numbers ever given. */
  readonly lastSeq: number;
  readonly lastVersion: number;
}

export const entryRecord = (entry: HistoryEntry): JsonValue =>
  ({ type: "entry", ...entry }) as unknown as JsonValue;
export const versionRecord = (version: Version): JsonValue =>
  ({ type: "version", ...version }) as unknown as JsonValue;
/** Thinned; its content may be gone. */
export const droppedRecord = (id: number): JsonValue => ({ type: "dropped", id });

/** A record of a number that came before takes that one's place. */
export function readHistory(records: readonly JsonValue[]): KeptHistory {
  const entries = new Map<number, HistoryEntry>();
  const versions = new Map<number, Version>();
  let lastVersion = 0;
  for (const record of records) {
    if (!isJsonObject(record)) continue;
    const { type, ...fields } = record;
    if (type === "entry" && isEntry(fields)) entries.set(fields.seq, fields);
    else if (type === "version" && isVersion(fields)) versions.set(fields.id, fields);
    else if (type === "dropped" && typeof fields.id === "number") versions.delete(fields.id);
    if (type === "version" || type === "dropped") lastVersion = Math.max(lastVersion, Number(fields.id) || 0);
  }
  const ordered = [...entries.values()].sort((a, b) => a.seq - b.seq);
  return {
    entries: ordered,
    versions: [...versions.values()].sort((a, b) => a.id - b.id),
    lastSeq: ordered.at(-1)?.seq ?? 0,
    lastVersion,
  };
}

/** The records that say the same, and nothing twice. */
export function recordsOf({ entries, versions, lastVersion }: KeptHistory): JsonValue[] {
  const last = versions.at(-1)?.id ?? 0;
  return [
    ...entries.map(entryRecord),
    ...versions.map(versionRecord),
    // A number is not given again, also when its version is gone.
    ...(lastVersion > last ? [droppedRecord(lastVersion)] : []),
  ];
}

const ACTS: ReadonlySet<unknown> = new Set<HistoryAct>([
  "inserted",
  "deleted",
  "moved",
  "source",
  "parameters",
  "type",
  "metadata",
  "fields",
  "restored",
]);
const REASONS: ReadonlySet<unknown> = new Set<VersionReason>([
  "begin",
  "named",
  "before-run",
  "after-run",
  "before-merge",
  "before-restore",
  "time",
  "closed",
]);
const KINDS: ReadonlySet<unknown> = new Set<HistoryAuthor["kind"]>(["person", "pipeline", "file"]);

type Fields = JsonObject | Readonly<Record<string, unknown>>;

function isEntry(fields: Fields): fields is Fields & HistoryEntry {
  const { seq, fromMs, toMs, author, cellId, acts, count, text, added, removed, isShared, keys, deleted } =
    fields;
  return (
    [seq, fromMs, toMs, count, added, removed].every(isNumber) &&
    isAuthor(author) &&
    isTextOrNull(cellId) &&
    Array.isArray(acts) &&
    acts.every((act) => ACTS.has(act)) &&
    (text === null || (Array.isArray(text) && text.every(isChange))) &&
    typeof isShared === "boolean" &&
    Array.isArray(keys) &&
    keys.every((key) => typeof key === "string") &&
    (deleted === null || isDeleted(deleted))
  );
}

function isVersion(fields: Fields): fields is Fields & Version {
  const { id, atMs, author, reason, note, name, cells, manifest } = fields;
  return (
    [id, atMs, cells].every(isNumber) &&
    isAuthor(author) &&
    REASONS.has(reason) &&
    isTextOrNull(note) &&
    isTextOrNull(name) &&
    typeof manifest === "string"
  );
}

function isAuthor(value: unknown): value is HistoryAuthor {
  if (!isRecord(value)) return false;
  const { kind, who, using, displayName } = value;
  return KINDS.has(kind) && [who, using, displayName].every((part) => typeof part === "string");
}

function isChange(value: unknown): boolean {
  return (
    isRecord(value) &&
    isNumber(value.at) &&
    typeof value.removed === "string" &&
    typeof value.added === "string"
  );
}

function isDeleted(value: unknown): boolean {
  return (
    isRecord(value) &&
    isTextOrNull(value.after) &&
    isRecord(value.cell) &&
    typeof value.cell.source === "string" &&
    isRecord(value.cell.metadata)
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string";
