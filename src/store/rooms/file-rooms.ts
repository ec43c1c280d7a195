/** `RoomStore` in `<state folder>/rooms`: a folder a room, an index by path, leases of files. */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryStore } from "../../document/history/history-store.ts";
import type {
  FileLease,
  NewRoom,
  PlannedMove,
  RoomFacts,
  RoomLog,
  RoomStore,
  StoredRoom,
} from "../../document/room-log.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import { NotebookId } from "../../util/ids.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { decodeFacts, encodeFacts, withPath, withPlan } from "./facts.ts";
import { leaseOwner, takeLease } from "./file-lease.ts";
import { decodeRecords, encodeRecord, type LogRecord } from "./record.ts";
import { segmentName, segmentsIn } from "./room-files.ts";
import { RoomFolder } from "./room-folder.ts";
import { isRoomId, RoomIndex } from "./room-index.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { readSnapshot, type Snapshot, writeSnapshot } from "./snapshot.ts";

/** A room that is saved and that nobody used for so long is forgotten; its file is all there is to know then. */
export const UNUSED_ROOM_MS = 30 * 24 * 60 * 60 * 1000;
/** Each opening begins a segment; with more, the log is cut back at the next edit. */
const MANY_SEGMENTS = 8;

export interface FileRoomsOptions {
  readonly stateFolder: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** A room is not forgotten while its history is worth keeping, and takes it along when it is. */
  readonly history?: Pick<HistoryStore, "isWorthKeeping" | "forget">;
}

interface Recovered {
  readonly snapshot: Snapshot;
  readonly facts: RoomFacts;
  readonly seq: number;
  readonly updateSeq: number;
  readonly updates: readonly Uint8Array[];
  readonly writes: readonly Uint8Array[];
  readonly logBytes: number;
  readonly segments: readonly number[];
}

export class FileRooms implements RoomStore {
  private readonly stateFolder: string;
  private readonly folder: string;
  private readonly index: RoomIndex;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly history: FileRoomsOptions["history"];

  constructor({ stateFolder, clock = systemClock, logger = silentLogger, history }: FileRoomsOptions) {
    this.history = history;
    this.stateFolder = stateFolder;
    this.folder = join(stateFolder, "rooms");
    this.index = new RoomIndex(join(this.folder, "paths"));
    this.clock = clock;
    this.logger = logger;
  }

  lease(path: string): FileLease {
    return takeLease(this.stateFolder, path);
  }

  idAt(path: string): Promise<NotebookId | null> {
    return this.index.idAt(path);
  }

  async pathOf(id: NotebookId): Promise<string | null> {
    const path = (await this.recover(id))?.facts.path ?? null;
    if (path === null) return null;
    // A crash between a room's first state and its entry.
    const known = await this.index.idAt(path);
    if (known === null) await this.index.put(path, id);
    return known === null || known === id ? path : null;
  }

  async open(id: NotebookId): Promise<StoredRoom | null> {
    const recovered = await this.recover(id);
    if (recovered === null) return null;
    const { snapshot, facts, seq, updateSeq, updates, writes, segments } = recovered;
    const logBytes = segments.length > MANY_SEGMENTS ? Number.POSITIVE_INFINITY : recovered.logBytes;
    return {
      facts,
      lastSeq: updateSeq,
      updates: [snapshot.state.document, ...updates],
      results: { state: snapshot.state.results, writes },
      resume: (state) =>
        this.log(id, {
          snapshotBytes: snapshot.state.document.length + snapshot.state.results.length,
          seq,
          updateSeq,
          facts,
          logBytes,
          nextSegment: (segments.at(-1) ?? snapshot.segment - 1) + 1,
          state,
        }),
    };
  }

  async planMove(id: NotebookId, plan: PlannedMove): Promise<void> {
    await this.index.put(plan.to, id);
    await this.noteClosed(id, (facts) => withPlan(facts, plan));
  }

  async settleMove(id: NotebookId, path: string): Promise<void> {
    const before = await this.noteClosed(id, (facts) => withPath(facts, path));
    if (before === null) return;
    await this.index.put(path, id);
    for (const other of [before.path, before.moving?.to])
      if (other !== undefined && other !== path) await this.index.remove(other, id);
  }

  /** @returns the facts before; null: there is no such room. */
  private async noteClosed(
    id: NotebookId,
    change: (facts: RoomFacts) => RoomFacts,
  ): Promise<RoomFacts | null> {
    const recovered = await this.recover(id);
    if (recovered === null) return null;
    const { facts, snapshot, segments, seq } = recovered;
    // A segment of its own, as each opening has one: what was torn off at the end of the last stays unread.
    const segment = (segments.at(-1) ?? snapshot.segment - 1) + 1;
    const writer = new SegmentWriter(join(this.folder, id, segmentName(segment)));
    const content = encodeFacts(change(facts));
    await writer
      .write([encodeRecord({ kind: "facts", seq: seq + 1, content })])
      .finally(() => writer.close());
    return facts;
  }

  async begin({ id, path, contentHash, isSaved, state }: NewRoom): Promise<RoomLog> {
    const base = { contentHash: contentHash ?? "", seq: isSaved ? 1 : 0 };
    const facts: RoomFacts = { path, base, intents: [] };
    const folder = join(this.folder, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const snapshotBytes = await writeSnapshot(join(folder, "snapshot"), {
      facts,
      seq: 1,
      updateSeq: 1,
      segment: 1,
      state: state(),
    });
    await this.index.put(path, id);
    const log = this.log(id, {
      snapshotBytes,
      seq: 1,
      updateSeq: 1,
      facts,
      logBytes: 0,
      nextSegment: 1,
      state,
    });
    if (contentHash !== null) await log.keepBase(contentHash, path);
    return log;
  }

  /** Forgets rooms that are saved, in nobody's hands, and unused for `UNUSED_ROOM_MS`. */
  async forgetUnused(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter(isRoomId)) {
      try {
        const id = NotebookId.of(name);
        if (this.clock.now() - (await this.lastUse(name)) < UNUSED_ROOM_MS) continue;
        const room = await this.recover(id);
        if (room && room.updateSeq > room.facts.base.seq) continue;
        if (room && leaseOwner(this.stateFolder, room.facts.path) !== null) continue;
        const isFound = room !== null && (await this.index.idAt(room.facts.path)) === id;
        if (isFound && (await this.history?.isWorthKeeping(id))) continue;
        if (room) await this.index.remove(room.facts.path, id);
        await this.history?.forget(id);
        await rm(join(this.folder, name), { recursive: true, force: true });
      } catch (error) {
        this.logger.warn("an unused room could not be removed", { room: name, error: messageOf(error) });
      }
    }
  }

  private async lastUse(name: string): Promise<number> {
    const folder = join(this.folder, name);
    const files = await readdir(folder);
    const times = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).mtimeMs));
    return Math.max(0, ...times);
  }

  private log(
    id: NotebookId,
    more: Omit<
      ConstructorParameters<typeof RoomFolder>[0],
      "id" | "folder" | "onMoving" | "onMoved" | "clock" | "logger"
    >,
  ): RoomFolder {
    let path = more.facts.path;
    let planned: { readonly to: string; readonly before: NotebookId | null } | null = null;
    return new RoomFolder({
      ...more,
      id,
      folder: join(this.folder, id),
      clock: this.clock,
      logger: this.logger,
      onMoving: async (to) => {
        if (to !== null) {
          planned = { to, before: await this.index.idAt(to) };
          await this.index.put(to, id);
        } else if (planned !== null && planned.to !== path) {
          if (planned.before === null) await this.index.remove(planned.to, id);
          else await this.index.put(planned.to, planned.before);
          planned = null;
        }
      },
      onMoved: async (to) => {
        planned = null;
        await this.index.put(to, id);
        if (to !== path) await this.index.remove(path, id);
        path = to;
      },
    });
  }

  /** What is on disk of a room: its snapshot, and every whole record since. Null: no such room. */
  private async recover(id: NotebookId): Promise<Recovered | null> {
    if (!isRoomId(id)) return null;
    const folder = join(this.folder, id);
    const snapshot = await readSnapshot(join(folder, "snapshot"));
    if (snapshot === "damaged") {
      this.logger.error("a room's snapshot is damaged; the notebook is read from its file", { room: id });
      return null;
    }
    if (snapshot === null) return null;
    const segments = (await segmentsIn(folder)).filter((number) => number >= snapshot.segment);
    let { facts, seq, updateSeq } = snapshot;
    const updates: Uint8Array[] = [];
    const writes: Uint8Array[] = [];
    const { records, logBytes } = await this.recordsIn(folder, segments);
    for (const record of records) {
      // The snapshot holds it already: it was taken while this segment was written.
      if (record.seq <= seq) continue;
      if (record.seq !== seq + 1) {
        this.logger.error("records are missing in a room's log", { room: id, after: seq, next: record.seq });
      }
      seq = record.seq;
      if (record.kind === "facts") facts = decodeFacts(record.content) ?? facts;
      else {
        (record.kind === "update" ? updates : writes).push(record.content);
        updateSeq = record.seq;
      }
    }
    return { snapshot, facts, seq, updateSeq, updates, writes, logBytes, segments };
  }

  /**
   * Each opening goes on in a segment of its own from what it found. What a process that was taken for dead wrote
   * into an older one after that is not part of the log.
   */
  private async recordsIn(
    folder: string,
    segments: readonly number[],
  ): Promise<{ readonly records: readonly LogRecord[]; readonly logBytes: number }> {
    const records: LogRecord[] = [];
    let logBytes = 0;
    for (const number of segments) {
      const segment = decodeRecords(await readFile(join(folder, segmentName(number))));
      logBytes += segment.wholeBytes;
      const from = segment.records[0]?.seq ?? Number.POSITIVE_INFINITY;
      while ((records.at(-1)?.seq ?? 0) >= from) records.pop();
      for (const record of segment.records) records.push(record);
    }
    return { records, logBytes };
  }
}
