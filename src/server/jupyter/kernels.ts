import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { insideFolder } from "../folder-path.ts";
import type { Jupyter } from "./jupyter.ts";

interface ById {
  Params: { id: string };
}

const kernelModel = z
  .object({ name: z.string().nullish(), path: z.string().nullish() })
  .nullish()
  .transform((model) => ({ name: model?.name || undefined, path: model?.path ?? "" }));

/** Kernels by themselves; those of notebooks are ended and restarted as the page would. */
export function kernelRoutes(app: FastifyInstance, { context, kernels }: Jupyter): void {
  app.get("/api/kernels", { config: { needs: "look" } }, () =>
    kernels.list().map((shared) => kernels.model(shared)),
  );

  app.post("/api/kernels", { config: { needs: "execute" } }, async (request, reply) => {
    const { name, path } = kernelModel.parse(request.body);
    const shared = await kernels.start(name, await insideFolder(context.folder, path), null);
    const model = kernels.model(shared);
    return reply.code(201).header("Location", `/api/kernels/${model.id}`).send(model);
  });

  app.get<ById>("/api/kernels/:id", { config: { needs: "look" } }, (request) =>
    kernels.model(kernels.get(request.params.id)),
  );

  app.delete<ById>("/api/kernels/:id", { config: { needs: "execute" } }, async (request, reply) => {
    await kernels.get(request.params.id).actions.shutdown(request.access.party);
    return reply.code(204).send();
  });

  app.post<ById>("/api/kernels/:id/interrupt", { config: { needs: "execute" } }, async (request, reply) => {
    await kernels.get(request.params.id).actions.interrupt(request.access.party);
    return reply.code(204).send();
  });

  app.post<ById>("/api/kernels/:id/restart", { config: { needs: "execute" } }, async (request) => {
    const shared = kernels.get(request.params.id);
    await shared.actions.restart(request.access.party);
    return kernels.model(shared);
  });
}
