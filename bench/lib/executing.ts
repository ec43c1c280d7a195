/** Cells that a real kernel runs in a notebook that is live on our server. */
import type { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";

export interface Execution {
  /** Somebody who looks on sees it running. */
  readonly begun: Promise<void>;
  /** They see its end, after the last output. */
  readonly ended: Promise<void>;
}

export async function joinLive(api: ApiClient, id: string): Promise<LiveClient> {
  const client = openLive(api, id, { openSocket: nodeSockets(api.headers()) });
  await client.synced();
  return client;
}

export async function startKernel(api: ApiClient, id: string, client: LiveClient): Promise<void> {
  await api.kernel(id, { action: "start" });
  await untilTrue(
    (look) => client.onMessage(look),
    () => ["idle", "busy"].includes(client.live()?.kernel.state ?? ""),
  );
}

export function execute(api: ApiClient, id: string, client: LiveClient, cellId: CellId): Execution {
  const source = openLiveNotebook(client.doc, client.results).cell(cellId)?.source ?? "";
  const { executionCount: before } = client.results.of(cellId);
  const asked = api.execute(id, { cellId, sourceHash: sourceHash(source) });
  const seen = (isSeen: () => boolean): Promise<void> =>
    untilTrue((look) => client.results.onChange(look), isSeen);
  const begun = seen(() => client.results.of(cellId).executionState === "running");
  const ended = begun.then(() =>
    seen(() => {
      const { executionState, executionCount } = client.results.of(cellId);
      return executionState === "idle" && executionCount !== null && executionCount !== before;
    }),
  );
  return { begun: asked.then(() => begun), ended: asked.then(() => ended) };
}

/** Settles when it is true; looked at now and whenever something is heard. */
export function untilTrue(listen: (look: () => void) => () => void, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = listen(() => {
      if (!isTrue()) return;
      stop();
      resolve();
    });
    if (isTrue()) {
      stop();
      resolve();
    }
  });
}
