/** Tells when a file may have become another: by the system's notice, and by looking now and then where there is none. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Network folders give no notice. */
const LOOK_EVERY_MS = 500;
/** A program that writes a file in several pieces is not read in between, where that can be helped. */
const QUIET_MS = 50;

/** @returns ends it. */
export function watchFile(path: string, onChange: () => void): () => void {
  let seen = markOf(path);
  let quiet: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = markOf(path);
    if (now === seen) return;
    seen = now;
    clearTimeout(quiet);
    quiet = setTimeout(onChange, QUIET_MS);
  };
  const watcher = watchFolder(dirname(path), basename(path), look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    watcher?.close();
    clearInterval(timer);
    clearTimeout(quiet);
  };
}

/** The folder, not the file: whoever saves safely puts another file in its place. */
function watchFolder(folder: string, name: string, onEvent: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_, changed) => {
      if (changed === null || changed === name) onEvent();
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

function markOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return "missing";
  }
}
