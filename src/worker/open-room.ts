/**
 * Opens the notebook of a file: from its room's log where there is one, which then is the truth, else from the file.
 * Whether the file changed under us is told by its content alone: it is what we read or saved last, or what we were
 * about to save, or somebody else's.
 */
import { constants, copyFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import * as Y from "yjs";
import { DEFAULT_FILE_LIMIT, type FileLimit } from "../document/file-cut.ts";
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import { applyVersion, keyedLive } from "../document/merge-edits.ts";
import { NotebookResults } from "../document/notebook-results.ts";
import type { OutputReader } from "../document/output-store.ts";
import { createPlainNotebook } from "../document/plain-notebook.ts";
import {
  decodeOutputEdits,
  decodeResults,
  encodeOutputEdits,
  encodeResults,
} from "../document/results-record.ts";
import type { RoomLog, RoomStore, StoredRoom } from "../document/room-log.ts";
import { WholeOutputs } from "../document/whole-outputs.ts";
import { openLiveNotebook } from "../document/yjs-notebook.ts";
import { type KeyedNotebook, keyedLike } from "../nbformat/merge/cell-keys.ts";
import { markConflicts } from "../nbformat/merge/conflict.ts";
import { mergeKeyed } from "../nbformat/merge/merge-notebooks.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import { LoopbookError } from "../util/errors.ts";
import { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import { facedLike } from "./faced.ts";
import { settleMove } from "./settle-move.ts";
import type { StyledDocumentStore } from "./styled-document-store.ts";

export interface OpenRoomOptions {
  readonly path: string;
  /** The same with links resolved: what the room is known by. */
  readonly realPath: string;
  readonly store: StyledDocumentStore;
  readonly rooms: RoomStore | null;
  /** Where a room's big outputs are. */
  readonly outputsOf?: (id: NotebookId) => OutputReader | undefined;
  /** What of a stream goes into the file. */
  readonly outputLimit?: FileLimit;
  /** For the name of a copy. */
  readonly nowMs: number;
  readonly logger: Logger;
  /** Told of a document that goes on from its log, before the file is met. @returns called before the file is merged. */
  readonly onLive?: (id: NotebookId, live: LiveNotebook) => () => void;
}

export interface OpenedRoom {
  readonly id: NotebookId;
  readonly live: LiveNotebook;
  /** Null: there is no log yet. */
  readonly log: RoomLog | null;
  /** The document holds what the file does not. */
  readonly isUnsaved: boolean;
}

const OUTSIDE: EditOrigin = { type: "file", label: "outside" };
const ENDED: EditOrigin = { type: "run", label: "ended" };

/** @throws LoopbookError `notebook-unreadable`. */
export async function openRoom(options: OpenRoomOptions): Promise<OpenedRoom> {
  const { path, realPath, store, rooms } = options;
  const { id, stored } = rooms ? await roomAt(rooms, realPath) : { id: null, stored: null };
  const parsed = await store.load(path).catch((error: unknown) => {
    // The file is gone or broken, but not all that it should hold was in it.
    if (stored && isDirty(stored) && isUnreadable(error)) return null;
    throw error;
  });
  if (stored === null || id === null) {
    if (parsed === null) throw new Error("neither file nor room");
    const live = createPlainNotebook(parsed.notebook);
    return { id: NotebookId.create(), live, log: null, isUnsaved: false };
  }
  return { id, ...(await goOn(id, stored, parsed, options)) };
}

/** The room whose file is there; what moved away, or was on its way when its process died, is decided first. */
async function roomAt(
  rooms: RoomStore,
  realPath: string,
): Promise<{ readonly id: NotebookId | null; readonly stored: StoredRoom | null }> {
  const none = { id: null, stored: null };
  const id = await rooms.idAt(realPath);
  const stored = id === null ? null : await rooms.open(id);
  if (id === null || stored === null) return none;
  if (stored.facts.moving === undefined) return stored.facts.path === realPath ? { id, stored } : none;
  if (!(await settleMove(rooms, id, stored, realPath))) return none;
  const settled = await rooms.open(id);
  return settled?.facts.path === realPath ? { id, stored: settled } : none;
}

async function goOn(
  id: NotebookId,
  stored: StoredRoom,
  parsed: ParsedNotebook | null,
  options: OpenRoomOptions,
): Promise<Omit<OpenedRoom, "id">> {
  const { path, store } = options;
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of stored.updates) Y.applyUpdate(doc, update, OUTSIDE);
  }, OUTSIDE);
  // Only a damaged log leaves such; what comes from clients must not be taken for it.
  doc.store.pendingStructs = null;
  doc.store.pendingDs = null;
  const live = openLiveNotebook(doc, storedResults(stored));
  const { results } = live;
  results.keepOnly((id) => live.cell(id) !== undefined);
  const log = stored.resume(() => ({
    document: Y.encodeStateAsUpdate(doc),
    results: encodeResults(results),
  }));
  const keep = (update: Uint8Array): void => log.append(update);
  doc.on("update", keep);
  const stopKeeping = results.onWrite(({ edits }) => log.appendResults(encodeOutputEdits(edits)));
  const wasDirty = log.isDirty();
  endWhatRan(live);
  const beforeMerge = options.onLive?.(id, live);
  if (parsed === null) {
    await keepBoth(path, options.nowMs);
    const base = await log.baseBytes();
    if (base) store.adopt?.(path, parseNotebook(base, path));
  } else {
    await meetFile(id, live, log, wasDirty, parsed, options, beforeMerge);
  }
  doc.off("update", keep);
  stopKeeping();
  return { live, log, isUnsaved: log.isDirty() };
}

function storedResults({ results: { state, writes } }: StoredRoom): NotebookResults {
  const results = new NotebookResults();
  results.set(decodeResults(state) ?? [], 1, OUTSIDE);
  for (const bytes of writes) results.write(decodeOutputEdits(bytes) ?? [], OUTSIDE, () => true);
  return results;
}

/** The file as it is now and the document as the log tells it become one. */
async function meetFile(
  id: NotebookId,
  live: LiveNotebook,
  log: RoomLog,
  wasDirty: boolean,
  parsed: ParsedNotebook,
  options: OpenRoomOptions,
  beforeMerge: (() => void) | undefined,
): Promise<void> {
  const { path, store, logger } = options;
  const contentHash = store.contentHash?.(path) ?? null;
  const { base, intents } = log.facts();
  if (contentHash === null || contentHash === base.contentHash) return;
  const intent = intents.find((mark) => mark.contentHash === contentHash);
  if (intent) {
    // We put it there, and ended before we could say so.
    await log.saved(intent, path);
    return;
  }
  const outputs = options.outputsOf?.(id);
  const wholes = outputs ? new WholeOutputs(outputs, options.outputLimit ?? DEFAULT_FILE_LIMIT) : null;
  const faced = async (version: KeyedNotebook): Promise<KeyedNotebook> =>
    wholes ? facedLike(keyedLive(live), version, wholes) : version;
  if (!wasDirty) {
    beforeMerge?.();
    applyVersion(live, await faced(keyedLike(keyedLive(live), parsed.notebook)), OUTSIDE);
    await log.saved({ contentHash, seq: log.lastSeq }, path);
    return;
  }
  const common = await log.baseBytes();
  if (common !== null) {
    beforeMerge?.();
    const mine = keyedLive(live);
    const before = keyedLike(mine, parseNotebook(common, path).notebook);
    merge(live, await faced(before), await faced(keyedLike(before, parsed.notebook)));
    await log.saved({ contentHash, seq: base.seq }, path);
    return;
  }
  // Nobody knows what both began with.
  const copy = await keepBoth(path, options.nowMs);
  logger.warn("a notebook was changed outside while its room had unsaved edits; both are kept", {
    notebook: path,
    copy,
  });
  await log.saved({ contentHash, seq: base.seq }, path);
}

/** Three ways, by cell; what both changed differently stands in the document as a conflict. */
function merge(live: LiveNotebook, base: KeyedNotebook, theirs: KeyedNotebook): void {
  const merged = mergeKeyed(base, keyedLive(live), theirs, {
    isRunning: () => false,
    keepsIds: true,
  });
  const notebook = markConflicts(merged.notebook, merged.keys, merged.conflicts);
  applyVersion(live, { keys: merged.keys, notebook }, OUTSIDE);
}

/** Nothing runs in a process that has just begun; whoever takes a run up again says so. */
function endWhatRan(live: LiveNotebook): void {
  const running = live
    .cellIds()
    .map((id) => live.cell(id))
    .filter((cell) => cell?.executionState === "running");
  live.write(
    running.flatMap((cell) =>
      cell ? [{ type: "end-execution", id: cell.id, executionCount: cell.executionCount } as const] : [],
    ),
    ENDED,
  );
}

/** A copy of the file beside it, under a name that tells what it is; never over another file. Null: it is gone. */
async function keepBoth(path: string, nowMs: number): Promise<string | null> {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, "").slice(0, 15);
  const stem = join(dirname(path), basename(path, extname(path)));
  for (let attempt = 0; ; attempt++) {
    const copy = `${stem}.conflict-${time}${attempt === 0 ? "" : `-${attempt}`}${extname(path)}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT") return null;
      if (code !== "EEXIST") throw error;
    }
  }
}

const isDirty = ({ facts, lastSeq }: StoredRoom): boolean => lastSeq > facts.base.seq;
const isUnreadable = (error: unknown): boolean =>
  error instanceof LoopbookError && error.code === "notebook-unreadable";
