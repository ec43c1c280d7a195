/**
 * The holders of a user, each a file in `<state folder>/holders/`, readable by that user alone: where its socket is,
 * and the token without which it answers nobody. A holder writes its own file and removes it when nothing is left
 * to tell; the file of one that was killed stays, with its spool, until somebody has read it or it is a day old.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelInfo, KernelSpec, Outlive, StartKernelOptions } from "../../kernel/kernel.ts";
import type { JsonObject } from "../../util/json.ts";
import { isJsonObject } from "../../util/json.ts";
import type { ProcessExit } from "../local/kernel-process.ts";

/** What its client wants known of a held kernel. */
export interface HolderNote extends Outlive {
  /** What the kernel said of itself; null until it did. */
  readonly info: KernelInfo | null;
}

export interface HolderRecord {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  /** See `ProcessIdentity`. */
  readonly start: string;
  readonly token: string;
  readonly socket: string;
  readonly kernelPid: number | null;
  readonly spec: KernelSpec;
  readonly options: StartKernelOptions;
  readonly startedAtMs: number;
  /** Null: somebody is attached. */
  readonly unattendedSinceMs: number | null;
  /** As it was when nobody was attached; null: at work. */
  readonly idleSinceMs: number | null;
  /** How its kernel ended, if it did; told to who comes back. */
  readonly exit: ProcessExit | null;
  readonly note: HolderNote;
}

/** Of a holder that was killed; a living one is never removed. */
const FORGET_AFTER_MS = 24 * 3_600_000;

export const holdersFolder = (stateFolder: string): string => join(stateFolder, "holders");
export const recordFile = (folder: string, id: string): string => join(folder, `${id}.json`);
export const spoolFolder = (folder: string, id: string): string => join(folder, id);

export function writeRecord(folder: string, record: HolderRecord): void {
  const file = recordFile(folder, record.id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.tmp`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** Its file and its spool. */
export function removeRecord(folder: string, id: string): void {
  rmSync(recordFile(folder, id), { force: true });
  rmSync(spoolFolder(folder, id), { recursive: true, force: true });
}

export interface FoundHolder {
  readonly record: HolderRecord;
  /** Else it was killed, its kernel with it; its spool may still tell what it said. */
  readonly isAlive: boolean;
}

/**
 * All of them, oldest first. What is left of holders that were killed more than a day ago is removed.
 * @param isRunning whether a process lives, told apart from a later one of its pid.
 */
export function listHolders(
  folder: string,
  isRunning: (identity: { readonly pid: number; readonly start: string }) => boolean,
  nowMs: number = Date.now(),
): readonly FoundHolder[] {
  const found: FoundHolder[] = [];
  for (const name of namesIn(folder)) {
    const record = readRecord(join(folder, name));
    if (record === null) continue;
    const isAlive = isRunning(record);
    if (!isAlive && nowMs - changedAt(join(folder, name)) > FORGET_AFTER_MS) removeRecord(folder, record.id);
    else found.push({ record, isAlive });
  }
  return found.sort((a, b) => a.record.startedAtMs - b.record.startedAtMs);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Null for a file that is no record: damaged, of another version, or just removed. */
export function readRecord(file: string): HolderRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const isRecord =
      isJsonObject(value as JsonObject) &&
      (value as Partial<HolderRecord>).version === 1 &&
      typeof (value as Partial<HolderRecord>).id === "string" &&
      typeof (value as Partial<HolderRecord>).pid === "number" &&
      typeof (value as Partial<HolderRecord>).socket === "string";
    return isRecord ? (value as HolderRecord) : null;
  } catch {
    return null;
  }
}
