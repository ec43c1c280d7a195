/** Opens zip files (yauzl) and gives what may be unpacked of them. */
import type { Readable } from "node:stream";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { checkZipEntries, type UnpackLimits, type ZipItem } from "./zip-items.ts";

export interface OpenZip {
  readonly items: readonly ZipItem[];
  readonly bytes: number;
  /** Fails when the content is not what was said of it. */
  content(item: ZipItem): Promise<Readable>;
  close(): void;
}

/** @throws LoopbookError `bad-archive`, `archive-too-big`, `no-such-file`. */
export async function openZip(path: string, limits: UnpackLimits): Promise<OpenZip> {
  const zip = await open(path);
  try {
    if (zip.entryCount > limits.maxEntries) checkZipEntries(new Array(limits.maxEntries + 1), limits);
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    const items = checkZipEntries(entries, limits);
    const byItem = new Map(items.map((item, index) => [item, entries[index]]));
    return {
      items,
      bytes: items.reduce((sum, { size }) => sum + size, 0),
      content: async (item) => {
        const entry = byItem.get(item);
        if (!entry) throw new Error(`${item.name} is of another zip file`);
        return zip.openReadStreamPromise(entry).catch((cause: unknown) => {
          throw unreadableZip(cause);
        });
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof LoopbookError ? error : unreadableZip(error);
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      autoClose: false,
      validateEntrySizes: true,
      // A backslash is refused with a reason of ours, and never turned into a slash.
      strictFileNames: true,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new LoopbookError("no-such-file", `There is no ${path}.`, { cause });
    throw unreadableZip(cause);
  }
}

export function unreadableZip(cause: unknown): LoopbookError {
  return new LoopbookError(
    "bad-archive",
    `This is no zip file that can be unpacked (${messageOf(cause).replace(/\.$/, "")}). Nothing was written.`,
    { cause },
  );
}
