/**
 * A notebook's versions: writes the notebook as it is, piece by piece and each once; thins what is old; reads one
 * again. One at a time: who asks for a version gets the notebook of the moment in which it asked.
 */
import type { HistoryAuthor } from "../document/history/author.ts";
import type { HistoryLog } from "../document/history/history-store.ts";
import { cellTexts, headText, manifestText, notebookOf, piecesOf } from "../document/history/manifest.ts";
import { droppedRecord, type KeptHistory, versionRecord } from "../document/history/records.ts";
import { versionsToDrop } from "../document/history/thin-versions.ts";
import type { Version, VersionReason } from "../document/history/version.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { Cell } from "../nbformat/notebook.ts";
import { LoopbookError } from "../util/errors.ts";

/** Of one notebook's content on disk; over it, the oldest automatic versions go. */
export const MAX_CONTENT_BYTES = 128 * 1024 * 1024;
/** Content of versions that were thinned is cleared away when so many are gone. */
const DROPPED_BEFORE_CLEARING = 20;
const MAX_NAMED = 500;
/** Cells are written in groups: others have their turn in between. */
const GROUP_CELLS = 200;

export interface NewVersion {
  readonly atMs: number;
  readonly author: HistoryAuthor;
  readonly reason: VersionReason;
  readonly note: string | null;
  readonly name: string | null;
}

interface Pieces {
  readonly face: string;
  readonly outputs: string | null;
}

export class HistoryVersions {
  private readonly log: HistoryLog;
  private readonly whole: (keyed: KeyedNotebook) => Promise<KeyedNotebook>;
  private readonly maxBytes: number;
  private all: Version[] = [];
  private lastId = 0;
  private dropped = 0;
  /** Cells are the same objects until they change. */
  private known = new WeakMap<Cell, Pieces>();
  private work: Promise<unknown> = Promise.resolve();

  /** @param whole puts outputs in the place of their faces. */
  constructor(
    log: HistoryLog,
    whole: (keyed: KeyedNotebook) => Promise<KeyedNotebook> = async (keyed) => keyed,
    maxBytes = MAX_CONTENT_BYTES,
  ) {
    this.log = log;
    this.whole = whole;
    this.maxBytes = maxBytes;
  }

  follow({ versions, lastVersion }: Pick<KeptHistory, "versions" | "lastVersion">): void {
    this.all = [...versions];
    this.lastId = lastVersion;
  }

  /** Oldest first. */
  list(): readonly Version[] {
    return this.all;
  }

  /** The newest version when an automatic one would be the same again. @throws the system's error. */
  keep(keyed: KeyedNotebook, facts: NewVersion): Promise<Version> {
    return this.next(async () => {
      const manifest = await this.write(await this.whole(keyed));
      const last = this.all.at(-1);
      if (facts.name === null && last?.manifest === manifest) return last;
      this.lastId += 1;
      const version: Version = { ...facts, id: this.lastId, cells: keyed.keys.length, manifest };
      this.all.push(version);
      this.log.append(versionRecord(version));
      await this.log.written();
      await this.thin(facts.atMs);
      return version;
    });
  }

  /** @throws LoopbookError `no-such-version`. */
  async rename(id: number, name: string | null): Promise<Version> {
    const index = this.all.findIndex((version) => version.id === id);
    const version = this.all[index];
    if (version === undefined) throw new LoopbookError("no-such-version", `There is no version ${id}.`);
    const renamed = { ...version, name };
    this.all[index] = renamed;
    this.log.append(versionRecord(renamed));
    await this.log.written();
    return renamed;
  }

  /** @throws LoopbookError `too-many-versions`. */
  checkRoom(): void {
    if (this.all.filter(({ name }) => name !== null).length < MAX_NAMED) return;
    throw new LoopbookError(
      "too-many-versions",
      `A notebook has at most ${MAX_NAMED} named versions. Take the name away from some.`,
    );
  }

  /** @throws LoopbookError `version-lost`. */
  read(version: Version, options: { readonly outputs: boolean }): Promise<KeyedNotebook> {
    return readVersion(this.log, version, options);
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.work.then(work);
    this.work = done.catch(() => {});
    return done;
  }

  private async write(keyed: KeyedNotebook): Promise<string> {
    const { keys, notebook } = keyed;
    const pieces: Pieces[] = [];
    for (let start = 0; start < keys.length; start += GROUP_CELLS) {
      const group = keys.slice(start, start + GROUP_CELLS).flatMap((key, index) => {
        const cell = notebook.cells[start + index];
        return cell === undefined ? [] : [{ key, cell }];
      });
      pieces.push(...(await this.writeCells(group)));
    }
    const [head = ""] = await this.log.put([headText(notebook)]);
    const [manifest = ""] = await this.log.put([manifestText(keyed, head, pieces)]);
    return manifest;
  }

  private async writeCells(
    group: readonly { readonly key: string; readonly cell: Cell }[],
  ): Promise<Pieces[]> {
    const texts = group.map(({ key, cell }) => (this.known.has(cell) ? null : cellTexts(key, cell)));
    const fresh = texts.flatMap((text) =>
      text === null ? [] : [text.face, ...(text.outputs === null ? [] : [text.outputs])],
    );
    const put = fresh.length === 0 ? [] : await this.log.put(fresh);
    let at = 0;
    const take = (): string => put[at++] ?? "";
    return group.map(({ cell }, index) => {
      const text = texts[index];
      const known = this.known.get(cell);
      if (text === null || text === undefined) return known ?? { face: "", outputs: null };
      const pieces = { face: take(), outputs: text.outputs === null ? null : take() };
      this.known.set(cell, pieces);
      return pieces;
    });
  }

  private async thin(nowMs: number): Promise<void> {
    this.drop(versionsToDrop(this.all, nowMs));
    if (this.dropped >= DROPPED_BEFORE_CLEARING) await this.clear();
    while (this.log.contentBytes > this.maxBytes) {
      // The one that was just made stays.
      const automatic = this.all.slice(0, -1).filter(({ name }) => name === null);
      if (automatic.length === 0) break;
      this.drop(new Set(automatic.slice(0, Math.ceil(automatic.length / 2)).map(({ id }) => id)));
      await this.clear();
    }
  }

  private drop(ids: ReadonlySet<number>): void {
    if (ids.size === 0) return;
    this.all = this.all.filter(({ id }) => !ids.has(id));
    for (const id of ids) this.log.append(droppedRecord(id));
    this.dropped += ids.size;
  }

  private async clear(): Promise<void> {
    this.dropped = 0;
    const manifests = await this.log.get(this.all.map(({ manifest }) => manifest));
    const needed = new Set(manifests.keys());
    for (const manifest of manifests.values()) for (const piece of piecesOf(manifest)) needed.add(piece);
    // What is not there any more must be written again when it is needed.
    this.known = new WeakMap();
    await this.log.keepOnly(needed);
  }
}

/** @throws LoopbookError `version-lost`. */
export async function readVersion(
  log: Pick<HistoryLog, "get">,
  version: Version,
  options: { readonly outputs: boolean },
): Promise<KeyedNotebook> {
  const manifest = (await log.get([version.manifest])).get(version.manifest);
  if (manifest === undefined)
    throw new LoopbookError(
      "version-lost",
      `What version ${version.id} held is not on the disk any more, or was damaged.`,
    );
  const pieces = await log.get(piecesOf(manifest));
  return notebookOf(manifest, (piece) => pieces.get(piece), options);
}
