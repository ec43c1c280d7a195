/**
 * The history of one open notebook: listens to its document and keeps who changed which cell, and whole versions.
 * Begins with the room: until somebody joins, what is noted stays in memory.
 */
import { authorOf, BEGIN_AUTHOR, FILE_AUTHOR, type HistoryAuthor } from "../document/history/author.ts";
import { blame, type CellBlame } from "../document/history/blame.ts";
import { ChangeReader } from "../document/history/change-reader.ts";
import type { HistoryEntry } from "../document/history/entry.ts";
import { EntryBook } from "../document/history/entry-book.ts";
import type { HistoryLog, HistoryStore } from "../document/history/history-store.ts";
import { entryRecord, readHistory, recordsOf } from "../document/history/records.ts";
import { thinEntries } from "../document/history/thin-entries.ts";
import { needVersion, type Version, type VersionReason, versionName } from "../document/history/version.ts";
import type { LiveNotebook, NotebookChange } from "../document/live-notebook.ts";
import { keyedLive } from "../document/merge-edits.ts";
import type { WholeOutputs } from "../document/whole-outputs.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { Party } from "../people/party.ts";
import { originOf } from "../usecases/edit-origin.ts";
import type {
  EntryFilter,
  RestoreRequest,
  RestoreResult,
  SessionHistory,
} from "../usecases/session-history.ts";
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import { atGitHead, onDisk } from "./history-outside.ts";
import { applyRestore, restoreTarget } from "./history-restore.ts";
import { HistoryVersions } from "./history-versions.ts";

/** Somebody is at work: a version is kept so long after the first change since the last one. */
export const CHECKPOINT_MS = 10 * 60_000;
/** An entry that grows is written again at most this often. */
const GROWN_MS = 2_000;
/** Of one notebook's journal on disk; over it, it is cut to half. */
const MAX_JOURNAL_BYTES = 4 * 1024 * 1024;
/** An acknowledgement waits no longer for the history. */
const WRITTEN_LIMIT_MS = 500;

export interface NotebookHistoryOptions {
  readonly id: NotebookId;
  readonly live: LiveNotebook;
  /** Null: nothing is kept. */
  readonly store: HistoryStore | null;
  readonly path: () => string | null;
  /** Of outputs that the document has faces of; null: it has none. */
  readonly wholes: WholeOutputs | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Kept {
  readonly log: HistoryLog;
  readonly versions: HistoryVersions;
}

export class NotebookHistory implements SessionHistory {
  private readonly options: NotebookHistoryOptions;
  private readonly book = new EntryBook();
  private readonly reader: ChangeReader | null;
  private readonly stopListening: Unsubscribe;
  private kept: Kept | null = null;
  /** Settles when what was there before is read; never rejects. */
  private loading: Promise<void> = Promise.resolve();
  private isLoaded = false;
  /** Settles when the versions that were asked for are kept, or could not be; never rejects. */
  private keeping: Promise<unknown> = Promise.resolve();
  /** The state in which the history begins, until there is something to keep. */
  private first: { readonly keyed: KeyedNotebook; readonly atMs: number } | null = null;
  private isChanged = false;
  /** An entry began, and is not written. */
  private owes = false;
  private lastAuthor: HistoryAuthor = FILE_AUTHOR;
  private cancelFlush: (() => void) | null = null;
  private cancelCheckpoint: (() => void) | null = null;

  constructor(options: NotebookHistoryOptions) {
    this.options = options;
    const { live, store } = options;
    this.reader = store === null ? null : new ChangeReader(live);
    this.stopListening = store === null ? () => {} : live.onChange((change) => this.onChange(change));
  }

  /** Somebody joined: it is kept on disk. */
  get isKept(): boolean {
    return this.kept !== null;
  }

  /** From now on it is kept on disk. */
  keep(): void {
    const { store, id, clock } = this.options;
    if (store === null || this.kept !== null) return;
    const log = store.open(id);
    const kept = { log, versions: new HistoryVersions(log, (keyed) => this.whole(keyed)) };
    this.kept = kept;
    this.first = { keyed: this.now(), atMs: clock.now() };
    this.loading = this.load(kept).catch((error: unknown) => this.warn("could not be read", error));
  }

  /** Settles when who changed what until now has left this process; waits not for ever, and never rejects. */
  async written(): Promise<void> {
    if (this.kept === null || !this.owes) return;
    const { clock } = this.options;
    let cancel = (): void => {};
    const limit = new Promise<void>((resolve) => {
      cancel = clock.schedule(WRITTEN_LIMIT_MS, resolve);
    });
    await Promise.race([this.flush(), limit]);
    cancel();
  }

  async entries(filter: EntryFilter = {}): Promise<readonly HistoryEntry[]> {
    const { cellId, before = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = filter;
    const all = (await this.all()).filter(
      (entry) => entry.seq < before && (cellId === undefined || entry.cellId === cellId),
    );
    return all.reverse().slice(0, limit);
  }

  async blame(): Promise<ReadonlyMap<string, CellBlame>> {
    return blame(await this.all());
  }

  async versions(): Promise<readonly Version[]> {
    if (this.kept === null) return [];
    await this.loading;
    // Whoever asks before anything was changed is shown what there is: the notebook as it was opened.
    if (this.isLoaded && this.first !== null)
      this.settling(this.begin().catch((error: unknown) => this.warn("could not be written", error)));
    await this.keeping;
    return this.kept.versions.list().toReversed();
  }

  async notebook(
    wanted: string,
    { outputs = true }: { readonly outputs?: boolean } = {},
  ): Promise<{ readonly version: Version | null; readonly keyed: KeyedNotebook }> {
    await this.loading;
    await this.keeping;
    const ref = needVersion(this.kept?.versions.list() ?? [], wanted);
    if (ref.type === "now")
      return { version: null, keyed: bare(outputs ? await this.whole(this.now()) : this.now(), outputs) };
    if (ref.type !== "version") {
      const read = ref.type === "file" ? onDisk : atGitHead;
      return { version: null, keyed: bare(await read(this.options.path(), this.now()), outputs) };
    }
    const keyed = await this.need().versions.read(ref.version, { outputs });
    return { version: ref.version, keyed };
  }

  async name(name: string, by: Party): Promise<Version> {
    const wanted = versionName(name);
    const { versions } = this.need();
    const keyed = this.now();
    await this.loading;
    versions.checkRoom();
    try {
      await this.begin();
      return await this.keepVersion(keyed, "named", authorOfParty(by), null, wanted);
    } catch (cause) {
      throw unwritable(cause);
    }
  }

  async rename(id: number, name: string | null): Promise<Version> {
    const wanted = name === null ? null : versionName(name);
    const { versions } = this.need();
    await this.loading;
    if (wanted !== null) versions.checkRoom();
    return versions.rename(id, wanted);
  }

  checkpoint(reason: VersionReason, by: Party | "file", note?: string): void {
    this.settling(this.checkpointNow(reason, by === "file" ? FILE_AUTHOR : authorOfParty(by), note ?? null));
  }

  async restore(request: RestoreRequest, by: Party): Promise<RestoreResult> {
    await this.loading;
    const { live, clock } = this.options;
    const target = await restoreTarget(request, {
      notebook: (wanted) => this.notebook(wanted),
      entry: async (seq) => (await this.all()).find((entry) => entry.seq === seq),
    });
    const before = await this.checkpointNow("before-restore", authorOfParty(by), target.label);
    const act = { cellId: null, acts: ["restored"], before: "", after: "", deleted: null } as const;
    this.book.note([{ ...act, keys: [target.label] }], authorOfParty(by), clock.now());
    this.flushSoon(true);
    const edits = request.apply
      ? await applyRestore(live, target, request, originOf(by), this.options.wholes)
      : 0;
    return { before, earlier: target.earlier, edits };
  }

  async close(): Promise<void> {
    this.stopListening();
    this.cancelCheckpoint?.();
    if (this.kept === null) return;
    await this.loading;
    await this.flush();
    const { versions, log } = this.kept;
    await this.keeping;
    if (this.isLoaded && versions.list().length > 0)
      await this.checkpointNow("closed", this.lastAuthor, null);
    await this.flush();
    await log.close().catch((error: unknown) => this.warn("could not be written", error));
  }

  private onChange(change: NotebookChange): void {
    if (this.reader === null) return;
    this.isChanged = true;
    const author = authorOf(change.origin);
    const acts = this.reader.read(change, author?.kind === "pipeline");
    if (acts.length === 0 || author === null) return;
    const { clock } = this.options;
    const began = this.book.note(acts, author, clock.now());
    this.lastAuthor = author;
    if (this.kept === null) return;
    if (began) this.owes = true;
    this.flushSoon(began);
    this.cancelCheckpoint ??= clock.schedule(CHECKPOINT_MS, () => {
      this.cancelCheckpoint = null;
      this.settling(this.checkpointNow("time", this.lastAuthor, null));
    });
  }

  private flushSoon(atOnce: boolean): void {
    if (this.kept === null) return;
    if (atOnce) {
      this.cancelFlush?.();
      this.cancelFlush = null;
    } else if (this.cancelFlush !== null) return;
    this.cancelFlush = this.options.clock.schedule(atOnce ? 0 : GROWN_MS, () => void this.flush());
  }

  private async flush(): Promise<void> {
    this.cancelFlush?.();
    this.cancelFlush = null;
    const { kept } = this;
    if (kept === null) return;
    await this.loading;
    if (!this.isLoaded || !this.book.hasWaiting()) return kept.log.written();
    this.owes = false;
    for (const entry of this.book.take(this.options.clock.now())) kept.log.append(entryRecord(entry));
    await kept.log.written();
    // A whole notebook: no acknowledgement waits for it.
    this.settling(this.begin().catch((error: unknown) => this.warn("could not be written", error)));
    if (kept.log.journalBytes > MAX_JOURNAL_BYTES) await this.thin(kept.log);
  }

  private async load({ log, versions }: Kept): Promise<void> {
    const history = readHistory(await log.records());
    versions.follow(history);
    this.book.follow(history.lastSeq);
    if (history.versions.length > 0) this.first = null;
    // A process before this one noted changes, and ended before a version of them.
    const keptMs = history.versions.at(-1)?.atMs ?? 0;
    if (history.entries.some(({ toMs }) => toMs > keptMs)) this.isChanged = true;
    this.isLoaded = true;
    this.flushSoon(true);
  }

  /** The first version of all: what everything after it is compared with. */
  private async begin(): Promise<void> {
    const { first } = this;
    if (first === null) return;
    this.first = null;
    const facts = {
      atMs: first.atMs,
      author: BEGIN_AUTHOR,
      reason: "begin",
      note: null,
      name: null,
    } as const;
    try {
      await this.need().versions.keep(first.keyed, facts);
    } catch (error) {
      this.first ??= first;
      throw error;
    }
  }

  private async checkpointNow(
    reason: VersionReason,
    author: HistoryAuthor,
    note: string | null,
  ): Promise<Version | null> {
    const { kept } = this;
    if (kept === null) return null;
    if (this.isLoaded && !this.isChanged && reason !== "before-restore")
      return kept.versions.list().at(-1) ?? null;
    const keyed = this.now();
    this.isChanged = false;
    this.cancelCheckpoint?.();
    this.cancelCheckpoint = null;
    try {
      await this.loading;
      if (!this.isLoaded) return null;
      await this.begin();
      return await this.keepVersion(keyed, reason, author, note, null);
    } catch (error) {
      this.isChanged = true;
      this.warn("could not be written", error);
      return null;
    }
  }

  private settling(work: Promise<unknown>): void {
    this.keeping = Promise.all([this.keeping, work]);
  }

  private keepVersion(
    keyed: KeyedNotebook,
    reason: VersionReason,
    author: HistoryAuthor,
    note: string | null,
    name: string | null,
  ): Promise<Version> {
    const atMs = this.options.clock.now();
    return this.need().versions.keep(keyed, { atMs, author, reason, note, name });
  }

  /** Oldest first. */
  private async all(): Promise<HistoryEntry[]> {
    if (this.kept === null) return this.book.peek();
    await this.flush();
    if (!this.isLoaded) return this.book.peek();
    return [...readHistory(await this.kept.log.records()).entries];
  }

  private async thin(log: HistoryLog): Promise<void> {
    const sizeOf = (entry: HistoryEntry): number => JSON.stringify(entryRecord(entry)).length;
    await log
      .rewrite((records) => {
        const history = readHistory(records);
        const entries = thinEntries(history.entries, MAX_JOURNAL_BYTES / 2, sizeOf);
        return recordsOf({ ...history, entries });
      })
      .catch((error: unknown) => this.warn("could not be written", error));
  }

  private async whole({ keys, notebook }: KeyedNotebook): Promise<KeyedNotebook> {
    return { keys, notebook: (await this.options.wholes?.notebook(notebook)) ?? notebook };
  }

  private now(): KeyedNotebook {
    return keyedLive(this.options.live);
  }

  private need(): Kept {
    if (this.kept === null) this.keep();
    if (this.kept !== null) return this.kept;
    throw new LoopbookError("no-history", "This notebook has no file, so no history of it is kept.");
  }

  private warn(what: string, error: unknown): void {
    this.options.logger.warn(`a notebook's history ${what}`, {
      notebook: this.options.path(),
      error: messageOf(error),
    });
  }
}

function authorOfParty(by: Party): HistoryAuthor {
  return authorOf(originOf(by)) ?? FILE_AUTHOR;
}

function unwritable(cause: unknown): LoopbookError {
  if (cause instanceof LoopbookError) return cause;
  return new LoopbookError(
    "history-unwritable",
    `The version could not be kept: ${messageOf(cause)}. Check the disk of the state folder, and try again.`,
    { cause, retry: true },
  );
}

function bare(keyed: KeyedNotebook, outputs: boolean): KeyedNotebook {
  const cells = keyed.notebook.cells.map((cell, index) => {
    const withId = { ...cell, id: keyed.keys[index] ?? cell.id ?? "" };
    return outputs || withId.cell_type !== "code"
      ? withId
      : { ...withId, outputs: [], execution_count: null };
  });
  return { ...keyed, notebook: { ...keyed.notebook, cells } };
}
