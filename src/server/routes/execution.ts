import type { FastifyInstance } from "fastify";
import { answerInputBody, clearOutputsBody, completeBody, executeBody, inspectBody } from "../../api/http.ts";
import type { Completion, Inspection } from "../../kernel/kernel.ts";
import { partyLabel } from "../../people/party.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CellId, ExecutionId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

export function executionRoutes(app: FastifyInstance, context: ServerContext): void {
  app.post<ById>("/api/notebooks/:id/execute", { config: { needs: "execute" } }, async (request, reply) => {
    const session = sessionOf(context, request.params.id);
    const { cellId, sourceHash, lane } = executeBody.parse(request.body);
    // Never started: the first cell that somebody runs starts it, and is queued at once, so that cells run in the
    // order they were asked for. A kernel that died stays dead until somebody says so: its variables are gone.
    const starting = session.kernelView().state === "none" ? session.startKernel() : null;
    starting?.catch(() => {});
    const executionId = ExecutionId.create();
    const ticket = session.execute({
      executionId,
      cellId: CellId.of(cellId),
      sourceHash,
      by: request.access.party,
      ...(lane && { lane }),
    });
    if (!ticket.accepted) throw new LoopbookError(ticket.refusal, ticket.message);
    // Why a kernel does not start is what the person needs to hear.
    await starting;
    return reply.code(202).send({ executionId });
  });

  app.post<ById>("/api/notebooks/:id/outputs/clear", { config: { needs: "edit" } }, (request, reply) => {
    const { live } = sessionOf(context, request.params.id);
    const { cellIds } = clearOutputsBody.parse(request.body);
    live.write(
      cellIds.map((id) => ({ type: "clear-outputs", id: CellId.of(id) })),
      { type: "person", label: partyLabel(request.access.party) },
    );
    return reply.code(204).send();
  });

  app.post<ById>("/api/notebooks/:id/cancel-queued", { config: { needs: "execute" } }, (request, reply) => {
    sessionOf(context, request.params.id).cancelQueued();
    return reply.code(204).send();
  });

  app.post<ById>(
    "/api/notebooks/:id/complete",
    { config: { needs: "execute" } },
    (request): Promise<Completion> => {
      const { code, cursorPosition } = completeBody.parse(request.body);
      return sessionOf(context, request.params.id).complete(code, cursorPosition);
    },
  );

  app.post<ById>(
    "/api/notebooks/:id/inspect",
    { config: { needs: "execute" } },
    (request): Promise<Inspection> => {
      const { code, cursorPosition, detailLevel } = inspectBody.parse(request.body);
      return sessionOf(context, request.params.id).inspect(code, cursorPosition, detailLevel);
    },
  );

  app.post<ById>("/api/notebooks/:id/input", { config: { needs: "execute" } }, (request, reply) => {
    const { inputId, value } = answerInputBody.parse(request.body);
    const taken = sessionOf(context, request.params.id).answerInput(inputId, value, request.access.party);
    if (!taken) {
      return reply.code(409).send({
        code: "no-such-input",
        message: "This question was answered already, or the cell has ended.",
      });
    }
    return reply.code(204).send();
  });
}
