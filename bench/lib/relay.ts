/** The least that a room can be: passes each message on to everybody else, without reading it. Says its port. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    for (const other of server.clients) if (other !== socket) other.send(data);
  });
});
server.on("listening", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
