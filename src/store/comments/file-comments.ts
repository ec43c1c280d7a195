/** `CommentStore` in `<state folder>/comments`: a file a room, a line of JSON a record. */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CommentLog, CommentStore } from "../../document/comments/comment-store.ts";
import type { NotebookId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";
import { readRecords } from "../history/journal.ts";
import { syncFolder } from "../sync-folder.ts";

export class FileComments implements CommentStore {
  private readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, "comments");
  }

  open(id: NotebookId): CommentLog {
    return new DurableLines(this.fileOf(id));
  }

  async has(id: NotebookId): Promise<boolean> {
    const records = await readRecords(this.fileOf(id));
    return records.some((record) => typeof record === "object" && record !== null && isComment(record));
  }

  async forget(id: NotebookId): Promise<void> {
    await rm(this.fileOf(id), { force: true });
  }

  private fileOf(id: NotebookId): string {
    // Ids come from addresses, too, and name files: nothing else may.
    return join(this.folder, /^nb_[0-9a-z]{12}$/.test(id) ? id : "no-such-room");
  }
}

const isComment = (record: object): boolean => "type" in record && record.type === "comment";

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What waits while the disk writes goes together in the next write. A torn last line is passed over. */
class DurableLines implements CommentLog {
  private readonly path: string;
  private waiting: Waiting[] = [];
  private file: FileHandle | null = null;
  private work: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  async records(): Promise<readonly JsonValue[]> {
    await this.work;
    return readRecords(this.path);
  }

  append(record: JsonValue): Promise<void> {
    const line = `${JSON.stringify(record)}\n`;
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ line, resolve, reject }) === 1) this.work = this.work.then(() => this.write());
    });
  }

  async close(): Promise<void> {
    await this.work;
    const { file } = this;
    this.file = null;
    await file?.close().catch(() => {});
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    try {
      this.file ??= await this.openFile();
      await this.file.appendFile(batch.map(({ line }) => line).join(""));
      await this.file.datasync();
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const { file } = this;
      // Opened anew, the next line begins on its own.
      this.file = null;
      await file?.close().catch(() => {});
      for (const { reject } of batch) reject(error);
    }
  }

  private async openFile(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    if (size > 0 && last[0] !== 10) await file.appendFile("\n");
    if (size === 0) await syncFolder(dirname(this.path));
    return file;
  }
}
