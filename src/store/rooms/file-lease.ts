/**
 * Who may write a notebook's file: one process at a time, known by pid and start. A lease is a file named by the
 * notebook's real path and an epoch; making it is atomic, so of two who want it one wins. The lease of a process that
 * has ended is taken over with the next epoch, and whoever held it before can tell.
 */
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FileLease } from "../../document/room-log.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { isRunning, ownIdentity, type ProcessIdentity } from "../process-identity.ts";

export interface LeaseOwner extends ProcessIdentity {
  readonly path: string;
  readonly epoch: number;
  /** Tells this lease from another of the same process. */
  readonly token: string;
}

const folderOf = (stateFolder: string): string => join(stateFolder, "rooms", "leases");

/** Of this process: a lease that is not among them was left behind by something that ended without a word. */
const held = new Set<string>();

/**
 * @param path absolute; links are resolved, also of a file that is not there yet.
 * @throws LoopbookError `open-elsewhere`, `state-folder-unwritable`.
 */
export function takeLease(stateFolder: string, path: string): FileLease {
  const folder = folderOf(stateFolder);
  const real = realTarget(path);
  const key = keyOf(real);
  const token = randomToken(16);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (;;) {
      const before = leasesOf(folder, key).at(-1);
      if (before && lives(before.owner)) throw openElsewhere(real, before.owner);
      const epoch = (before?.epoch ?? 0) + 1;
      const owner: LeaseOwner = { ...ownIdentity(), path: real, epoch, token };
      if (!place(join(folder, nameOf(key, epoch)), owner)) continue;
      if (before) rmSync(join(folder, nameOf(key, before.epoch)), { force: true });
      held.add(token);
      return lease(folder, key, owner);
    }
  } catch (cause) {
    if (cause instanceof LoopbookError) throw cause;
    throw new LoopbookError(
      "state-folder-unwritable",
      `Loopbook could not write to ${folder} (${messageOf(cause)}). Make the folder writable, or set LOOPBOOK_HOME to another one.`,
      { cause },
    );
  }
}

/** The process that has the lease of a notebook now. */
export function leaseOwner(stateFolder: string, path: string): LeaseOwner | null {
  const newest = leasesOf(folderOf(stateFolder), keyOf(realTarget(path))).at(-1);
  return newest?.owner && lives(newest.owner) ? newest.owner : null;
}

/** The real path of a file that may not be there yet. */
export function realTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return resolve(path);
    }
  }
}

function lease(folder: string, key: string, owner: LeaseOwner): FileLease {
  const file = join(folder, nameOf(key, owner.epoch));
  const isHeld = (): boolean => readOwner(file)?.token === owner.token;
  return {
    epoch: owner.epoch,
    isHeld,
    release: () => {
      if (!held.delete(owner.token)) return;
      if (isHeld()) rmSync(file, { force: true });
    },
  };
}

/** Whole or not at all, and only when it is not there. False: somebody else was first. */
function place(file: string, owner: LeaseOwner): boolean {
  const temporary = `${file}.${owner.token}`;
  writeFileSync(temporary, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // No hard links on this file system: made empty at first, which a reader takes for a lease that is being made.
    return placeWithoutLink(file, owner);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function placeWithoutLink(file: string, owner: LeaseOwner): boolean {
  try {
    writeFileSync(file, JSON.stringify(owner), { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** By epoch, ascending. */
function leasesOf(folder: string, key: string): { epoch: number; owner: LeaseOwner | null }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .map((name) => ({ name, epoch: Number(new RegExp(`^${key}\\.(\\d+)$`).exec(name)?.[1] ?? Number.NaN) }))
    .filter(({ epoch }) => !Number.isNaN(epoch))
    .sort((a, b) => a.epoch - b.epoch)
    .map(({ name, epoch }) => ({ epoch, owner: readOwner(join(folder, name)) }));
}

function readOwner(file: string): LeaseOwner | null {
  try {
    const owner = JSON.parse(readFileSync(file, "utf8")) as Partial<LeaseOwner>;
    const isOwner =
      typeof owner.pid === "number" && typeof owner.start === "string" && typeof owner.token === "string";
    return isOwner ? (owner as LeaseOwner) : null;
  } catch {
    return null;
  }
}

function lives(owner: LeaseOwner | null): boolean {
  if (owner === null) return false;
  return owner.pid === process.pid ? held.has(owner.token) : isRunning(owner);
}

function openElsewhere(path: string, owner: LeaseOwner | null): LoopbookError {
  return new LoopbookError(
    "open-elsewhere",
    `${path} is open in another Loopbook process (${owner?.pid}; \`loopbook status\` shows it). Use it there, or end that process.`,
  );
}

const keyOf = (real: string): string => createHash("sha256").update(real).digest("hex");
const nameOf = (key: string, epoch: number): string => `${key}.${epoch}`;

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
