/** A notebook that a live process of this user has open: seen and changed through it, so that nothing is lost. */
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { ApiClient } from "../client/api-client.ts";
import { findOwner } from "../server/registry.ts";
import type { RegistryEntry } from "../server/registry-entry.ts";
import { stateFolder } from "../worker/state-folder.ts";

/** Longer than any answer takes; a process that is suspended must not hang its callers. */
const ANSWER_LIMIT_MS = 30_000;

export interface OpenElsewhere {
  readonly api: ApiClient;
  readonly notebookId: string;
}

/** The API of another Loopbook process of this user. @param using as what the caller is seen there: `cli`, `library`. */
export function connectAs(using: string, entry: Pick<RegistryEntry, "url" | "token">): ApiClient {
  return new ApiClient({
    baseUrl: entry.url,
    token: entry.token,
    using,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }),
  });
}

/** Null when nobody has it open. */
export async function openElsewhereAs(using: string, path: string): Promise<OpenElsewhere | null> {
  const owner = findOwner(stateFolder(), path);
  if (owner === undefined) return null;
  const api = connectAs(using, owner);
  const wanted = realPath(path);
  const open = (await api.notebooks()).find(
    (view) => view.path !== null && realPath(resolve(owner.folder, view.path)) === wanted,
  );
  return open === undefined ? null : { api, notebookId: open.id };
}

export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
