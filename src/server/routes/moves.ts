/** Notebooks get other paths. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { moveFileBody, moveNotebookBody, type NotebookView, trashFileBody } from "../../api/http.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { isWithin, shownPath } from "../folder-path.ts";
import { notebookView, sessionOf } from "../notebook-view.ts";
import { realTarget } from "../security/reach.ts";
import { requestedPath, requireRight } from "./notebooks.ts";

interface ById {
  Params: { id: string };
}

export function moveRoutes(app: FastifyInstance, context: ServerContext): void {
  const { host, folder } = context;
  const named = async (request: FastifyRequest<ById>): Promise<[NotebookSession, string]> => {
    const session = sessionOf(context, request.params.id);
    return [session, await requestedPath(context, moveNotebookBody.parse(request.body).path, request)];
  };

  app.post<ById>(
    "/api/notebooks/:id/move",
    { config: { needs: "edit" } },
    async (request): Promise<NotebookView> => {
      const [session, to] = await named(request);
      await host.moveNotebook(session.id, to);
      return notebookView(context, session);
    },
  );

  app.post<ById>(
    "/api/notebooks/:id/save-as",
    { config: { needs: "edit" } },
    async (request): Promise<NotebookView> => {
      const [session, to] = await named(request);
      await host.saveNotebookAs(session.id, to);
      return notebookView(context, session);
    },
  );

  app.post<ById>("/api/notebooks/:id/copy", { config: { needs: "edit" } }, async (request, reply) => {
    const [session, to] = await named(request);
    await host.copyNotebook(session.id, to);
    return reply.code(201).send({ path: shownPath(folder, to) });
  });

  app.post<ById>(
    "/api/notebooks/:id/follow",
    { config: { needs: "edit" } },
    async (request): Promise<NotebookView> => {
      const session = sessionOf(context, request.params.id);
      await host.followNotebook(session.id);
      return notebookView(context, session);
    },
  );

  app.post("/api/files/move", { config: { needs: "edit", reach: "checked" } }, async (request, reply) => {
    const { from, to } = await ends(request);
    await (host.entries?.move(from, to) ?? host.moveFile(from, to));
    return reply.code(201).send({ path: shownPath(folder, to) });
  });

  app.post("/api/files/copy", { config: { needs: "edit", reach: "checked" } }, async (request, reply) => {
    const { from, to } = await ends(request);
    await (host.entries?.copy(from, to) ?? host.copyFile(from, to));
    return reply.code(201).send({ path: shownPath(folder, to) });
  });

  app.post("/api/files/trash", { config: { needs: "edit", reach: "checked" } }, async (request, reply) => {
    const path = await requestedPath(context, trashFileBody.parse(request.body).path, request);
    if (isWithin(path, folder))
      throw new LoopbookError(
        "bad-request",
        "The folder that this server shows cannot be deleted from in it.",
      );
    // Its kernel ends with it, and so does everybody's work in it.
    if (
      host
        .notebooks()
        .some((session) => session.path !== null && isWithin(realTarget(path), realTarget(session.path)))
    )
      requireRight(request, "execute", "close notebooks");
    await (host.entries?.trash(path) ?? host.trashFile(path));
    return reply.code(204).send();
  });

  async function ends(request: FastifyRequest): Promise<{ readonly from: string; readonly to: string }> {
    const body = moveFileBody.parse(request.body);
    return {
      from: await requestedPath(context, body.from, request),
      to: await requestedPath(context, body.to, request),
    };
  }
}
