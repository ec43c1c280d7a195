/** Loopbook's own server, the built program, as one server of rooms among others. */
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { ApiClient } from "../../src/client/api-client.ts";
import type { RoomAddress, RoomServer } from "../lib/room-server.ts";
import { type BenchServer, startServer } from "../lib/server.ts";

export interface LoopbookRooms extends RoomServer {
  readonly api: ApiClient;
  readonly stateFolder: string;
  /** The notebook's id, too. */
  open(name: string): Promise<{ readonly id: string; readonly address: RoomAddress }>;
}

/** @param stateFolder of an earlier one, to go on from; absent: a new one. */
export async function startLoopbook(folder: string, port = 0, stateFolder?: string): Promise<LoopbookRooms> {
  const state = stateFolder ?? mkdtempSync(path.join(folder, ".loopbook-"));
  return loopbookRooms(await startServer(state, folder, { port }), folder, state);
}

export function loopbookRooms(
  server: Pick<BenchServer, "pid" | "addressOf" | "kill" | "close">,
  folder: string,
  stateFolder: string,
): LoopbookRooms {
  const address = new URL(server.addressOf(""));
  const token = address.searchParams.get("token") ?? "";
  const api = new ApiClient({ baseUrl: address.origin, token, using: "cli" });
  const open = async (name: string) => {
    const { id } = await api.openNotebook({ path: path.join(folder, name) });
    return { id, address: { url: api.liveUrl(id), headers: api.headers() } };
  };
  return {
    api,
    stateFolder,
    open,
    pid: server.pid,
    room: async (name) => (await open(name)).address,
    kill: () => server.kill(),
    close: () => server.close(),
  };
}
