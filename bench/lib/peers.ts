/** Ours and the others, each with a folder of its own in which the same notebooks lie. */

import { hocuspocus } from "../peers/hocuspocus.ts";
import { jupyter } from "../peers/jupyter.ts";
import { startLoopbook } from "../peers/loopbook.ts";
import type { RoomPeer, RoomServer } from "./room-server.ts";

export interface NamedRoomServer extends RoomServer {
  readonly name: string;
}

/** Ours first. All see the notebooks of `folder`; what is not installed is left out. */
export async function everyRoomServer(
  folder: string,
  say: (line: string) => void,
): Promise<readonly NamedRoomServer[]> {
  const peers: (RoomPeer | null)[] = [{ name: "loopbook", start: startLoopbook }, jupyter, hocuspocus(say)];
  const servers: NamedRoomServer[] = [];
  try {
    for (const peer of peers)
      if (peer !== null) servers.push({ ...(await peer.start(folder)), name: peer.name });
  } catch (error) {
    for (const server of servers) await server.close();
    throw error;
  }
  if (jupyter === null) say("jupyter-collaboration is left out: it is not installed");
  return servers;
}
