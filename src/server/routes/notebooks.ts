import { isAbsolute } from "node:path";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type NotebookView, type OpenNotebookBody, openNotebookBody, saveBody } from "../../api/http.ts";
import { permits } from "../../people/access.ts";
import type { SaveState } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import { NotebookId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { insideFolder } from "../folder-path.ts";
import { createNotebookFile } from "../new-notebook.ts";
import { notebookView, sessionOf } from "../notebook-view.ts";
import { needReach, reaches } from "../security/reach.ts";

interface ById {
  Params: { id: string };
}

export function notebookRoutes(app: FastifyInstance, context: ServerContext): void {
  const { host } = context;

  app.get(
    "/api/notebooks",
    { config: { needs: "look", reach: "checked" } },
    (request): readonly NotebookView[] =>
      host
        .notebooks()
        .filter((session) => reaches(request.access, session.path))
        .map((session) => notebookView(context, session)),
  );

  app.post("/api/notebooks/open", { config: { needs: "look", reach: "checked" } }, (request) =>
    openNotebook(context, openNotebookBody.parse(request.body), request),
  );

  app.get<ById>(
    "/api/notebooks/:id",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<NotebookView> => {
      const id = NotebookId.of(request.params.id);
      // One that a process before this one had open is found by its id, too.
      if (!host.notebook(id)) await host.reopenNotebook(id);
      const session = sessionOf(context, id);
      needReach(request.access, session.path);
      return notebookView(context, session);
    },
  );

  app.post<ById>("/api/notebooks/:id/save", { config: { needs: "edit" } }, (request): Promise<SaveState> => {
    const { again = false } = saveBody.parse(request.body) ?? {};
    return sessionOf(context, request.params.id).save({ again });
  });

  app.post<ById>("/api/notebooks/:id/close", { config: { needs: "execute" } }, async (request, reply) => {
    await host.closeNotebook(sessionOf(context, request.params.id).id);
    return reply.code(204).send();
  });
}

async function openNotebook(
  context: ServerContext,
  body: OpenNotebookBody,
  request: FastifyRequest,
): Promise<NotebookView> {
  const path = await requestedPath(context, body.path, request);
  const specs = body.kernelName === undefined ? [] : await context.host.kernelSpecs();
  const spec = specs.find(({ name }) => name === body.kernelName) ?? null;
  if (body.create) {
    requireRight(request, "edit", "make notebooks");
    await createNotebookFile(path, spec);
  }
  const session = await context.host.openNotebook(path);
  // Who may make notebooks and not run them names the kernel that others will use.
  const isOnlyNamed = body.create === true && !permits(request.access.rights, "execute");
  if (body.kernelName !== undefined && !isOnlyNamed) {
    requireRight(request, "execute", "start kernels");
    await session.startKernel({ specName: body.kernelName });
  }
  return notebookView(context, session);
}

/** The page stays in its folder; a program of the user's (it has the token) may name any file of theirs. */
export async function requestedPath(
  context: ServerContext,
  path: string,
  request: Pick<FastifyRequest, "via" | "access">,
): Promise<string> {
  if (isTrusted(request) && isAbsolute(path) && !path.includes("\0")) return path;
  const named = await insideFolder(context.folder, path);
  needReach(request.access, named);
  return named;
}

/** A program of the user's own: it may name whatever they may. */
export function isTrusted({ via, access }: Pick<FastifyRequest, "via" | "access">): boolean {
  return via === "bearer" && access.scope === undefined && permits(access.rights, "execute");
}

/** For what a route needs beside its own right. @throws LoopbookError `no-right`. */
export function requireRight(request: FastifyRequest, action: "edit" | "execute", what: string): void {
  if (permits(request.access.rights, action)) return;
  throw new LoopbookError("no-right", `This address lets you look on, not ${what}.`);
}
