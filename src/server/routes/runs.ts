import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { type RunCommandBody, runCommandBody, type StartRunBody, startRunBody } from "../../api/http.ts";
import type { Access } from "../../people/access.ts";
import type { RunCommand, RunOptions, RunPart, RunRecord, RunSnapshot } from "../../runs/run.ts";
import type { StartRunRequest } from "../../usecases/host.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CellId, NotebookId, RunId } from "../../util/ids.ts";
import { schemeOf } from "../../util/url-scheme.ts";
import type { ServerContext } from "../context.ts";
import { needReach, reaches } from "../security/reach.ts";
import { isTrusted, requestedPath } from "./notebooks.ts";

interface ById {
  Params: { id: string };
}

const historyQuery = z.object({
  path: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export function runRoutes(app: FastifyInstance, context: ServerContext): void {
  const { host } = context;

  app.get("/api/runs", { config: { needs: "look", reach: "checked" } }, (request): readonly RunSnapshot[] =>
    host
      .runs()
      .map((run) => run.snapshot())
      .filter((run) => isOfReach(request.access, run)),
  );

  app.get("/api/runs/history", { config: { needs: "look", reach: "checked" } }, async (request) => {
    const { path, limit } = historyQuery.parse(request.query);
    const inputPath = path === undefined ? {} : { inputPath: await requestedPath(context, path, request) };
    const runs = await host.runHistory({ ...inputPath, limit });
    return runs.filter((run) => isOfReach(request.access, run));
  });

  app.get<ById>(
    "/api/runs/:id",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<RunRecord> => {
      const record = await host.runRecord(request.params.id);
      return record && isOfReach(request.access, record.snapshot) ? record : noSuchRun(request.params.id);
    },
  );

  app.post("/api/runs", { config: { needs: "execute", reach: "checked" } }, async (request, reply) => {
    const start = await startRequest(context, startRunBody.parse(request.body), request);
    const run = await host.startRun(start);
    return reply.code(201).send(run.snapshot());
  });

  // Goes on with a run whose process is gone, in the kernel that was kept for it.
  app.post<ById>(
    "/api/runs/:id/take-back",
    { config: { needs: "execute", reach: "checked" } },
    async (request) => {
      const { id } = request.params;
      const record = await host.runRecord(id);
      if (!record || !isOfReach(request.access, record.snapshot)) return noSuchRun(id);
      const run = await host.takeRunBack?.(record.snapshot.id, request.access.party);
      if (run) return run.snapshot();
      throw new LoopbookError(
        "no-held-kernel",
        `Run ${id} cannot go on in its kernel: another process has it, or it has ended.`,
      );
    },
  );

  app.post<ById>(
    "/api/runs/:id/commands",
    { config: { needs: "execute", reach: "checked" } },
    async (request, reply) => {
      const run = await liveRun(context, request.params.id, request.access);
      const result = await run.command(commandOf(runCommandBody.parse(request.body)), request.access.party);
      if (result.ok) return result.run;
      return reply.code(409).send({ code: result.code, message: result.message });
    },
  );
}

async function startRequest(
  context: ServerContext,
  body: StartRunBody,
  request: FastifyRequest,
): Promise<StartRunRequest> {
  const { access } = request;
  const { notebookId, path, output, name, env, fromCell, part, cwd, ...rest } = body;
  if ((notebookId === undefined) === (path === undefined)) {
    throw new LoopbookError("bad-request", "A run needs either `notebookId` or `path`.");
  }
  if (notebookId !== undefined)
    needReach(access, context.host.notebook(NotebookId.of(notebookId))?.path ?? null);
  const defined = Object.entries(rest).filter(([, value]) => value !== undefined);
  const options: Partial<RunOptions> = {
    ...(Object.fromEntries(defined) as Partial<RunOptions>),
    ...(fromCell !== undefined && { fromCell: fromCell === null ? null : CellId.of(fromCell) }),
    ...(part !== undefined && { part: part === null ? null : partOf(part) }),
    ...(cwd !== undefined && { cwd: cwd === null ? null : await requestedPath(context, cwd, request) }),
  };
  return {
    runId: RunId.create(),
    input:
      path === undefined
        ? { notebookId: NotebookId.of(notebookId ?? "") }
        : { path: await requestedEnd(context, path, request) },
    output:
      output.type === "path"
        ? { type: "path", path: await requestedEnd(context, output.path, request) }
        : output,
    options,
    by: request.access.party,
    ...(name !== undefined && { name }),
    ...(env !== undefined && { env }),
  };
}

/** Where a run reads or writes: a file, or an address of a store that a program of the user's names. */
async function requestedEnd(context: ServerContext, path: string, request: FastifyRequest): Promise<string> {
  return isTrusted(request) && schemeOf(path) !== null ? path : requestedPath(context, path, request);
}

function partOf({ from, to, only }: NonNullable<StartRunBody["part"]>): RunPart {
  const idOf = (id: string | null): CellId | null => (id === null ? null : CellId.of(id));
  return { from: idOf(from), to: idOf(to), only: only.map(CellId.of) };
}

function commandOf(body: RunCommandBody): RunCommand {
  if (body.type === "rerun-from") return { type: "rerun-from", cellId: CellId.of(body.cellId) };
  if (body.type === "stop") {
    return body.immediate === undefined ? { type: "stop" } : { type: "stop", immediate: body.immediate };
  }
  return body;
}

/** By id, or an unambiguous beginning of it. */
async function liveRun({ host }: ServerContext, id: string, access: Access): Promise<LiveRun> {
  const within = (run: LiveRun): boolean => isOfReach(access, run.snapshot());
  const exact = host.run(RunId.of(id));
  if (exact && within(exact)) return exact;
  const [only, ...others] = host.runs().filter((run) => run.id.startsWith(id) && within(run));
  if (only && others.length === 0) return only;
  const record = await host.runRecord(id);
  if (!record || !isOfReach(access, record.snapshot)) return noSuchRun(id);
  throw new LoopbookError(
    "already-ended",
    `Run ${record.snapshot.id} has ended (${record.snapshot.status}).`,
  );
}

/** The notebook that it shows and writes. */
export function isOfReach(access: Access, { inputPath, outputPath }: RunSnapshot): boolean {
  return reaches(access, outputPath) || (outputPath === null && reaches(access, inputPath));
}

export function noSuchRun(id: string): never {
  throw new LoopbookError(
    "no-such-run",
    `There is no run ${id} here. \`loopbook runs\` lists those that are kept.`,
  );
}
