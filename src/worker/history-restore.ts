/** Brings back what a notebook held: finds it, and makes of it ordinary edits of the live document. */
import type { DeletedCell, HistoryEntry } from "../document/history/entry.ts";
import { restored, undeleted } from "../document/history/restore.ts";
import type { Version } from "../document/history/version.ts";
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import { applyVersion, keyedLive, mergeEdits } from "../document/merge-edits.ts";
import type { WholeOutputs } from "../document/whole-outputs.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { RestoreRequest } from "../usecases/session-history.ts";
import { LoopbookError } from "../util/errors.ts";
import { CellId } from "../util/ids.ts";
import { facedLike } from "./faced.ts";

export interface RestoreTarget {
  readonly earlier: KeyedNotebook;
  /** Only this cell, which was deleted. */
  readonly deleted: DeletedCell | null;
  /** As the history names it. */
  readonly label: string;
}

export interface RestoreSources {
  notebook(wanted: string): Promise<{ readonly version: Version | null; readonly keyed: KeyedNotebook }>;
  entry(seq: number): Promise<HistoryEntry | undefined>;
}

/** @throws LoopbookError `no-such-version`, `no-such-entry`, `no-such-cell`, `version-lost`. */
export async function restoreTarget(
  { from, cells }: RestoreRequest,
  sources: RestoreSources,
): Promise<RestoreTarget> {
  if ("entry" in from) {
    const deleted = (await sources.entry(from.entry))?.deleted ?? null;
    if (deleted === null)
      throw new LoopbookError(
        "no-such-entry",
        "What this entry deleted is not kept with it (any more). An earlier version may have it.",
      );
    const earlier = { keys: [deleted.cell.id ?? ""], notebook: notebookWith(deleted) };
    return { earlier, deleted, label: `entry ${from.entry}` };
  }
  const { version, keyed } = await sources.notebook(from.version);
  const missing = cells?.find((key) => !keyed.keys.includes(key));
  if (missing !== undefined)
    throw new LoopbookError("no-such-cell", `That version has no cell ${missing}.`, { exitCode: 2 });
  return {
    earlier: keyed,
    deleted: null,
    label: version?.name ?? (version ? `#${version.id}` : from.version),
  };
}

/** @returns how many edits that took. */
export async function applyRestore(
  live: LiveNotebook,
  { earlier: found, deleted }: RestoreTarget,
  { cells, outputs }: Pick<RestoreRequest, "cells" | "outputs">,
  origin: EditOrigin,
  wholes: WholeOutputs | null,
): Promise<number> {
  // Big outputs that are there as they were keep their places.
  const earlier = wholes && outputs ? await facedLike(keyedLive(live), found, wholes) : found;
  // From here on in one turn: nobody writes in between.
  const now = keyedLive(live);
  const isRunning = (key: string): boolean => live.cell(CellId.of(key))?.executionState === "running";
  const next =
    deleted === null ? restored(now, earlier, { cells, outputs, isRunning }) : undeleted(now, deleted);
  const made = mergeEdits(now, next);
  applyVersion(live, next, origin);
  return made.edits.length + made.outputs.length;
}

function notebookWith({ cell }: DeletedCell): KeyedNotebook["notebook"] {
  return { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}
