/**
 * Where every request comes in: decided on by the guard, then handed to the page, the API or the rooms. The API
 * (Fastify, zod) and the rooms (ws, Yjs) are loaded when the first request for them comes, or in advance (`warm`).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Access, actingWith, permits } from "../people/access.ts";
import type { ApiApp } from "./app.ts";
import type { ServerContext } from "./context.ts";
import { errorId, internalMessage } from "./error-id.ts";
import type { KernelChannels } from "./jupyter/channels.ts";
import { isKernelChannels } from "./jupyter/channels-path.ts";
import type { JupyterRooms } from "./jupyter/collaboration/jupyter-rooms.ts";
import { isCollaborationRoom } from "./jupyter/collaboration/place.ts";
import { JupyterProxy } from "./jupyter/proxy.ts";
import { isTheirs, rightFor } from "./jupyter/proxy-paths.ts";
import { sendNotice } from "./page/notice-page.ts";
import { createPage } from "./page/page.ts";
import type { LiveRooms } from "./rooms/live-rooms.ts";
import { credentials, type TokenGrant } from "./security/credentials.ts";
import { type GuardPolicy, guard, isApiPath, type Verdict } from "./security/guard.ts";
import { setSecurityHeaders } from "./security/headers.ts";
import { hostAllowList } from "./security/host-allow-list.ts";
import { factsOf } from "./security/request-facts.ts";
import { ShareConnections } from "./security/share-connections.ts";

export { folderTitle } from "./folder-settings.ts";
export { publicationStore } from "./publication-store.ts";
export { shareStore } from "./share-store.ts";

export interface EntranceOptions {
  readonly context: ServerContext;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly grants: readonly TokenGrant[];
}

export interface Entrance {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Loads what the first person will need, so that nobody waits for it. */
  warm(): Promise<void>;
  /** Ends live connections and the API. */
  close(): Promise<void>;
}

type Allowed = { readonly access: Access; readonly via: "bearer" | "cookie" };

export function createEntrance({ context, port, allowedHosts, grants }: EntranceOptions): Entrance {
  const policy: GuardPolicy = {
    hosts: hostAllowList(port, allowedHosts),
    credentials: credentials(grants, context.shares),
    port,
  };
  const byShare = context.shares && new ShareConnections(context.shares);
  const page = createPage(context.pageFolder);
  const proxy = context.jupyter ? new JupyterProxy(context.jupyter) : null;
  let app: Promise<ApiApp> | undefined;
  let rooms: Promise<LiveRooms> | undefined;
  const api = (): Promise<ApiApp> => {
    app ??= import("./app.ts").then(({ createApp }) => createApp(context, collaboration));
    return app;
  };
  const live = (): Promise<LiveRooms> => {
    rooms ??= import("./rooms/live-rooms.ts").then(({ createLiveRooms }) => createLiveRooms(context));
    return rooms;
  };

  let jupyterRooms: Promise<JupyterRooms> | undefined;
  const collaboration = (): Promise<JupyterRooms> => {
    jupyterRooms ??= Promise.all([live(), import("./jupyter/collaboration/jupyter-rooms.ts")]).then(
      ([open, { createJupyterRooms }]) => createJupyterRooms(context, open),
    );
    return jupyterRooms;
  };

  let channels: Promise<KernelChannels> | undefined;
  const kernels = (): Promise<KernelChannels> => {
    channels ??= import("./jupyter/channels.ts").then(({ createKernelChannels }) =>
      createKernelChannels(context),
    );
    return channels;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response);
    const facts = factsOf(request, false);
    const verdict = guard(facts, policy);
    if (verdict.type === "published") {
      const { showPublished } = await import("./publish/show-published.ts");
      return showPublished(context, response, facts, verdict.access);
    }
    if (verdict.type === "refused") return refuse(response, verdict);
    if (verdict.type === "sign-in") {
      response.setHeader("Set-Cookie", verdict.setCookie);
      response.writeHead(303, { Location: verdict.location }).end();
      return;
    }
    if (verdict.type === "ask-again") return sendNotice(response, 200, { askAgain: true });
    if (proxy && isTheirs(facts.path, false, page.has)) {
      // The server behind knows nothing of what a share is limited to.
      if (verdict.access.scope !== undefined)
        return sendJson(response, 403, { code: "outside-share", message: OWN_PAGE_ONLY });
      if (permits(verdict.access.rights, rightFor(facts.method, facts.path, false)))
        return proxy.request(request, response);
      return sendJson(response, 403, { code: "no-right", message: MAY_ONLY_LOOK });
    }
    if (isApiPath(facts.path)) return (await api()).handle(request, response, actor(request, verdict));
    return page.serve(request, response, facts.path);
  }

  return {
    request: (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const id = errorId(context.logger, error, { path: request.url?.split("?")[0] });
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { code: "internal-error", message: internalMessage(id) });
      });
    },
    upgrade: (request, socket, head) => {
      const facts = factsOf(request, true);
      const verdict = guard(facts, policy);
      if (verdict.type !== "allowed") return endUpgrade(socket, verdict);
      // Other ways in know nothing of what a share is limited to.
      if (verdict.access.scope !== undefined && !isLiveChannel(request.url))
        return endWith(socket, "403 outside-share");
      if (proxy && isTheirs(facts.path, true, page.has)) {
        if (permits(verdict.access.rights, rightFor(facts.method, facts.path, true)))
          return proxy.upgrade(request, socket, head);
        socket.end("HTTP/1.1 403 no-right\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const url = request.url ?? "";
      const entered = isCollaborationRoom(url) ? collaboration() : isKernelChannels(url) ? kernels() : live();
      entered.then(
        (open) => {
          byShare?.track(socket, verdict.access);
          open.accept(request, socket, head, actor(request, verdict));
        },
        (error: unknown) => {
          errorId(context.logger, error, { path: request.url?.split("?")[0] });
          socket.destroy();
        },
      );
    },
    warm: async () => {
      await api();
      await live();
    },
    close: async () => {
      proxy?.close();
      byShare?.close();
      (await jupyterRooms?.catch(() => undefined))?.close();
      (await rooms?.catch(() => undefined))?.close();
      (await channels?.catch(() => undefined))?.close();
      await (await app?.catch(() => undefined))?.close();
    },
  };
}

const OWN_PAGE_ONLY = "This link is for Loopbook's own page. Ask its owner for another one.";
const MAY_ONLY_LOOK =
  "This address lets you look on, not change or run things. Ask the notebook's owner for theirs.";

/** A program may say what it is (`Loopbook-Client: cli`); shown, never trusted. */
function actor(request: IncomingMessage, { access, via }: Allowed): Allowed {
  const using = request.headers["loopbook-client"];
  if (via === "cookie") return { access, via };
  const name = typeof using === "string" && /^[\w.:-]{1,40}$/.test(using) ? using : "program";
  return { via, access: actingWith(access, name) };
}

function refuse(response: ServerResponse, verdict: Extract<Verdict, { type: "refused" }>): void {
  if (verdict.asPage) sendNotice(response, verdict.status, { message: verdict.message });
  else sendJson(response, verdict.status, { code: verdict.code, message: verdict.message });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  // The body of a refused request is not read, so the connection cannot be used again.
  response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function endUpgrade(socket: Duplex, verdict: Exclude<Verdict, { type: "allowed" }>): void {
  const status = verdict.type === "refused" ? `${verdict.status} ${verdict.code}` : "400 not-a-page";
  endWith(socket, status);
}

function endWith(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function isLiveChannel(url = ""): boolean {
  return /^\/api\/notebooks\/[^/?]+\/live(\?|$)/.test(url);
}
