/** The API told to programs and to people. */
import type { FastifyInstance } from "fastify";
import { type OpenApiDocument, openApiDocument } from "../../api/operations/document.ts";
import type { ServerContext } from "../context.ts";
import { REFERENCE_POLICY, referencePage } from "../page/reference-page.ts";

export function openApiRoutes(app: FastifyInstance, { version }: ServerContext): void {
  let made: OpenApiDocument | undefined;
  const document = (): OpenApiDocument => {
    made ??= openApiDocument(version);
    return made;
  };

  app.get("/api/openapi.json", { config: { needs: "look", reach: "checked" } }, () => document());

  app.get("/api/reference", { config: { needs: "look", reach: "checked" } }, (_request, reply) =>
    reply
      .header("Content-Security-Policy", REFERENCE_POLICY)
      .type("text/html; charset=utf-8")
      .send(referencePage(document())),
  );
}
