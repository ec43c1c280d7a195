/**
 * MLflow's tracking API, so that a script that logs to MLflow logs here by its tracking URI alone
 * (https://mlflow.org/docs/latest/rest-api.html). Each of its runs is an attached run with a notebook.
 */
import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ZodError, z } from "zod";
import { messageOf } from "../../util/errors.ts";
import { apiErrorOf } from "../api-errors.ts";
import type { ServerContext } from "../context.ts";
import { listArtifacts, placeOf, putArtifact, readArtifact, safeParts } from "../mlflow/artifacts.ts";
import type { Endpoint } from "../mlflow/endpoint.ts";
import { artifactUri } from "../mlflow/entities.ts";
import { experimentEndpoints } from "../mlflow/experiments-api.ts";
import { loggingEndpoints } from "../mlflow/logging-api.ts";
import { type MlflowCode, MlflowError } from "../mlflow/mlflow-error.ts";
import { modelEndpoints } from "../mlflow/models-api.ts";
import { byRun, runEndpoints } from "../mlflow/runs-api.ts";
import { MlflowTracking } from "../mlflow/tracking.ts";

const ENDPOINTS = { ...experimentEndpoints, ...runEndpoints, ...loggingEndpoints, ...modelEndpoints };
const BASE = "/api/2.0/mlflow";
const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
/** A batch is at most 1 MB by MLflow's own rule; models say more. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

export function mlflowRoutes(app: FastifyInstance, context: ServerContext): void {
  let made: MlflowTracking | undefined;
  const trackingFor = (request: FastifyRequest): MlflowTracking => {
    made ??= makeTracking(context, request);
    return made;
  };
  app.addHook("onClose", () => made?.close());

  app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => refuse(error, request, reply, context));
    for (const [name, endpoint] of Object.entries(ENDPOINTS)) {
      const [method = "", address = ""] = name.split(" ");
      const needs = method === "GET" || address.endsWith("/search") ? "look" : "execute";
      scope.route({
        method,
        url: `${BASE}/${address}`,
        bodyLimit: BODY_LIMIT_BYTES,
        config: { needs },
        handler: (request, reply) => call(endpoint, trackingFor(request), request, reply),
      });
    }
    scope.get(`${BASE}/artifacts/list`, { config: { needs: "look" } }, async (request) => {
      const store = await trackingFor(request).store();
      const run = store.run(byRun.parse(request.query));
      const { path } = z.object({ path: z.string().default("") }).parse(request.query);
      const folder = safeParts(path).join("/");
      const files = listArtifacts(run, folder).map((file) => ({
        ...file,
        path: folder === "" ? file.path : `${folder}/${file.path}`,
      }));
      return { root_uri: artifactUri(run), files };
    });
    for (const version of ["2.0", "3.0"])
      scope.all(`/api/${version}/mlflow/*`, { config: { needs: "look" } }, (request) => {
        const asked = request.url.split("?")[0];
        throw new MlflowError(
          "ENDPOINT_NOT_FOUND",
          `Loopbook has experiments, runs and logged models of MLflow's; not ${asked}.`,
        );
      });
  });

  app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => refuse(error, request, reply, context));
    // Bodies of any type and size, as they come.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, body, done) => done(null, body));
    artifactRoutes(scope, trackingFor);
  });
}

interface ByAddress {
  Params: { "*": string };
}

function artifactRoutes(
  scope: FastifyInstance,
  trackingFor: (request: FastifyRequest) => MlflowTracking,
): void {
  scope.get(ARTIFACTS, { config: { needs: "look" } }, async (request) => {
    const { path } = z.object({ path: z.string().default("") }).parse(request.query);
    const { run, path: folder } = placeOf(await trackingFor(request).store(), path);
    return { files: listArtifacts(run, folder) };
  });
  scope.put<ByAddress>(`${ARTIFACTS}/*`, { config: { needs: "execute" } }, async (request) => {
    const tracking = trackingFor(request);
    const place = placeOf(await tracking.store(), request.params["*"]);
    await putArtifact(tracking, place, (request.body as Readable | undefined) ?? request.raw);
    return {};
  });
  scope.get<ByAddress>(`${ARTIFACTS}/*`, { config: { needs: "look" } }, async (request, reply) => {
    const tracking = trackingFor(request);
    const content = await readArtifact(tracking, placeOf(await tracking.store(), request.params["*"]));
    reply.header("Content-Disposition", "attachment");
    return reply.type("application/octet-stream").send(Buffer.from(content));
  });
  scope.delete<ByAddress>(`${ARTIFACTS}/*`, { config: { needs: "execute" } }, async (request) => {
    const store = await trackingFor(request).store();
    const { run, path } = placeOf(store, request.params["*"]);
    await store.write([{ type: "no-artifact", id: run.id, path }]);
    return {};
  });
}

function makeTracking(
  { host, folder, stateFolder, logger, kind }: ServerContext,
  request: FastifyRequest,
): MlflowTracking {
  const { attachedRuns } = host;
  if (kind !== "up" || !attachedRuns || stateFolder === undefined)
    throw new MlflowError(
      "ENDPOINT_NOT_FOUND",
      "This server shows one run. Start one for a folder with `loopbook up`, and track there.",
    );
  return new MlflowTracking({ folder, stateFolder, attachedRuns, logger }, request.access.party);
}

async function call(
  endpoint: Endpoint,
  tracking: MlflowTracking,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const answered = new Promise<boolean>((resolve) => {
    reply.raw.once("finish", () => resolve(true));
    reply.raw.once("close", () => resolve(reply.raw.writableFinished));
  });
  const body = typeof request.body === "object" && request.body !== null ? request.body : {};
  const input = { ...(request.query as object), ...body, ...(request.params as object) };
  return endpoint({ tracking, input, by: request.access.party, answered });
}

/** In MLflow's words, so that its client raises what a script expects. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerContext,
): FastifyReply {
  if (error instanceof MlflowError)
    return reply.code(error.status).send({ error_code: error.mlflowCode, message: error.message });
  const { status, body } = apiErrorOf(error, context.logger, {
    method: request.method,
    route: request.routeOptions.url,
  });
  const code: MlflowCode =
    error instanceof ZodError || status === 400
      ? "INVALID_PARAMETER_VALUE"
      : status === 403
        ? "PERMISSION_DENIED"
        : status === 413
          ? "REQUEST_LIMIT_EXCEEDED"
          : status === 500
            ? "INTERNAL_ERROR"
            : "TEMPORARILY_UNAVAILABLE";
  // The client tries again on 503: what could not be kept or joined now may be later.
  const isOurs = code === "TEMPORARILY_UNAVAILABLE";
  return reply
    .code(isOurs ? 503 : status)
    .send({ error_code: code, message: body.message || messageOf(error) });
}
