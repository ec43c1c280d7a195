import type { FastifyInstance } from "fastify";
import {
  type BlameView,
  type GitView,
  type HistoryView,
  historyQuery,
  nameVersionBody,
  type RestoreBody,
  type RestoredView,
  renameVersionBody,
  restoreBody,
  type VersionNotebook,
  type VersionsView,
  type VersionView,
  versionQuery,
  versionView,
} from "../../api/history.ts";
import { type GitHead, type NoGitHead, readGitHead } from "../../store/git/git-head.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { RestoreRequest, SessionHistory } from "../../usecases/session-history.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

export function historyRoutes(app: FastifyInstance, context: ServerContext): void {
  const historyOf = (id: string): SessionHistory => historyOfSession(sessionOf(context, id));

  app.get<ById>("/api/notebooks/:id/history", { config: { needs: "look" } }, async (request) => {
    const { cell, before, limit } = historyQuery.parse(request.query);
    const found = await historyOf(request.params.id).entries({
      limit: limit + 1,
      ...(cell !== undefined && { cellId: cell }),
      ...(before !== undefined && { before }),
    });
    return { entries: found.slice(0, limit), more: found.length > limit } satisfies HistoryView;
  });

  app.get<ById>("/api/notebooks/:id/history/blame", { config: { needs: "look" } }, async (request) => {
    const cells = await historyOf(request.params.id).blame();
    return { cells: [...cells.values()] } satisfies BlameView;
  });

  app.get<ById>("/api/notebooks/:id/history/versions", { config: { needs: "look" } }, async (request) => {
    const versions = await historyOf(request.params.id).versions();
    return { versions: versions.map(versionView) } satisfies VersionsView;
  });

  app.post<ById>(
    "/api/notebooks/:id/history/versions",
    { config: { needs: "edit" } },
    async (request, reply) => {
      const session = sessionOf(context, request.params.id);
      const { name } = nameVersionBody.parse(request.body);
      session.keep();
      const version = await historyOfSession(session).name(name, request.access.party);
      return reply.code(201).send(versionView(version) satisfies VersionView);
    },
  );

  app.put<{ Params: { id: string; version: string } }>(
    "/api/notebooks/:id/history/versions/:version",
    { config: { needs: "edit" } },
    async (request) => {
      const { name } = renameVersionBody.parse(request.body);
      const { id, version } = request.params;
      return versionView(await historyOf(id).rename(Number(version), name));
    },
  );

  app.get<ById>("/api/notebooks/:id/history/notebook", { config: { needs: "look" } }, async (request) => {
    const { version: wanted, outputs } = versionQuery.parse(request.query);
    const history = historyOf(request.params.id);
    const { version, keyed } = await history.notebook(wanted, { outputs: outputs === "1" });
    return {
      version: version && versionView(version),
      notebook: keyed.notebook,
    } satisfies VersionNotebook;
  });

  app.get<ById>("/api/notebooks/:id/history/git", { config: { needs: "look" } }, async (request) => {
    const { path } = sessionOf(context, request.params.id);
    const head: GitHead | NoGitHead =
      path === null
        ? { type: "none", why: "no-repository", message: "This notebook has no file." }
        : await readGitHead(path);
    if (head.type === "none") return { type: "none", message: head.message } satisfies GitView;
    const { bytes: _, ...view } = head;
    return view satisfies GitView;
  });

  app.post<ById>("/api/notebooks/:id/history/restore", { config: { needs: "edit" } }, async (request) => {
    const session = sessionOf(context, request.params.id);
    const wanted = restoreRequest(restoreBody.parse(request.body));
    session.keep();
    const done = await historyOfSession(session).restore(wanted, request.access.party);
    // An answer says that it is kept, as an acknowledgement does.
    await session.durable();
    return {
      before: done.before && versionView(done.before),
      edits: done.edits,
      notebook: wanted.apply ? null : done.earlier.notebook,
    } satisfies RestoredView;
  });
}

function historyOfSession({ history }: NotebookSession): SessionHistory {
  if (history) return history;
  throw new LoopbookError("no-history", "No history of this notebook is kept.");
}

function restoreRequest({ version, entry, cells, outputs, apply }: RestoreBody): RestoreRequest {
  if ((version === undefined) === (entry === undefined))
    throw new LoopbookError("bad-request", "Name what is to be restored: a version, or an entry.");
  return {
    from: entry === undefined ? { version: version ?? "" } : { entry },
    cells: cells ?? null,
    outputs: outputs ?? false,
    apply: apply !== "caller",
  };
}
