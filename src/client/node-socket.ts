/** Sockets for programs on Node, whose own WebSocket cannot send headers. Not for the page's bundle. */
import { WebSocket } from "ws";
import type { OpenSocket } from "./live-socket.ts";

/** @param headers sent with the handshake: `ApiClient.headers()`. */
export function nodeSockets(headers: Readonly<Record<string, string>>): OpenSocket {
  return (url, handlers) => {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    socket.on("open", () => handlers.onOpen());
    socket.on("message", (data: Buffer, isBinary) =>
      handlers.onMessage(isBinary ? data : data.toString("utf8")),
    );
    socket.on("close", (code) => handlers.onClose(code));
    // Its `close` follows and says the same.
    socket.on("error", () => {});
    return { send: (data) => socket.send(data), close: () => socket.close() };
  };
}
