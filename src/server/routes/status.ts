import type { FastifyInstance } from "fastify";
import type { ServerStatus } from "../../api/http.ts";
import type { ServerContext } from "../context.ts";
import { jupyterOf } from "../jupyter/jupyter.ts";

export function statusRoutes(app: FastifyInstance, context: ServerContext): void {
  const { version, folder, title, kind } = context;
  const started = new Date(Date.now() - 1_000 * process.uptime()).toISOString();

  app.get(
    "/api/status",
    { config: { needs: "look", reach: "checked" } },
    ({ access }): ServerStatus => ({
      ...{ version, pid: process.pid, title, kind, started },
      // Where on this machine it lies is none of a guest's business.
      folder: access.scope === undefined ? folder : title,
      you: access.party,
      rights: access.rights,
      ...jupyterOf(context).kernels.activity(started),
    }),
  );
}
