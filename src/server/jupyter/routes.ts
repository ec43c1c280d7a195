/** Everything that a Jupyter Server answers and clients of notebooks ask, in one place. */
import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../context.ts";
import { contentsRoutes } from "./contents.ts";
import { jupyterOf } from "./jupyter.ts";
import { kernelRoutes } from "./kernels.ts";
import { kernelSpecRoutes } from "./kernelspecs.ts";
import { serverInfoRoutes } from "./server-info.ts";
import { sessionRoutes } from "./sessions.ts";

/** A notebook travels whole in a request here; bigger files come in pieces. */
const BODY_LIMIT_BYTES = 256 * 1024 ** 2;

export function jupyterRoutes(app: FastifyInstance, context: ServerContext): void {
  const jupyter = jupyterOf(context);
  app.addHook("onClose", () => jupyter.close());
  app.register(async (own) => {
    acceptUnnamedJson(own);
    own.addHook("preHandler", () => jupyter.kernels.ready());
    for (const routes of [serverInfoRoutes, kernelSpecRoutes, kernelRoutes, sessionRoutes, contentsRoutes]) {
      routes(own, jupyter);
    }
  });
}

/** Programs that carry the token often name no type, or a wrong one, and mean JSON. */
function acceptUnnamedJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  const options = { parseAs: "string" as const, bodyLimit: BODY_LIMIT_BYTES };
  app.addContentTypeParser<string>(["application/json", "*"], options, (request, body, done) => {
    if (body === "") done(null, undefined);
    else parse(request, body, done);
  });
}
