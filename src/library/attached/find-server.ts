/** Which server a process of this user's joins: the one that is named, else a local one that shows the notebook's folder. */
import { isAbsolute, relative } from "node:path";
import type { Destination } from "../../client/attached/wire.ts";
import { liveProcesses } from "../../server/registry.ts";
import { stateFolder } from "../../worker/state-folder.ts";

/** @param path the notebook, or the folder that the process runs in; absolute. Null: there is none now. */
export function findServer(path: string, env: NodeJS.ProcessEnv = process.env): Destination | null {
  const local = liveProcesses(stateFolder(env));
  const named = URL.parse(env.LOOPBOOK_URL ?? "");
  if (named !== null) {
    const url = `${named.origin}${named.pathname.replace(/\/$/, "")}`;
    // An address as a server prints it carries its token.
    const token = env.LOOPBOOK_TOKEN ?? named.searchParams.get("token");
    return { url, token: token ?? local.find((entry) => entry.url === url)?.token ?? null };
  }
  const servers = local.filter(({ kind, folder }) => kind === "up" && isInside(folder, path));
  const nearest = servers.sort((a, b) => b.folder.length - a.folder.length)[0];
  return nearest ? { url: nearest.url, token: nearest.token } : null;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !isAbsolute(way);
}
