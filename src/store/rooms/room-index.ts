/** Which room a file has: one small file a path, so that finding it costs the same with one room and with thousands. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NotebookId, randomToken } from "../../util/ids.ts";

export class RoomIndex {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async idAt(path: string): Promise<NotebookId | null> {
    const text = await readFile(this.fileOf(path), "utf8").catch(() => "");
    return isRoomId(text) ? NotebookId.of(text) : null;
  }

  async put(path: string, id: NotebookId): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const temporary = join(this.folder, `${id}.${randomToken(8)}.tmp`);
    await writeFile(temporary, id, { mode: 0o600, flush: true });
    await rename(temporary, this.fileOf(path));
  }

  /** Only when it is this room's. */
  async remove(path: string, id: NotebookId): Promise<void> {
    if ((await this.idAt(path)) === id) await unlink(this.fileOf(path)).catch(() => {});
  }

  private fileOf(path: string): string {
    return join(this.folder, createHash("sha256").update(path).digest("hex"));
  }
}

/** Ids come from addresses, too, and name folders: nothing else may. */
export function isRoomId(text: string): boolean {
  return /^nb_[0-9a-z]{12}$/.test(text);
}
