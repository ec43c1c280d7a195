import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { setValuesBody } from "../../api/http.ts";
import type { ServerContext } from "../context.ts";
import { readValues, writeValues } from "../live-values.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

/** `?name=lr&name=layers`; Fastify gives one name as a text and several as a list. */
const valuesQuery = z.object({
  name: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((name) => (name === undefined ? [] : typeof name === "string" ? [name] : name)),
});

export function valueRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<ById>("/api/notebooks/:id/values", { config: { needs: "look" } }, (request) => {
    const { name } = valuesQuery.parse(request.query);
    return { values: readValues(sessionOf(context, request.params.id).live, name) };
  });

  app.put<ById>("/api/notebooks/:id/values", { config: { needs: "edit" } }, (request) => {
    const { live } = sessionOf(context, request.params.id);
    const { values, expected = {} } = setValuesBody.parse(request.body);
    return { values: writeValues(live, values, expected, request.access.party) };
  });
}
