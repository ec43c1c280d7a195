import type { FastifyInstance } from "fastify";
import { kernelActionBody } from "../../api/http.ts";
import type { KernelView } from "../../usecases/notebook-session.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

const ACTS = {
  start: "started",
  restart: "restarted",
  interrupt: "interrupted",
  shutdown: "shut-down",
} as const;

export function kernelRoutes(app: FastifyInstance, context: ServerContext): void {
  app.post<ById>("/api/notebooks/:id/kernel", { config: { needs: "execute" } }, async (request, reply) => {
    const session = sessionOf(context, request.params.id);
    const { action, kernelName } = kernelActionBody.parse(request.body);
    const { party } = request.access;
    switch (action) {
      case "start":
        await session.startKernel(kernelName === undefined ? {} : { specName: kernelName });
        break;
      case "restart":
        await session.restartKernel(party);
        break;
      case "interrupt":
        await session.interrupt(party);
        break;
      case "shutdown":
        await session.shutdownKernel();
        break;
    }
    session.comments?.noteKernel(ACTS[action], party);
    const view: KernelView = session.kernelView();
    return reply.code(202).send(view);
  });
}
