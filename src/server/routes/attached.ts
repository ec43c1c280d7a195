import { basename } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type AttachBody,
  type AttachedView,
  answerQuery,
  attachBody,
  blobQuery,
  logQuery,
  newsQuery,
} from "../../api/attached.ts";
import type { AttachedRun, AttachedRuns, AttachRequest, News, Writer } from "../../usecases/attached-run.ts";
import { LoopbookError } from "../../util/errors.ts";
import { NotebookId, RunId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { shownPath } from "../folder-path.ts";
import { sessionOf } from "../notebook-view.ts";
import { readBody } from "../read-body.ts";
import { needReach, reaches } from "../security/reach.ts";
import { requestedPath } from "./notebooks.ts";

/** Of one request; a sender cuts its log into such pieces. */
const BATCH_BYTES = 8 * 1024 * 1024;

interface ByRun {
  Params: { run: string };
}

interface ByWriter {
  Params: { run: string; writer: string };
}

interface ByBlob {
  Params: { run: string; sha256: string };
}

export function attachedRoutes(app: FastifyInstance, context: ServerContext): void {
  const config = { needs: "execute", reach: "checked" } as const;
  const waits = new Set<() => void>();
  app.addContentTypeParser("application/x-ndjson", (_request, body, done) => done(null, body));
  app.addHook("onClose", async () => {
    for (const end of [...waits]) end();
  });

  app.post("/api/attached", { config: { needs: "execute", reach: "checked" } }, async (request, reply) => {
    const body = attachBody.parse(request.body);
    const runs = runsOf(context);
    const wanted = await attachRequest(context, body, request);
    const known = await runs.get(wanted.runId);
    if (known) needReach(request.access, known.session.path);
    const run = await runs.attach(wanted);
    needReach(request.access, run.session.path);
    return reply.code(known ? 200 : 201).send(viewOf(context, run, wanted.writer, request));
  });

  app.post<ByWriter>(
    "/api/attached/:run/log/:writer",
    { config: { needs: "execute", reach: "checked" }, bodyLimit: BATCH_BYTES },
    async (request, reply) => {
      const { offset } = logQuery.parse(request.query);
      const { writer } = request.params;
      if (!/^[a-z0-9-]{1,64}$/.test(writer))
        throw new LoopbookError("bad-request", "A writer's name is made of a–z, 0–9 and dashes.");
      const run = await runOf(context, request.params.run, request);
      const bytes = await readBody(request.body, BATCH_BYTES);
      run.seen(writer);
      try {
        if (!isLines(request)) return await run.telemetry.append(writer, offset, bytes);
        return await run.telemetry.appendLines(writer, offset, linesOf(bytes));
      } catch (error) {
        return sendGap(error, reply, run.telemetry.received()[writer] ?? 0);
      }
    },
  );

  app.get<ByRun>(
    "/api/attached/:run/news",
    { config: { needs: "execute", reach: "checked" } },
    async (request): Promise<News> => {
      const { writer, after, wait } = newsQuery.parse(request.query);
      const run = await runOf(context, request.params.run, request);
      run.seen(writer, "news");
      const news = await nextNews(run, after, wait * 1_000, request, waits);
      run.seen(writer, "news");
      return news;
    },
  );

  app.put<ByBlob>(
    "/api/attached/:run/blobs/:sha256",
    { config: { needs: "execute", reach: "checked" }, bodyLimit: BATCH_BYTES },
    async (request, reply) => {
      const { offset, total } = blobQuery.parse(request.query);
      const run = await runOf(context, request.params.run, request);
      const sha256 = hashOf(request.params.sha256);
      const bytes = await readBody(request.body, BATCH_BYTES);
      try {
        return await run.telemetry.putBlob(sha256, offset, total, bytes);
      } catch (error) {
        return sendGap(error, reply, (await run.telemetry.blobSize(sha256)) ?? 0);
      }
    },
  );

  app.head<ByBlob>("/api/attached/:run/blobs/:sha256", { config }, async (request, reply) => {
    const run = await runOf(context, request.params.run, request);
    const size = await run.telemetry.blobSize(hashOf(request.params.sha256));
    if (size === null) return reply.code(404).send();
    return reply.header("content-length", size).send();
  });

  app.get<ByRun>(
    "/api/attached/:run/answers",
    { config: { needs: "execute", reach: "checked" } },
    async (request) => {
      const { key } = answerQuery.parse(request.query);
      const run = await runOf(context, request.params.run, request);
      return { answer: await run.answerOf(key) };
    },
  );
}

function runsOf({ host }: ServerContext): AttachedRuns {
  if (host.attachedRuns) return host.attachedRuns;
  throw new LoopbookError("no-attached-runs", "This server takes no processes from outside.");
}

/** @throws LoopbookError `no-such-run`, also for one that this share does not reach. */
async function runOf(context: ServerContext, id: string, request: FastifyRequest): Promise<AttachedRun> {
  const run = await runsOf(context).get(RunId.of(id));
  if (run && reaches(request.access, run.session.path)) return run;
  throw new LoopbookError(
    "no-such-run",
    `There is no attached run ${id} here. Attach it first (\`POST /api/attached\`).`,
  );
}

async function attachRequest(
  context: ServerContext,
  body: AttachBody,
  request: FastifyRequest,
): Promise<AttachRequest> {
  const { runId, name, notebook, within, writer, origin, parameters, started } = body;
  const inside = within === undefined ? undefined : sessionOf(context, within);
  if (inside) needReach(request.access, inside.path);
  const named = notebook ?? `${fileName(name ?? basename(origin.script ?? "run"))}.ipynb`;
  const path = inside ? undefined : await requestedPath(context, named, request);
  return {
    runId: RunId.of(runId),
    ...(name !== undefined && { name }),
    ...(path !== undefined && { notebook: path }),
    ...(within !== undefined && { within: NotebookId.of(within) }),
    ...{ writer, origin: defined(origin), parameters: parameters.map(defined) },
    startedAtMs: Math.round(started * 1_000),
    by: request.access.party,
  };
}

/** What is absent stays absent. */
function defined<T extends object>(value: T): never {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

function fileName(name: string): string {
  const plain = name.replace(/\.\w{1,4}$/, "").replace(/[^\p{L}\p{N}_ .-]+/gu, "-");
  return plain.replace(/^[. -]+|[. -]+$/g, "").slice(0, 100) || "run";
}

function viewOf(
  { folder }: ServerContext,
  run: AttachedRun,
  writer: Writer,
  request: FastifyRequest,
): AttachedView {
  const { path } = run.session;
  const shown = path === null ? null : shownPath(folder, path);
  const page =
    shown === null || shown.startsWith("/")
      ? "/"
      : `/open/${shown.split("/").map(encodeURIComponent).join("/")}`;
  return {
    runId: run.id,
    notebookId: run.session.id,
    path: shown,
    page: `${request.protocol}://${request.headers.host ?? "127.0.0.1"}${page}`,
    values: run.values(),
    received: run.telemetry.received(),
    news: run.news(),
    writer,
  };
}

/** At once when the revision is another, else when it is, or the time is over, or nobody waits any more. */
function nextNews(
  run: AttachedRun,
  after: number,
  waitMs: number,
  request: FastifyRequest,
  waits: Set<() => void>,
): Promise<News> {
  if (run.news().revision !== after || waitMs === 0) return Promise.resolve(run.news());
  return new Promise((resolve) => {
    const { socket } = request.raw;
    const end = (): void => {
      clearTimeout(timer);
      stop();
      waits.delete(end);
      socket.off("close", end);
      resolve(run.news());
    };
    const timer = setTimeout(end, waitMs);
    const stop = run.onNews(end);
    waits.add(end);
    socket.once("close", end);
  });
}

function isLines(request: FastifyRequest): boolean {
  return /^application\/x-ndjson\b/i.test(request.headers["content-type"] ?? "");
}

function linesOf(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8").split("\n");
  // What follows the last line's end is no line.
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Who sends from the wrong place is told the right one. */
function sendGap(error: unknown, reply: FastifyReply, received: number): FastifyReply {
  if (!(error instanceof LoopbookError) || error.code !== "log-gap") throw error;
  return reply.code(409).send({ code: error.code, message: error.message, received });
}

function hashOf(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new LoopbookError("bad-request", "A blob is named by the SHA-256 of its bytes, in hexadecimal.");
}
