/**
 * The HTTP API as one Fastify application. It owns parsing at the edge, rights and error bodies; each noun's
 * routes are in `routes/`. It never listens: `entrance.ts` hands it requests that the guard let in.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { type Access, type Action, permits, refusalOf } from "../people/access.ts";
import { LoopbookError } from "../util/errors.ts";
import { NotebookId } from "../util/ids.ts";
import { apiErrorOf } from "./api-errors.ts";
import type { ServerContext } from "./context.ts";
import type { JupyterRooms } from "./jupyter/collaboration/jupyter-rooms.ts";
import { collaborationRoutes } from "./jupyter/collaboration/routes.ts";
import { jupyterRoutes } from "./jupyter/routes.ts";
import { archiveRoutes } from "./routes/archive.ts";
import { attachedRoutes } from "./routes/attached.ts";
import { commentRoutes } from "./routes/comments.ts";
import { conflictRoutes } from "./routes/conflicts.ts";
import { executionRoutes } from "./routes/execution.ts";
import { fileRoutes } from "./routes/files.ts";
import { fileChangeRoutes } from "./routes/files-changes.ts";
import { fileContentRoutes } from "./routes/files-content.ts";
import { fileSearchRoutes } from "./routes/files-search.ts";
import { frameRoutes } from "./routes/frames.ts";
import { historyRoutes } from "./routes/history.ts";
import { imageRoutes } from "./routes/images.ts";
import { kernelAnswerRoutes } from "./routes/kernel-answers.ts";
import { kernelRoutes } from "./routes/kernels.ts";
import { mlflowRoutes } from "./routes/mlflow.ts";
import { moveRoutes } from "./routes/moves.ts";
import { notebookRoutes } from "./routes/notebooks.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { otlpRoutes } from "./routes/otlp.ts";
import { outputRoutes } from "./routes/outputs.ts";
import { parameterRoutes } from "./routes/parameters.ts";
import { pasteOutputRoutes } from "./routes/paste-outputs.ts";
import { publishRoutes } from "./routes/publish.ts";
import { questionRoutes } from "./routes/questions.ts";
import { runRoutes } from "./routes/runs.ts";
import { statusRoutes } from "./routes/status.ts";
import { telemetryRoutes } from "./routes/telemetry.ts";
import { timelineRoutes } from "./routes/timeline.ts";
import { trustRoutes } from "./routes/trust.ts";
import { valueRoutes } from "./routes/values.ts";
import { needReach } from "./security/reach.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The right that a route needs. A program with a route that has none does not start. */
    needs?: Action;
    /**
     * `checked`: the handler itself keeps a share to what it is for (`security/reach.ts`). Other routes are open to
     * shares where they name a notebook by `:id` alone, and closed to them else.
     */
    reach?: "checked";
  }
  interface FastifyRequest {
    /** Who asks, verified. */
    access: Access;
    /** `bearer`: a program of the user's that holds the token; `cookie`: the page. */
    via: "bearer" | "cookie";
  }
}

/** The biggest request body. Big things (sources) travel by the live channel, outputs never by HTTP. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

const ROUTES = [
  statusRoutes,
  openApiRoutes,
  fileRoutes,
  fileChangeRoutes,
  fileContentRoutes,
  fileSearchRoutes,
  archiveRoutes,
  imageRoutes,
  notebookRoutes,
  moveRoutes,
  conflictRoutes,
  historyRoutes,
  commentRoutes,
  timelineRoutes,
  kernelRoutes,
  kernelAnswerRoutes,
  executionRoutes,
  frameRoutes,
  pasteOutputRoutes,
  outputRoutes,
  trustRoutes,
  parameterRoutes,
  valueRoutes,
  runRoutes,
  telemetryRoutes,
  attachedRoutes,
  questionRoutes,
  publishRoutes,
  mlflowRoutes,
  otlpRoutes,
  jupyterRoutes,
];

export interface Actor {
  readonly access: Access;
  readonly via: "bearer" | "cookie";
}

export interface ApiApp {
  handle(request: IncomingMessage, response: ServerResponse, actor: Actor): void;
  close(): Promise<void>;
}

export async function createApp(
  context: ServerContext,
  jupyterRooms: () => Promise<JupyterRooms>,
): Promise<ApiApp> {
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, logger: false });
  const actors = new WeakMap<IncomingMessage, Actor>();
  acceptJsonOnly(app);
  checkRights(app, actors, context);
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = apiErrorOf(error, context.logger, {
      method: request.method,
      route: request.routeOptions.url,
    });
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ code: "no-such-route", message: `There is no ${request.method} of this address.` }),
  );
  for (const routes of ROUTES) {
    routes(app, context);
  }
  collaborationRoutes(app, context, jupyterRooms);
  await app.ready();
  return {
    handle: (request, response, actor) => {
      actors.set(request, actor);
      app.routing(request, response);
    },
    close: () => app.close(),
  };
}

/** Objects with `__proto__` are refused by the parser; an empty body is no body. */
function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  // JupyterLab says that its JSON is plain text.
  app.addContentTypeParser(
    ["application/json", "text/plain"],
    { parseAs: "string" },
    (request, body, done) => {
      if (body === "") done(null, undefined);
      else parse(request, body as string, done);
    },
  );
}

function checkRights(
  app: FastifyInstance,
  actors: WeakMap<IncomingMessage, Actor>,
  context: ServerContext,
): void {
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.needs === undefined) throw new Error(`The route ${String(method)} ${url} names no right.`);
  });
  app.addHook("onRequest", async (request) => {
    const actor = actors.get(request.raw);
    const { config } = request.routeOptions;
    if (request.is404) return;
    if (!actor || config.needs === undefined || !permits(actor.access.rights, config.needs)) {
      const rights = actor?.access.rights ?? { view: false, edit: false, execute: false };
      throw new LoopbookError("no-right", refusalOf(rights, config.needs));
    }
    if (actor.access.scope !== undefined && config.reach !== "checked")
      needReach(actor.access, pathOfRoute(request, context));
    request.access = actor.access;
    request.via = actor.via;
  });
}

/** Of the notebook that a route names by `:id`; null: none, or it is not open. */
function pathOfRoute(request: FastifyRequest, { host }: ServerContext): string | null {
  if (!/^\/api\/notebooks\/:id(\/|$)/.test(request.routeOptions.url ?? "")) return null;
  const { id } = request.params as { readonly id: string };
  return host.notebook(NotebookId.of(id))?.path ?? null;
}
