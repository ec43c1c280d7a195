/**
 * What Jupyter's clients ask before they join a live notebook. Source: jupyter_server_ydoc 3, handlers.py.
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { LoopbookError } from "../../../util/errors.ts";
import type { ServerContext } from "../../context.ts";
import { insideFolder } from "../../folder-path.ts";
import type { JupyterRooms } from "./jupyter-rooms.ts";

const sessionBody = z.looseObject({ format: z.string(), type: z.string() });

export function collaborationRoutes(
  app: FastifyInstance,
  context: ServerContext,
  rooms: () => Promise<JupyterRooms>,
): void {
  /** Where to join a notebook: the room's name is `{format}:{type}:{fileId}`. */
  app.put("/api/collaboration/session/*", { config: { needs: "look" } }, async (request, reply) => {
    const { format, type } = sessionBody.parse(request.body);
    const { "*": path } = request.params as { "*": string };
    if (type !== "notebook" || format !== "json") {
      return reply.code(404).send({
        code: "not-collaborative",
        message: "Only notebooks are shared live here; other files are read and saved as files.",
      });
    }
    const session = await context.host.openNotebook(await insideFolder(context.folder, path));
    return reply.send({ format, type, ...(await rooms()).sessionOf(session) });
  });

  /** Jupyter's time line of a document. Loopbook keeps its own history. */
  app.get("/api/collaboration/timeline/*", { config: { needs: "look" } }, async (_request, reply) =>
    reply.code(404).send({ code: "no-timeline", message: NO_TIMELINE }),
  );
  app.put("/api/collaboration/undo_redo/*", { config: { needs: "edit" } }, async (_request, reply) =>
    reply.code(404).send({ code: "no-timeline", message: NO_TIMELINE }),
  );

  app.get("/api/collaboration/fork/*", { config: { needs: "look" } }, async () => ({}));
  app.put("/api/collaboration/fork/*", { config: { needs: "edit" } }, async () => {
    throw new LoopbookError("no-forks", NO_FORKS);
  });
  app.delete("/api/collaboration/fork/*", { config: { needs: "edit" } }, async () => {
    throw new LoopbookError("no-forks", NO_FORKS);
  });
}

const NO_TIMELINE =
  "JupyterLab's time line is not served here: undo changes in your own tab with Ctrl-Z, or use Loopbook's page for a notebook's history.";
const NO_FORKS =
  "Forks of a live document are not served here. Copy the file, or work on a branch; Loopbook merges them.";
