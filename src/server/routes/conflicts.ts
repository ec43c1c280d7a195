import type { FastifyInstance } from "fastify";
import { type ConflictsView, mergeCopyBody, resolveConflictBody } from "../../api/http.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

export function conflictRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<ById>("/api/notebooks/:id/conflicts", { config: { needs: "look" } }, (request) =>
    conflictsView(sessionOf(context, request.params.id)),
  );

  app.post<ById>("/api/notebooks/:id/conflicts/resolve", { config: { needs: "edit" } }, (request) => {
    const session = sessionOf(context, request.params.id);
    const { cellId, choice } = resolveConflictBody.parse(request.body);
    if (!session.conflicts.resolve(cellId, choice, request.access.party))
      throw new LoopbookError("no-such-conflict", "This conflict is decided already, or its cell is gone.");
    return conflictsView(session);
  });

  app.post<ById>("/api/notebooks/:id/conflicts/copies", { config: { needs: "edit" } }, async (request) => {
    const session = sessionOf(context, request.params.id);
    const { name } = mergeCopyBody.parse(request.body);
    if (!(await session.conflicts.mergeCopy(name)))
      throw new LoopbookError("no-such-copy", `There is no other version of the notebook called ${name}.`);
    return conflictsView(session);
  });
}

async function conflictsView({ conflicts }: NotebookSession): Promise<ConflictsView> {
  return { copies: await conflicts.copies(), conflicts: conflicts.list() };
}
