/** The WebSocket of a kernel, `/api/kernels/{id}/channels?session_id=…`, as Jupyter clients open it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Access } from "../../people/access.ts";
import { partyLabel } from "../../people/party.ts";
import type { ServerContext } from "../context.ts";
import { errorId } from "../error-id.ts";
import { Knocks } from "../rooms/knocks.ts";
import { kernelIdIn } from "./channels-path.ts";
import { jupyterOf } from "./jupyter.ts";
import { MAX_CLIENTS } from "./kernel-line.ts";
import type { SharedKernel } from "./kernel-list.ts";
import { decodeWire, MalformedWireMessage, type Protocol, V1_PROTOCOL } from "./wire.ts";

/** A bigger frame ends its connection (code 1009). */
const MAX_FRAME_BYTES = 64 * 1024 ** 2;
const HEARTBEAT_MS = 30_000;
/** A program that waits for something else answers no ping; one that is gone never does. */
const MAX_MISSED = 4;
const MAX_SESSION_ID = 200;
/** Frames of one connection that are no messages; after that it is ended. */
const MAX_MALFORMED = 20;

export interface KernelChannels {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, actor: { readonly access: Access }): void;
  close(): void;
}

export function createKernelChannels(context: ServerContext): KernelChannels {
  const jupyter = jupyterOf(context);
  const knocks = new Knocks(jupyter.clock);
  const open = new Map<WebSocket, number>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(V1_PROTOCOL) ? V1_PROTOCOL : false),
  });
  const heartbeat = setInterval(() => {
    for (const [socket, missed] of open) {
      if (missed >= MAX_MISSED) socket.terminate();
      else {
        open.set(socket, missed + 1);
        socket.ping();
      }
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const enter = (request: IncomingMessage, socket: Duplex, head: Buffer, access: Access): void => {
    const url = new URL(request.url ?? "/", "http://kernel");
    const shared = jupyter.kernels.find(kernelIdIn(request.url ?? ""));
    const sessionId = url.searchParams.get("session_id") ?? "";
    if (!shared || !access.rights.view || sessionId.length > MAX_SESSION_ID) {
      refuse(socket, "404 no-such-kernel");
      return;
    }
    if (!knocks.mayEnter(partyLabel(access.party)) || shared.line.connections >= MAX_CLIENTS) {
      refuse(socket, "429 too-many-connections");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      open.set(opened, 0);
      opened.on("pong", () => open.set(opened, 0));
      opened.on("close", () => open.delete(opened));
      serve(opened, shared, sessionId, access, (error) =>
        errorId(context.logger, error, { kernel: shared.id }),
      );
    });
  };

  return {
    accept: (request, socket, head, { access }) => {
      // A client that lost its server comes back before the kernel is here again.
      void jupyter.kernels.ready().then(() => {
        if (!socket.destroyed) enter(request, socket, head, access);
      });
    },
    close: () => {
      clearInterval(heartbeat);
      for (const socket of open.keys()) socket.close(1001, "the server stops");
      sockets.close();
      void jupyter.close();
    },
  };
}

function serve(
  socket: WebSocket,
  { line, notebook }: SharedKernel,
  sessionId: string,
  access: Access,
  onUnexpected: (error: unknown) => void,
): void {
  const protocol: Protocol = socket.protocol === V1_PROTOCOL ? "v1" : "default";
  // With a room on disk the notebook keeps its id, and its session too, should this process die.
  notebook?.keep();
  const client = line.connect(sessionId, socket, protocol, access);
  let malformed = 0;
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    try {
      line.receive(client, decodeWire(protocol, data as Buffer, isBinary));
    } catch (error) {
      if (error instanceof MalformedWireMessage) {
        if (++malformed > MAX_MALFORMED) socket.close(1003, "no Jupyter messages");
        return;
      }
      onUnexpected(error);
      socket.close(1011, "unexpected error");
    }
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => line.disconnect(client, socket));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
