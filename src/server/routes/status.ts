import type { FastifyInstance } from "fastify";
import type { ServerStatus } from "../../api/http.ts";
import type { ServerContext } from "../context.ts";

export function statusRoutes(app: FastifyInstance, { version, folder, title, kind }: ServerContext): void {
  app.get(
    "/api/status",
    { config: { needs: "look" } },
    (): ServerStatus => ({ version, pid: process.pid, folder, title, kind }),
  );
}
