import type { FastifyInstance } from "fastify";
import type { ParametersView } from "../../api/http.ts";
import type { LiveNotebook } from "../../document/live-notebook.ts";
import { inferParameters } from "../../runs/parameters/infer.ts";
import { isJsonObject, type JsonValue } from "../../util/json.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

export function parameterRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<{ Params: { id: string } }>(
    "/api/notebooks/:id/parameters",
    { config: { needs: "look" } },
    (request): ParametersView => {
      const { live } = sessionOf(context, request.params.id);
      const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
      return { parameters: inferParameters(cells, kernelNames(live)) };
    },
  );
}

function kernelNames(live: LiveNotebook): { kernelName: string | null; language: string | null } {
  const { kernelspec, language_info } = live.metadata();
  const language = textAt(language_info, "name") ?? textAt(kernelspec, "language");
  const kernelName = textAt(kernelspec, "name");
  // A notebook that names nothing is Python's to every Jupyter program.
  return { kernelName, language: language ?? (kernelName === null ? "python" : null) };
}

function textAt(value: JsonValue | undefined, key: string): string | null {
  const text = isJsonObject(value) ? value[key] : undefined;
  return typeof text === "string" ? text : null;
}
