/** Records of a notebook, of whatever kind, as events of its timeline. Pure. */
import type { TimelineEvent, TimelineKind } from "../../api/timeline.ts";
import type { CommentThread, KernelAct } from "../../document/comments/comment.ts";
import type { HistoryAuthor } from "../../document/history/author.ts";
import type { HistoryEntry } from "../../document/history/entry.ts";
import type { Version } from "../../document/history/version.ts";
import type { Party } from "../../people/party.ts";
import type { RunEventRecord, RunRecord, StepRecord } from "../../runs/run.ts";

const MAX_TEXT = 300;
const BASE = {
  reason: null,
  cellId: null,
  runId: null,
  ordinal: null,
  version: null,
  tone: "plain",
} as const;

const RUN_KINDS: Readonly<Record<string, TimelineKind>> = {
  "parameters-changed": "parameters",
  "parameters-applied": "parameters",
  "parameters-failed": "parameters",
  "change-discarded": "parameters",
  held: "hold",
  approved: "hold",
  refused: "hold",
  answered: "hold",
  "kernel-started": "kernel",
};
const RUN_TONES: Readonly<Record<string, TimelineEvent["tone"]>> = {
  held: "hold",
  failed: "bad",
  died: "bad",
  "timed-out": "bad",
  "parameters-failed": "bad",
  "parameters-applied": "ok",
  approved: "ok",
  completed: "ok",
};

/** Of one run: what was done to it, and its steps. The notebook's own history knows who changed cells meanwhile. */
export function runEvents(record: RunRecord, names: CellNames): readonly TimelineEvent[] {
  const { id, name } = record.snapshot;
  const run: HistoryAuthor = { kind: "pipeline", who: id, using: name, displayName: name };
  return [
    ...record.events.filter(({ type }) => !type.startsWith("cell-")).map((event) => runEvent(id, event)),
    ...record.steps.flatMap((step) => stepEvent(id, step, run, names) ?? []),
  ];
}

function runEvent(runId: string, event: RunEventRecord): TimelineEvent {
  const { seq, atMs, by, type, cellId, text, detail } = event;
  const reason = typeof detail.reason === "string" && !text.includes(detail.reason) ? detail.reason : null;
  return {
    ...BASE,
    ...{
      key: keyOf(atMs, `run ${runId} ${String(seq).padStart(7, "0")}`),
      atMs,
      by: authorOfParty(by),
      text,
      reason,
      cellId,
      runId,
    },
    kind: RUN_KINDS[type] ?? "run",
    tone: RUN_TONES[type] ?? "plain",
  };
}

/** What a cell is called: by its place now, or that it is gone. */
export type CellNames = (cellId: string) => string;

const STEPS: Readonly<Partial<Record<StepRecord["status"], string>>> = {
  running: "runs",
  completed: "ran",
  failed: "failed",
  "failed-allowed": "failed, as allowed",
  died: "ended with the kernel",
  "timed-out": "took too long",
  interrupted: "was interrupted",
  skipped: "was skipped",
};

function stepEvent(
  runId: string,
  step: StepRecord,
  by: HistoryAuthor,
  names: CellNames,
): TimelineEvent | null {
  const did = STEPS[step.status];
  const atMs = step.endedAtMs ?? step.startedAtMs;
  if (did === undefined || atMs === null) return null;
  const tookMs =
    step.endedAtMs === null || step.startedAtMs === null ? null : step.endedAtMs - step.startedAtMs;
  const took = tookMs === null || step.status === "skipped" ? "" : `, ${durationText(tookMs)}`;
  const bad = ["failed", "died", "timed-out", "interrupted"].includes(step.status);
  return {
    ...BASE,
    ...{
      key: keyOf(atMs, `cell ${runId} ${String(step.ordinal).padStart(7, "0")}`),
      atMs,
      kind: "step",
      by,
      runId,
    },
    text: cut(capital(`${names(step.cellId)} ${did}${took}`)),
    reason: step.error === null ? null : cut(step.error),
    cellId: step.cellId,
    ordinal: step.ordinal,
    tone: bad ? "bad" : "plain",
  };
}

const ACTS: Readonly<Record<HistoryEntry["acts"][number], string>> = {
  inserted: "inserted",
  deleted: "deleted",
  moved: "moved",
  source: "edited",
  parameters: "changed parameters in",
  type: "changed the kind of",
  metadata: "changed settings of",
  fields: "changed attachments of",
  restored: "restored",
};

export function editEvent(entry: HistoryEntry, names: CellNames): TimelineEvent {
  const { seq, toMs, author, cellId, acts, keys, added, removed } = entry;
  const act = acts[0] ?? "source";
  const what =
    act === "restored"
      ? `Restored ${keys[0] ?? "an earlier version"}`
      : `${capital(acts.map((each) => ACTS[each]).join(", "))} ${cellId === null ? "the notebook" : names(cellId)}`;
  const amount = added > 0 || removed > 0 ? ` (+${added} −${removed})` : "";
  return {
    ...BASE,
    key: keyOf(toMs, `edit ${seq}`),
    atMs: toMs,
    kind: author.kind === "file" ? "outside" : acts.includes("parameters") ? "parameters" : "edit",
    by: author,
    text: cut(what + amount),
    cellId,
  };
}

const REASONS: Readonly<Record<Version["reason"], string>> = {
  begin: "As it was opened",
  named: "Named a version",
  "before-run": "Version before a run",
  "after-run": "Version after a run",
  "before-merge": "Version before the file was merged",
  "before-restore": "Version before a restore",
  time: "Version while people worked",
  closed: "Version when it was closed",
};

export function versionEvent({ id, atMs, author, reason, name }: Version): TimelineEvent {
  const text = name === null ? REASONS[reason] : `Version “${name}”`;
  return { ...BASE, key: keyOf(atMs, `version ${id}`), atMs, kind: "version", by: author, text, version: id };
}

const KERNEL: Readonly<Record<KernelAct["act"], string>> = {
  started: "Started the kernel",
  restarted: "Restarted the kernel",
  interrupted: "Interrupted the kernel",
  "shut-down": "Shut the kernel down",
  died: "The kernel died",
};

export function kernelEvent({ atMs, by, act, note }: KernelAct): TimelineEvent {
  const text = KERNEL[act] + (note === null ? "" : ` (${note})`);
  const tone = act === "died" ? "bad" : "plain";
  return { ...BASE, key: keyOf(atMs, `kernel ${act}`), atMs, kind: "kernel", by, text, tone };
}

export function commentEvents(thread: CommentThread, names: CellNames): readonly TimelineEvent[] {
  const { anchor, resolved } = thread;
  const where = `${anchor.output === null ? "" : "an output of "}${names(anchor.cellId)}`;
  const base = { ...BASE, kind: "comment", cellId: anchor.cellId } as const;
  const said = thread.comments
    .filter(({ isDeleted }) => !isDeleted)
    .map(({ id, atMs, by, text }): TimelineEvent => {
      const did = id === thread.id ? "Commented on" : "Answered on";
      return {
        ...base,
        key: keyOf(atMs, `comment ${id}`),
        atMs,
        by,
        text: `${did} ${where}`,
        reason: cut(text),
      };
    });
  if (resolved === null) return said;
  const { atMs, by } = resolved;
  const settled = { ...base, key: keyOf(atMs, `settled ${thread.id}`), atMs, by };
  return [...said, { ...settled, text: `Resolved a thread on ${where}`, tone: "ok" }];
}

/** Keys sort as their times do; of one moment, a step before what the run makes of it. */
export function keyOf(atMs: number, name: string): string {
  return `${Math.max(0, Math.round(atMs)).toString().padStart(15, "0")} ${name}`;
}

export const timeOf = (key: string): number => Number(key.slice(0, 15));

function authorOfParty({ kind, who, using, displayName }: Party): HistoryAuthor {
  return { kind, who, using, displayName };
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
