import type { FastifyInstance } from "fastify";
import { framedParams, type TrustAnswer, trustBody } from "../../api/trust.ts";
import type { FramedOutput } from "../../usecases/output-trust.ts";
import { CellId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

export function trustRoutes(app: FastifyInstance, context: ServerContext): void {
  const { trust } = context.host;

  app.get(
    "/api/notebooks/:id/framed/:cellId/:at",
    { config: { needs: "look" } },
    async (request): Promise<FramedOutput> => {
      const { id, cellId, at } = framedParams.parse(request.params);
      const session = sessionOf(context, id);
      return (await trust?.framed(session, CellId.of(cellId), at)) ?? { type: "untrusted" };
    },
  );

  // Whose scripts run where the kernel's results are read is a matter of who may run code here.
  app.post<ById>(
    "/api/notebooks/:id/trust",
    { config: { needs: "execute" } },
    async (request): Promise<TrustAnswer> => {
      const session = sessionOf(context, request.params.id);
      const { trusted } = trustBody.parse(request.body);
      if (trusted) return { outputs: (await trust?.trust(session)) ?? 0 };
      await trust?.revoke(session);
      return { outputs: 0 };
    },
  );
}
