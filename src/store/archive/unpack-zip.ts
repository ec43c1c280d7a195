/**
 * Unpacks a zip file into a folder, all of it or nothing: everything is written into a hidden folder beside its place
 * first, and moved when it is whole; a move that fails takes the earlier ones back.
 */
import { createWriteStream } from "node:fs";
import { lstat, mkdir, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { Placing, type Unpacked } from "./placing.ts";
import { type OpenZip, openZip, unreadableZip } from "./read-zip.ts";
import type { UnpackLimits, ZipItem } from "./zip-items.ts";

export type OnClash = "keep-both" | "replace" | "skip";

export interface UnpackOptions {
  readonly limits: UnpackLimits;
  /** Names that begin with a dot, too. */
  readonly hidden: boolean;
  readonly signal?: AbortSignal;
}

/** A name that is taken, before anything is written. */
export interface Clash {
  readonly name: string;
  /** What is there. `link`: nothing is written through it. */
  readonly taken: "file" | "folder" | "link";
}

export interface ZipPlan {
  readonly files: number;
  readonly bytes: number;
  /** Hidden ones that are left out. */
  readonly leftOut: number;
  readonly clashes: readonly Clash[];
}

/** What unpacking would do. @throws LoopbookError `bad-archive`, `archive-too-big`, `no-such-file`. */
export async function planUnpack(zipPath: string, folder: string, options: UnpackOptions): Promise<ZipPlan> {
  const zip = await openZip(zipPath, options.limits);
  try {
    return await planOf(zip, folder, options);
  } finally {
    zip.close();
  }
}

/**
 * @param onClash null: refuses where a name is taken.
 * @throws LoopbookError `bad-archive`, `archive-too-big`, `name-clash`, `disk-full`, `unpack-failed`; nothing is there then.
 */
export async function unpackZip(
  zipPath: string,
  folder: string,
  onClash: OnClash | null,
  options: UnpackOptions,
): Promise<Unpacked> {
  const zip = await openZip(zipPath, options.limits);
  const staging = join(folder, `.unpack-${randomToken(8)}`);
  try {
    const { clashes } = await planOf(zip, folder, options);
    checkClashes(clashes, onClash);
    const items = chosen(zip, options);
    await checkRoom(folder, items);
    await mkdir(staging, { mode: 0o700 });
    const fresh = join(staging, "new");
    await mkdir(fresh);
    await stage(zip, items, fresh, options.signal);
    const placing = new Placing(folder, fresh, join(staging, "old"), onClash ?? "refuse");
    return await placing.run(items);
  } catch (error) {
    if (error instanceof LoopbookError) throw error;
    if (options.signal?.aborted)
      throw new LoopbookError("unpack-failed", "The unpacking was ended. Nothing was written.");
    throw unpackFailed(error);
  } finally {
    zip.close();
    await rm(staging, { recursive: true, force: true });
  }
}

async function planOf(zip: OpenZip, folder: string, options: UnpackOptions): Promise<ZipPlan> {
  const items = chosen(zip, options);
  const files = items.filter(({ type }) => type === "file");
  return {
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    leftOut: zip.items.length - items.length,
    clashes: await clashesOf(items, folder),
  };
}

function chosen({ items }: OpenZip, { hidden }: UnpackOptions): readonly ZipItem[] {
  if (hidden) return items;
  return items.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
}

async function clashesOf(items: readonly ZipItem[], folder: string): Promise<readonly Clash[]> {
  const clashes = new Map<string, Clash>();
  const kinds = new Map<string, "nothing" | "file" | "folder" | "link">();
  const kindOf = async (name: string) => {
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const facts = await lstat(join(folder, name)).catch(() => null);
    const kind = !facts
      ? "nothing"
      : facts.isSymbolicLink()
        ? "link"
        : facts.isDirectory()
          ? "folder"
          : "file";
    kinds.set(name, kind);
    return kind;
  };
  for (const { name, type } of items) {
    const parts = name.split("/");
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const at = parts.slice(0, depth).join("/");
      const kind = await kindOf(at);
      if (kind === "nothing") break;
      const isWanted = kind === "folder" && (depth < parts.length || type === "folder");
      if (!isWanted) {
        clashes.set(at, { name: at, taken: kind });
        break;
      }
    }
  }
  return [...clashes.values()];
}

function checkClashes(clashes: readonly Clash[], onClash: OnClash | null): void {
  const [first] = clashes;
  if (first === undefined) return;
  const link = clashes.find(({ taken }) => taken === "link");
  if (link)
    throw new LoopbookError(
      "name-clash",
      `${link.name} is a link here, and nothing is unpacked through or over one. Take it away first. Nothing was written.`,
    );
  if (onClash === null) {
    const more = clashes.length > 1 ? ` and ${clashes.length - 1} more` : "";
    throw new LoopbookError(
      "name-clash",
      `${first.name}${more} is here already. Choose whether to keep both, to replace or to skip. Nothing was written.`,
    );
  }
}

async function checkRoom(folder: string, items: readonly ZipItem[]): Promise<void> {
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  const disk = await statfs(folder).catch(() => null);
  if (disk && disk.bavail * disk.bsize < bytes)
    throw new LoopbookError(
      "disk-full",
      `There is no room for ${Math.ceil(bytes / 1024 ** 2)} MB on this disk. Nothing was written.`,
    );
}

async function stage(
  zip: OpenZip,
  items: readonly ZipItem[],
  staging: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const item of items) {
    signal?.throwIfAborted();
    const path = join(staging, item.name);
    await mkdir(item.type === "folder" ? path : dirname(path), { recursive: true });
    if (item.type === "folder") continue;
    const out = createWriteStream(path, { flags: "wx", mode: item.isExecutable ? 0o777 : 0o666 });
    const content = await zip.content(item);
    await pipeline(content, out, ...(signal ? [{ signal }] : [])).catch((error: unknown) => {
      throw isOfDisk(error) || signal?.aborted ? error : unreadableZip(error);
    });
  }
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function unpackFailed(cause: unknown): LoopbookError {
  const isFull = (cause as NodeJS.ErrnoException).code === "ENOSPC";
  return new LoopbookError(
    isFull ? "disk-full" : "unpack-failed",
    `Unpacking failed (${messageOf(cause)}). Nothing was written.`,
    { cause },
  );
}
