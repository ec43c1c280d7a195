import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { LiveClient } from "../../../src/client/live-client.ts";
import { openLiveNotebook } from "../../../src/document/yjs-notebook.ts";
import { CellId } from "../../../src/util/ids.ts";
import { aNotebook, MemoryHost, type MemorySession } from "./memory-host.ts";
import { aServer, type TestServer } from "./test-server.ts";

/** The first cell of `aRoom`. */
export const first = CellId.of("cell-0");
export const by = { type: "person", label: "test" } as const;

export async function aRoom(sources = ["x = 1", "y = 2"]): Promise<TestServer & { session: MemorySession }> {
  const it = await aServer({ host: new MemoryHost(() => aNotebook(sources)) });
  const { id } = await it.api.openNotebook({ path: "a.ipynb" });
  const session = it.host.sessions.find((one) => one.id === id);
  if (!session) throw new Error("not open");
  return { ...it, session };
}

export const cellsOf = (client: LiveClient): unknown => client.doc.getArray("cells").toJSON();
export const sourceOf = (client: LiveClient): string =>
  openLiveNotebook(client.doc).cell(first)?.source ?? "";

export async function aRawSocket(it: TestServer, id: string, token = it.server.token): Promise<WebSocket> {
  const socket = new WebSocket(it.api.liveUrl(id), { headers: { authorization: `Bearer ${token}` } });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

export async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, "close")) as [number];
  return code;
}
