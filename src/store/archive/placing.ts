/** Moves what was unpacked to its places, and takes all of it back if one move fails. */
import { link, lstat, mkdir, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LoopbookError } from "../../util/errors.ts";
import { freeNames } from "../files/free-name.ts";
import type { ZipItem } from "./zip-items.ts";

export interface Unpacked {
  /** As written, in the folder. */
  readonly written: readonly string[];
  readonly skipped: readonly string[];
}

export class Placing {
  private readonly folder: string;
  private readonly staging: string;
  /** Where files go that are replaced, until all is done. */
  private readonly kept: string;
  private readonly onClash: "keep-both" | "replace" | "skip" | "refuse";
  /** What undoes each step, newest last. */
  private readonly undo: (() => Promise<unknown>)[] = [];
  private readonly written: string[] = [];
  private readonly skipped: string[] = [];

  constructor(folder: string, staging: string, kept: string, onClash: Placing["onClash"]) {
    this.folder = folder;
    this.staging = staging;
    this.kept = kept;
    this.onClash = onClash;
  }

  async run(items: readonly ZipItem[]): Promise<Unpacked> {
    try {
      for (const item of items) {
        if (item.type === "folder") await this.makeFolders(item.name);
        else if (await this.makeFolders(dirname(item.name))) await this.place(item.name);
        else this.skipped.push(item.name);
      }
    } catch (error) {
      for (const step of this.undo.reverse()) await step().catch(() => {});
      throw error;
    }
    return { written: this.written, skipped: this.skipped };
  }

  /** @returns whether it is a folder now; false: something else has that name, and is left alone. */
  private async makeFolders(name: string): Promise<boolean> {
    if (name === ".") return true;
    if (!(await this.makeFolders(dirname(name)))) return false;
    const path = join(this.folder, name);
    try {
      await mkdir(path);
      this.undo.push(() => rmdir(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    // Looked at anew each time: nothing is ever written through a link.
    if ((await lstat(path)).isDirectory()) return true;
    if (this.onClash === "skip") return false;
    throw clash(name);
  }

  private async place(name: string): Promise<void> {
    const from = join(this.staging, name);
    if (await this.linkTo(from, name)) return;
    if (this.onClash === "skip") {
      this.skipped.push(name);
      return;
    }
    if (this.onClash === "keep-both") {
      for (const other of freeNames(name)) if (await this.linkTo(from, other)) return;
    }
    const path = join(this.folder, name);
    if (this.onClash !== "replace" || !(await lstat(path)).isFile()) throw clash(name);
    const kept = join(this.kept, name);
    await mkdir(dirname(kept), { recursive: true });
    await link(path, kept);
    await rename(from, path);
    this.undo.push(() => rename(kept, path));
    this.written.push(name);
  }

  /** False: the name is taken. */
  private async linkTo(from: string, name: string): Promise<boolean> {
    const path = join(this.folder, name);
    try {
      await link(from, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
      // No hard links on this file system: the look before is all that there is.
      if (await lstat(path).catch(() => null)) return false;
      await rename(from, path);
    }
    this.undo.push(() => unlink(path));
    this.written.push(name);
    return true;
  }
}

function clash(name: string): LoopbookError {
  return new LoopbookError(
    "name-clash",
    `${name} is here already, and it cannot be replaced. Nothing was written.`,
  );
}
