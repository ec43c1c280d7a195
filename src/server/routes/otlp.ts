/** OpenTelemetry's metrics and logs by OTLP/HTTP: each service's instance is an attached run with a notebook. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ZodError } from "zod";
import { LoopbookError } from "../../util/errors.ts";
import { BadProtobuf } from "../../util/protobuf.ts";
import { apiErrorOf } from "../api-errors.ts";
import type { ServerContext } from "../context.ts";
import { BODY_BYTES, encodingOf, type Signal, statusBody, successBody, unpacked } from "../otlp/answer.ts";
import { OtlpReceiver } from "../otlp/receiver.ts";
import { decodeMessage, LOGS_REQUEST, METRICS_REQUEST } from "../otlp/wire.ts";

const MESSAGES = { metrics: METRICS_REQUEST, logs: LOGS_REQUEST } as const;
const RETRY_SECONDS = "5";

export function otlpRoutes(root: FastifyInstance, context: ServerContext): void {
  let made: OtlpReceiver | undefined;
  root.addHook("onClose", () => made?.close());

  const take = async (
    signal: Signal,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const encoding = encodingOf(request.headers["content-type"]);
    if (encoding === null)
      return refused(request, reply, 415, "bad-request", "Send application/x-protobuf or application/json.");
    made ??= makeReceiver(context);
    const body = await unpacked(bytesOf(request.body), request.headers["content-encoding"]);
    const delivery = {
      request: encoding === "json" ? parsedJson(body) : decodeMessage(body, MESSAGES[signal]),
      hash: createHash("sha256").update(body).digest("base64url"),
      by: request.access.party,
    };
    const outcome = await made[signal](delivery);
    return reply.type(typeOf(encoding)).send(successBody(encoding, signal, outcome));
  };

  root.register(async (app) => {
    app.setErrorHandler((error, request, reply) => refuse(error, request, reply, context));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    app.post("/v1/metrics", { config: { needs: "execute" } }, (request, reply) =>
      take("metrics", request, reply),
    );
    app.post("/v1/logs", { config: { needs: "execute" } }, (request, reply) => take("logs", request, reply));
  });
}

function makeReceiver({ host, folder, stateFolder, kind }: ServerContext): OtlpReceiver {
  const { attachedRuns } = host;
  if (kind === "up" && attachedRuns && stateFolder !== undefined)
    return new OtlpReceiver({ folder, stateFolder, attachedRuns });
  throw new LoopbookError(
    "no-attached-runs",
    "This server shows one run. Start one for a folder with `loopbook up`, and export there.",
  );
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new LoopbookError("bad-request", "The body is no JSON.");
  }
}

/** Exporters bring again what is answered by 503, and drop what is answered by 4xx. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger }: ServerContext,
): FastifyReply {
  if (error instanceof BadProtobuf)
    return refused(request, reply, 400, "bad-request", `The body is no message of OTLP: ${error.message}.`);
  const { status, body } = apiErrorOf(error, logger, {
    method: request.method,
    route: request.routeOptions.url,
  });
  const isFinal = error instanceof ZodError || [400, 401, 403, 404, 413, 415].includes(status);
  if (!isFinal) reply.header("Retry-After", RETRY_SECONDS);
  // What this server does not take at all is not there.
  const shown = body.code === "no-attached-runs" ? 404 : isFinal || status === 500 ? status : 503;
  return refused(request, reply, shown, body.code, body.message);
}

function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
): FastifyReply {
  const encoding = encodingOf(request.headers["content-type"]) ?? "json";
  return reply
    .code(status)
    .type(typeOf(encoding))
    .send(statusBody(encoding, status, code, message));
}

const typeOf = (encoding: "json" | "protobuf"): string =>
  encoding === "json" ? "application/json" : "application/x-protobuf";
