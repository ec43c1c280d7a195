/**
 * Appends records to the newest segment of a room's log. All who wait for the disk share one sync: while one is
 * under way, the next group gathers. Knows nothing of what the records mean.
 */
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../sync-folder.ts";

export class SegmentWriter {
  private readonly path: string;
  private file: FileHandle | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Settles when all is on disk. After an error it is not known what the segment holds: go on in another one. */
  async write(records: readonly Uint8Array[]): Promise<void> {
    if (this.file === null) {
      this.file = await open(this.path, "a", 0o600);
      // The records are as lost as the name they stand under.
      await syncFolder(dirname(this.path));
    }
    await this.file.appendFile(records.length === 1 && records[0] ? records[0] : Buffer.concat(records));
    await this.file.datasync();
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.close();
  }
}
