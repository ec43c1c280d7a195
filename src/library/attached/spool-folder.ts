/** A writer's folder in the spool (decision 0009): what is in it, whose it is, and whether that process lives. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { attachBody } from "../../api/attached.ts";
import { identityOf, isRunning } from "../../worker/process-identity.ts";

export const attachFile = z.object({
  format: z.literal(1),
  url: z.string().nullable(),
  request: attachBody,
});
export type AttachFile = z.infer<typeof attachFile>;

/** Folders of all writers, those that began first first. `folder`: the spool, one run of it, or one writer. */
export function writerFolders(folder: string): readonly string[] {
  const found: { readonly path: string; readonly started: number }[] = [];
  const look = (path: string, depth: number): void => {
    const file = readAttachFile(path);
    if (file) found.push({ path, started: file.request.started });
    else if (depth < 2) for (const name of foldersIn(path)) look(join(path, name), depth + 1);
  };
  look(folder, 0);
  return found.sort((a, b) => a.started - b.started).map(({ path }) => path);
}

/** Null: there is none, or it is not one. */
export function readAttachFile(folder: string): AttachFile | null {
  try {
    return attachFile.parse(JSON.parse(readFileSync(join(folder, "attach.json"), "utf8")));
  } catch {
    return null;
  }
}

/** Whether the process that writes here may go on to do so. One on another machine is taken to live. */
export function isWriterAlive({ request: { writer, started } }: AttachFile): boolean {
  if (writer.host !== hostname()) return true;
  if (!isRunning(identityOf(writer.pid))) return false;
  const began = beganAt(writer.pid);
  // Clocks tell seconds a little differently.
  return began === null || began <= started + 2;
}

/** Seconds since 1970 at which a process began (proc(5)); null where the platform does not tell. */
function beganAt(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return Number.POSITIVE_INFINITY;
    const boot = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    return boot === undefined ? null : Number(boot) + Number(fields[19]) / TICKS_A_SECOND;
  } catch {
    return null;
  }
}

/** USER_HZ, which is 100 on every Linux that programs see (proc(5), sysconf(3)). */
export const TICKS_A_SECOND = 100;

/** Written aside and renamed: never half. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}

/** When all of it is with the server; the run's folder goes with its last writer. */
export function removeWriterFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const run = dirname(folder);
  if (existsSync(run) && readdirSync(run).length === 0) rmSync(run, { recursive: true, force: true });
}

export function segmentName(offset: number): string {
  return `${String(offset).padStart(20, "0")}.log`;
}

/** Offsets at which segments begin, in order. */
export function segmentOffsets(folder: string): readonly number[] {
  return readdirSync(folder)
    .map((name) => /^(\d{1,20})\.log$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
