/** `HistoryStore` in `<state folder>/history`: a folder a room, with its journal and its content. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryLog, HistoryStore } from "../../document/history/history-store.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import type { NotebookId } from "../../util/ids.ts";
import { isJsonObject, type JsonValue } from "../../util/json.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { Content } from "./content.ts";
import { Journal, readRecords, sizeOf } from "./journal.ts";

/** A history without named versions that nobody added to for so long goes with its room. */
export const UNUSED_HISTORY_MS = 180 * 24 * 60 * 60 * 1000;

export interface FileHistoryOptions {
  readonly stateFolder: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export class FileHistory implements HistoryStore {
  private readonly folder: string;
  private readonly clock: Clock;
  private readonly logger: Logger;

  constructor({ stateFolder, clock = systemClock, logger = silentLogger }: FileHistoryOptions) {
    this.folder = join(stateFolder, "history");
    this.clock = clock;
    this.logger = logger;
  }

  open(id: NotebookId): HistoryLog {
    const folder = this.folderOf(id);
    return new FileHistoryLog(
      new Journal(join(folder, "journal"), this.clock, this.logger),
      new Content(join(folder, "content")),
    );
  }

  async has(id: NotebookId): Promise<boolean> {
    return (await sizeOf(join(this.folderOf(id), "journal"))) > 0;
  }

  async isWorthKeeping(id: NotebookId): Promise<boolean> {
    const journal = join(this.folderOf(id), "journal");
    const usedMs = await stat(journal).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
    if (usedMs === null) return false;
    return this.clock.now() - usedMs < UNUSED_HISTORY_MS || hasNames(await readRecords(journal));
  }

  async forget(id: NotebookId): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  private folderOf(id: NotebookId): string {
    // Ids come from addresses, too, and name folders: nothing else may.
    return join(this.folder, /^nb_[0-9a-z]{12}$/.test(id) ? id : "no-such-room");
  }
}

class FileHistoryLog implements HistoryLog {
  private readonly journal: Journal;
  private readonly pieces: Content;

  constructor(journal: Journal, pieces: Content) {
    this.journal = journal;
    this.pieces = pieces;
  }

  get journalBytes(): number {
    return this.journal.bytes;
  }

  get contentBytes(): number {
    return this.pieces.bytes;
  }

  records(): Promise<readonly JsonValue[]> {
    return this.journal.read();
  }

  append(record: JsonValue): void {
    this.journal.append(record);
  }

  written(): Promise<void> {
    return this.journal.written();
  }

  rewrite(change: (records: readonly JsonValue[]) => readonly JsonValue[]): Promise<void> {
    return this.journal.rewrite(change);
  }

  put(texts: readonly string[]): Promise<readonly string[]> {
    return this.pieces.put(texts);
  }

  get(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.pieces.get(keys);
  }

  keepOnly(keys: ReadonlySet<string>): Promise<void> {
    return this.pieces.keepOnly(keys);
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}

function hasNames(records: readonly JsonValue[]): boolean {
  const named = new Set<JsonValue | undefined>();
  for (const record of records) {
    if (!isJsonObject(record) || record.type === "entry") continue;
    if (record.type === "version" && typeof record.name === "string") named.add(record.id);
    else named.delete(record.id);
  }
  return named.size > 0;
}
