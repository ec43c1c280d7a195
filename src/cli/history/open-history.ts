/** A notebook's history, wherever it is: of the process that has it open, else from the disk through one of our own. */
import {
  type HistoryEntry,
  type RestoreBody,
  type RestoredView,
  type VersionView,
  versionView,
} from "../../api/history.ts";
import { HistoryClient } from "../../client/history-client.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { localParty } from "../../people/local-identity.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { SessionHistory } from "../../usecases/session-history.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";

export interface HistoryHere {
  /** Newest first. */
  entries(filter: { readonly cell?: string; readonly limit: number }): Promise<readonly HistoryEntry[]>;
  versions(): Promise<readonly VersionView[]>;
  /** `now`, `file`, a version's number or name. Cells have ids. */
  notebook(version: string, options: { readonly outputs: boolean }): Promise<Notebook>;
  name(name: string): Promise<VersionView>;
  /** Null takes the name away. */
  rename(id: number, name: string | null): Promise<VersionView>;
  restore(body: RestoreBody): Promise<RestoredView>;
}

/** @throws LoopbookError `notebook-unreadable`, `open-elsewhere`, and what `use` throws. */
export async function withHistory<T>(
  context: CliContext,
  path: string,
  use: (history: HistoryHere) => Promise<T>,
): Promise<T> {
  const live = await openElsewhere(path);
  if (live !== null) return use(remote(new HistoryClient(live.api, live.notebookId)));
  const { openHost } = await import("../local-program.ts");
  const host = await openHost("INFO", context);
  try {
    const session = await host.openNotebook(path);
    const { history } = session;
    if (!history) throw new LoopbookError("no-history", "No history of this notebook is kept.");
    return await use(local(session, history));
  } finally {
    await host.close();
  }
}

function remote(client: HistoryClient): HistoryHere {
  return {
    entries: async (filter) => (await client.entries(filter)).entries,
    versions: async () => (await client.versions()).versions,
    notebook: async (version, options) => (await client.notebook(version, options)).notebook,
    name: (name) => client.nameVersion({ name }),
    rename: (id, name) => client.renameVersion(id, { name }),
    restore: (body) => client.restore(body),
  };
}

function local(session: NotebookSession, history: SessionHistory): HistoryHere {
  const me = localParty("cli");
  return {
    entries: ({ cell, limit }) => history.entries({ limit, ...(cell !== undefined && { cellId: cell }) }),
    versions: async () => (await history.versions()).map(versionView),
    notebook: async (version, options) => (await history.notebook(version, options)).keyed.notebook,
    name: async (name) => {
      session.keep();
      return versionView(await history.name(name, me));
    },
    rename: async (id, name) => versionView(await history.rename(id, name)),
    restore: async ({ version, entry, cells, outputs }) => {
      session.keep();
      const from = entry === undefined ? { version: version ?? "" } : { entry };
      const wanted = { from, cells: cells ?? null, outputs: outputs ?? false, apply: true };
      const { before, edits } = await history.restore(wanted, me);
      const saved = await session.save();
      if (saved.type === "failed") throw new LoopbookError("not-saved", saved.reason);
      return { before: before && versionView(before), edits, notebook: null };
    },
  };
}
