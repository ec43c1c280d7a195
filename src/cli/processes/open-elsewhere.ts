/** A notebook that a live process of this user has open: seen and changed through it, so that nothing is lost. */
import { resolve } from "node:path";
import type { ApiClient } from "../../client/api-client.ts";
import { findOwner } from "../../server/registry.ts";
import { stateFolder } from "../state-folder.ts";
import { connect } from "./connect.ts";
import { realPath } from "./live-runs.ts";

export interface OpenElsewhere {
  readonly api: ApiClient;
  readonly notebookId: string;
}

/** Null when nobody has it open. */
export async function openElsewhere(path: string): Promise<OpenElsewhere | null> {
  const owner = findOwner(stateFolder(), path);
  if (owner === undefined) return null;
  const api = connect(owner);
  const wanted = realPath(path);
  const open = (await api.notebooks()).find(
    (view) => view.path !== null && realPath(resolve(owner.folder, view.path)) === wanted,
  );
  return open === undefined ? null : { api, notebookId: open.id };
}
