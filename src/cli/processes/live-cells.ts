/** The cells of a notebook that another process has open, as they are now. */
import type { ApiClient } from "../../client/api-client.ts";
import { nodeSockets } from "../../client/node-socket.ts";
import { openLive } from "../../client/open-live.ts";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { openLiveNotebook } from "../../document/yjs-notebook.ts";

export async function liveCells(api: ApiClient, notebookId: string): Promise<readonly CellSnapshot[]> {
  const client = openLive(api, notebookId, { openSocket: nodeSockets(api.headers()) });
  try {
    await client.synced();
    const live = openLiveNotebook(client.doc, client.results);
    return live.cellIds().flatMap((id) => live.cell(id) ?? []);
  } finally {
    client.close();
  }
}
