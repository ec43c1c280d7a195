/**
 * The live Loopbook processes of this user, each a file in `<state folder>/processes/`. Writing must cost a run
 * next to nothing, so it is synchronous and small; files of dead processes are removed by whoever meets them.
 */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { isRunning, ownIdentity } from "../store/process-identity.ts";
import { leaseOwner } from "../store/rooms/file-lease.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { RegistryEntry } from "./registry-entry.ts";

const folderOf = (stateFolder: string): string => join(stateFolder, "processes");

/** What `registerProcess` is told; it knows pid and start itself. */
export type ProcessFacts = Omit<RegistryEntry, "pid" | "start" | "startedAtMs">;

export interface Registration {
  /** Notebooks that are open now. */
  update(notebooks: readonly string[]): void;
  /** Removes the entry. It is also removed when the process exits. */
  remove(): void;
}

/**
 * Makes this process known to the user's other commands.
 * @throws LoopbookError `state-folder-unwritable`.
 */
export function registerProcess(stateFolder: string, facts: ProcessFacts): Registration {
  const folder = folderOf(stateFolder);
  // The port makes it unique where one process has several servers.
  const file = join(folder, `${process.pid}-${new URL(facts.url).port}.json`);
  const who = { ...ownIdentity(), startedAtMs: Math.round(performance.timeOrigin) };
  let removed = false;
  const write = (notebooks: readonly string[]): void => {
    if (removed) return;
    const entry: RegistryEntry = { ...facts, ...who, notebooks };
    const temporary = `${file}.tmp`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600 });
      chmodSync(temporary, 0o600);
      renameSync(temporary, file);
    } catch (cause) {
      throw new LoopbookError(
        "state-folder-unwritable",
        `Loopbook could not write ${file} (${messageOf(cause)}). Make the folder writable, or set LOOPBOOK_HOME to another one.`,
        { cause },
      );
    }
  };
  const remove = (): void => {
    if (removed) return;
    removed = true;
    process.off("exit", remove);
    rmSync(file, { force: true });
  };
  write(facts.notebooks);
  process.on("exit", remove);
  return { update: write, remove };
}

/** Entries of processes that live, oldest first. Stale files are removed on the way. */
export function liveProcesses(stateFolder: string): readonly RegistryEntry[] {
  const folder = folderOf(stateFolder);
  const entries: RegistryEntry[] = [];
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const entry = readEntry(file);
    if (entry && isRunning(entry)) entries.push(entry);
    else rmSync(file, { force: true });
  }
  return entries.sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/**
 * The process that has this notebook, if any; links are resolved on both sides. Who holds its lease has it; else who
 * says so: a run has its input in hand without a lease of it.
 */
export function findOwner(stateFolder: string, path: string): RegistryEntry | undefined {
  const processes = liveProcesses(stateFolder);
  const owner = leaseOwner(stateFolder, path);
  const holder = processes.find(({ pid, start }) => pid === owner?.pid && start === owner.start);
  if (holder) return holder;
  const wanted = realPath(path);
  return processes.find((entry) => entry.notebooks.some((notebook) => realPath(notebook) === wanted));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

/** Undefined for a file that is no entry: damaged, or of a version that wrote it otherwise. */
function readEntry(file: string): RegistryEntry | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, "utf8")) as Partial<RegistryEntry>;
    const isEntry =
      typeof entry.pid === "number" &&
      typeof entry.start === "string" &&
      typeof entry.startedAtMs === "number" &&
      (entry.kind === "up" || entry.kind === "run") &&
      typeof entry.url === "string" &&
      typeof entry.token === "string" &&
      typeof entry.folder === "string" &&
      Array.isArray(entry.notebooks);
    return isEntry ? (entry as RegistryEntry) : undefined;
  } catch {
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
