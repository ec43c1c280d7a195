/** What the page asks of a kernel beside running cells: its variables, and code as its formatter writes it. */
import type { FastifyInstance } from "fastify";
import { formatBody } from "../../api/http.ts";
import { type FormattedSources, formatSources } from "../../kernel/formatting/format-sources.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type KernelVariables, readVariables } from "../../kernel/variables/read-variables.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

export function kernelAnswerRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<ById>(
    "/api/notebooks/:id/variables",
    { config: { needs: "execute" } },
    (request): Promise<KernelVariables> => readVariables(kernelOf(sessionOf(context, request.params.id))),
  );

  app.post<ById>(
    "/api/notebooks/:id/format",
    { config: { needs: "execute" } },
    (request): Promise<FormattedSources> => {
      const { sources } = formatBody.parse(request.body);
      return formatSources(kernelOf(sessionOf(context, request.params.id)), sources);
    },
  );
}

function kernelOf(session: NotebookSession): Kernel {
  const kernel = session.kernel();
  if (kernel && kernel.state !== "dead") return kernel;
  throw new LoopbookError("no-kernel", "No kernel runs for this notebook. Start it, or run a cell.");
}
