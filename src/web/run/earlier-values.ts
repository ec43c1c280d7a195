/** What a notebook's parameters were before: who changed what when, and whether the run took it. Pure. */
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import type { Party, RunEvent, RunSnapshot } from "../session/types.ts";

export interface EarlierValue {
  readonly key: string;
  readonly name: string;
  readonly value: JsonValue;
  readonly by: Party;
  readonly atMs: number;
  readonly reason: string | null;
  readonly outcome:
    | { readonly type: "taken" | "waiting" | "discarded" }
    | { readonly type: "refused"; readonly why: string }
    /** The run began with it. */
    | { readonly type: "run" };
}

/** Newest first. @param runs newest first, as the ledger lists them. */
export function earlierValues(
  runs: readonly RunSnapshot[],
  names: ReadonlySet<string>,
): readonly EarlierValue[] {
  const found = runs.flatMap((run, index): EarlierValue[] => {
    const changes = run.recentEvents
      .filter(({ type }) => type === "parameters-changed")
      .flatMap((event) => changesOf(run, event));
    return [...changes, ...beganWith(run, runs[index + 1], changes)];
  });
  return found.filter(({ name }) => names.has(name)).sort((a, b) => b.atMs - a.atMs);
}

function changesOf(run: RunSnapshot, event: RunEvent): EarlierValue[] {
  const { to: values, reason, changeId } = event.detail;
  if (typeof values !== "object" || values === null || Array.isArray(values)) return [];
  const settled = run.recentEvents.find(
    ({ type, detail }) =>
      type !== "parameters-changed" && detail.changeId === changeId && changeId !== undefined,
  );
  return Object.entries(values).map(([name, value]) => ({
    key: `${run.id} ${event.seq} ${name}`,
    ...{ name, value, by: event.by, atMs: event.atMs },
    reason: typeof reason === "string" && reason !== "" ? reason : null,
    outcome: outcomeOf(settled),
  }));
}

function outcomeOf(settled: RunEvent | undefined): EarlierValue["outcome"] {
  if (settled?.type === "parameters-applied") return { type: "taken" };
  if (settled?.type === "change-discarded") return { type: "discarded" };
  if (settled?.type === "parameters-failed")
    return { type: "refused", why: String(settled.detail.error ?? "the kernel refused it") };
  return { type: "waiting" };
}

/** Where a run differs from the one before it, and nobody changed it meanwhile. */
function beganWith(
  run: RunSnapshot,
  before: RunSnapshot | undefined,
  changes: readonly EarlierValue[],
): EarlierValue[] {
  const started = run.recentEvents.find(({ type }) => type === "started");
  const by = started?.by ?? { kind: "pipeline", who: run.id, using: run.name, displayName: run.name };
  return Object.entries(run.values)
    .filter(([name, value]) => before !== undefined && !jsonEqual(value, before.values[name]))
    .filter(([name]) => !changes.some((change) => change.name === name))
    .map(([name, value]) => ({
      key: `${run.id} began ${name}`,
      ...{ name, value, by, atMs: run.startedAtMs, reason: null },
      outcome: { type: "run" as const },
    }));
}
