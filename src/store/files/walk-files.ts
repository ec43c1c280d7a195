/** Everything below a folder that a person may look for: no links, nothing that is hidden or ignored unless wanted. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type IgnoreRule, isIgnored, parseIgnore } from "./gitignore.ts";

export interface WalkedFile {
  /** Relative to the top, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly isFolder: boolean;
}

export interface WalkOptions {
  /** Names that begin with a dot, and what `.gitignore` names, too. `.git` itself never. */
  readonly hidden: boolean;
  readonly signal?: AbortSignal;
  /** False: neither it nor what is below is given. */
  readonly mayLook?: (absolute: string) => boolean;
}

type Levels = readonly { readonly folder: string; readonly rules: readonly IgnoreRule[] }[];

/** Folder by folder, those near the top first. @param start relative to `top`; rules of folders above it count. */
export async function* walkFiles(
  top: string,
  start: string,
  options: WalkOptions,
): AsyncGenerator<WalkedFile> {
  const queue: { readonly path: string; readonly levels: Levels }[] = [
    { path: start, levels: await levelsAbove(top, start, options) },
  ];
  for (let next = queue.shift(); next; next = queue.shift()) {
    options.signal?.throwIfAborted();
    const folder = join(top, next.path);
    const levels = options.hidden
      ? []
      : [...next.levels, { folder: next.path, rules: await rulesIn(folder) }];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isFile() && !entry.isDirectory()) continue;
      if (entry.name === ".git" || (!options.hidden && entry.name.startsWith("."))) continue;
      const path = next.path === "" ? entry.name : `${next.path}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (isIgnored(levels, path, isFolder)) continue;
      const absolute = join(folder, entry.name);
      if (options.mayLook?.(absolute) === false) continue;
      yield { path, absolute, isFolder };
      if (isFolder) queue.push({ path, levels });
    }
  }
}

async function levelsAbove(top: string, start: string, { hidden }: WalkOptions): Promise<Levels> {
  if (hidden || start === "") return [];
  const parts = start.split("/");
  const folders = parts.map((_part, index) => parts.slice(0, index).join("/"));
  return Promise.all(folders.map(async (folder) => ({ folder, rules: await rulesIn(join(top, folder)) })));
}

async function rulesIn(folder: string): Promise<readonly IgnoreRule[]> {
  try {
    return parseIgnore((await readFile(join(folder, ".gitignore"), "utf8")).slice(0, 1_000_000));
  } catch {
    return [];
  }
}
