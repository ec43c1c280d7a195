import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { LoopbookError } from "../../util/errors.ts";
import type { Jupyter } from "./jupyter.ts";
import type { SessionRequest } from "./session-list.ts";

interface ById {
  Params: { id: string };
}

const place = z.object({ path: z.string().optional(), name: z.string().nullish() });
const sessionModel = z.object({
  path: z.string().max(4_096).optional(),
  type: z.string().optional(),
  name: z.string().nullish(),
  kernel: z.object({ id: z.string().nullish(), name: z.string().nullish() }).nullish(),
  notebook: place.nullish(),
});

/** Sessions, with the kernels that they are about. */
export function sessionRoutes(app: FastifyInstance, { sessions }: Jupyter): void {
  app.get("/api/sessions", { config: { needs: "look" } }, () => sessions.list());

  app.post("/api/sessions", { config: { needs: "execute" } }, async (request, reply) => {
    const { path, type = "notebook", ...rest } = readSession(request.body);
    if (path === undefined) throw new LoopbookError("bad-request", "A session needs a path.");
    const model = await sessions.open({ path, type, ...rest });
    return reply.code(201).header("Location", `/api/sessions/${model.id}`).send(model);
  });

  app.get<ById>("/api/sessions/:id", { config: { needs: "look" } }, (request) =>
    sessions.get(request.params.id),
  );

  app.patch<ById>("/api/sessions/:id", { config: { needs: "execute" } }, (request) =>
    sessions.change(request.params.id, readSession(request.body), request.access.party),
  );

  app.delete<ById>("/api/sessions/:id", { config: { needs: "execute" } }, async (request, reply) => {
    await sessions.end(request.params.id, request.access.party);
    return reply.code(204).send();
  });
}

function readSession(body: unknown): Partial<SessionRequest> {
  const { path, type, name, kernel, notebook } = sessionModel.parse(body);
  const at = path ?? notebook?.path ?? notebook?.name ?? undefined;
  return {
    ...(at !== undefined && { path: at }),
    ...(type !== undefined && { type }),
    ...(name && { name }),
    ...(kernel?.id && { kernelId: kernel.id }),
    ...(kernel?.name && { kernelName: kernel.name }),
  };
}
