/**
 * Tells when a file may have changed: by the system's notices of its folder (a file that is replaced by a rename is
 * another file, so watching the file itself would go blind), and slowly by looking, for folders that give none.
 */
import { type FSWatcher, realpathSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Unsubscribe } from "../../util/emitter.ts";

const POLL_MS = 2_000;

export function watchFile(path: string, onChange: () => void): Unsubscribe {
  let watcher: FSWatcher | null = null;
  const listen = (): void => {
    const target = realPath(path);
    const names = new Set([basename(path), basename(target)]);
    try {
      watcher = watch(dirname(target), { persistent: false }, (_event, name) => {
        if (name === null || names.has(name)) onChange();
      });
      watcher.on("error", () => {
        watcher?.close();
        watcher = null;
      });
    } catch {
      // No such folder now, or the system's limit of watches is reached: looking is left.
      watcher = null;
    }
  };
  listen();
  const poll = setInterval(() => {
    if (watcher === null) listen();
    onChange();
  }, POLL_MS);
  poll.unref();
  return () => {
    clearInterval(poll);
    watcher?.close();
    watcher = null;
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
