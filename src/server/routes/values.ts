import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type SetValuesBody, setValuesBody } from "../../api/http.ts";
import { type ValueChanges, writeValues } from "../../document/write-values.ts";
import { originOf } from "../../usecases/edit-origin.ts";
import type { ServerContext } from "../context.ts";
import { readValues } from "../live-values.ts";
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

  app.put<ById>("/api/notebooks/:id/values", { config: { needs: "edit" } }, async (request) => {
    const session = sessionOf(context, request.params.id);
    const { live } = session;
    const changes = setValuesBody.parse(request.body);
    writeValues(live, defined(changes), originOf(request.access.party));
    // An answer says that it is kept, as an acknowledgement does.
    session.keep();
    await session.durable();
    return { values: readValues(live, Object.keys({ ...changes.values, ...changes.tables })) };
  });
}

function defined({ values, tables, expected, create }: SetValuesBody): ValueChanges {
  return {
    values,
    ...(tables !== undefined && { tables }),
    ...(expected !== undefined && { expected }),
    ...(create !== undefined && { create }),
  };
}
