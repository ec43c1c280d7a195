/** A notebook's history as the panel lists it: versions, and between them who was at work when. Pure. */
import type { HistoryAuthor, HistoryEntry, VersionView } from "../../api/history.ts";

/** What one author did without a long break, whatever cells that touched. */
export interface WorkItem {
  readonly type: "work";
  readonly key: string;
  readonly author: HistoryAuthor;
  readonly fromMs: number;
  readonly atMs: number;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

export interface VersionItem {
  readonly type: "version";
  readonly key: string;
  readonly atMs: number;
  readonly version: VersionView;
}

export type TimelineItem = WorkItem | VersionItem;

/** A longer break begins another item. */
const BREAK_MS = 10 * 60_000;

/** @param entries and @param versions newest first; so is what comes of it. */
export function timelineItems(
  entries: readonly HistoryEntry[],
  versions: readonly VersionView[],
): readonly TimelineItem[] {
  const moments = [
    ...entries.map((entry) => ({ atMs: entry.toMs, entry, version: null })),
    ...versions.map((version) => ({ atMs: version.atMs, entry: null, version })),
  ].sort((a, b) => b.atMs - a.atMs);
  const items: TimelineItem[] = [];
  for (const { entry, version } of moments) {
    if (version !== null) {
      items.push({ type: "version", key: `v${version.id}`, atMs: version.atMs, version });
      continue;
    }
    const last = items.at(-1);
    if (last?.type === "work" && isSame(last.author, entry.author) && last.fromMs - entry.toMs < BREAK_MS) {
      const fromMs = Math.min(last.fromMs, entry.fromMs);
      items[items.length - 1] = { ...last, fromMs, entries: [...last.entries, entry] };
    } else {
      const { author, fromMs, toMs, seq } = entry;
      items.push({ type: "work", key: `e${seq}`, author, fromMs, atMs: toMs, entries: [entry] });
    }
  }
  return items;
}

function isSame(a: HistoryAuthor, b: HistoryAuthor): boolean {
  return a.kind === b.kind && a.who === b.who && a.using === b.using;
}

/** `2 cells edited, 1 inserted`. */
export function workText(entries: readonly HistoryEntry[]): string {
  const cellsWith = (test: (entry: HistoryEntry) => boolean): number =>
    new Set(entries.filter(test).map(({ cellId }) => cellId)).size;
  const did = (act: HistoryEntry["acts"][number]) => (entry: HistoryEntry) => entry.acts.includes(act);
  const restored = entries.find(did("restored"));
  const counts: readonly (readonly [number, string])[] = [
    [cellsWith(did("inserted")), "inserted"],
    [cellsWith((entry) => did("source")(entry) && !did("inserted")(entry)), "edited"],
    [cellsWith(did("deleted")), "deleted"],
    [cellsWith(did("moved")), "moved"],
    [cellsWith(did("type")), "made another kind"],
    [cellsWith((entry) => entry.cellId !== null && isOnlySettings(entry)), "with other settings"],
  ];
  const parts = counts.filter(([count]) => count > 0);
  const texts = parts.map(([count, what], index) =>
    index === 0 ? `${count} ${count === 1 ? "cell" : "cells"} ${what}` : `${count} ${what}`,
  );
  if (entries.some(did("parameters"))) texts.unshift("parameters changed");
  if (entries.some((entry) => entry.cellId === null && isOnlySettings(entry)))
    texts.push("notebook settings");
  if (restored) texts.unshift(`restored ${restored.keys[0] ?? "an earlier version"}`);
  const text = texts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isOnlySettings({ acts }: HistoryEntry): boolean {
  return acts.every((act) => act === "metadata" || act === "fields");
}

const ACTS: Readonly<Record<HistoryEntry["acts"][number], string>> = {
  inserted: "inserted",
  deleted: "deleted",
  moved: "moved",
  source: "text",
  parameters: "parameters",
  type: "kind",
  metadata: "settings",
  fields: "attachments",
  restored: "restored",
};

export function actsText({ acts, keys, isShared }: HistoryEntry): string {
  const names = keys.length > 0 ? ` (${keys.join(", ")})` : "";
  return `${acts.map((act) => ACTS[act]).join(", ")}${names}${isShared ? ", together with others" : ""}`;
}

const REASONS: Readonly<Record<VersionView["reason"], string>> = {
  begin: "As it was opened",
  named: "Named",
  "before-run": "Before a run",
  "after-run": "After a run",
  "before-merge": "Before the file was merged",
  "before-restore": "Before a restore",
  time: "While people worked",
  closed: "When it was closed",
};

export function versionTitle({ name, reason, note }: VersionView): string {
  return name ?? `${REASONS[reason]}${note === null ? "" : `: ${note}`}`;
}

/** `Ana/browser`. */
export function authorText({ displayName, using, kind }: HistoryAuthor): string {
  return kind !== "person" || using === "" ? displayName : `${displayName}/${using}`;
}
