/** Notebooks for others: as a file, and as a page at an address of its own. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { exportQuery, type PublicationView, publishBody } from "../../api/publish.ts";
import { type Publication, type PublicationStore, publicationPath } from "../../publish/publication.ts";
import { systemClock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { shownPath } from "../folder-path.ts";
import { notebookNow } from "../publish/notebook-now.ts";
import { freeze, isGone, publish } from "../publish/publications.ts";
import { confined } from "./files-changes.ts";
import { dispositionOf } from "./files-content.ts";
import { requestedPath } from "./notebooks.ts";

interface ById {
  Params: { id: string };
}

/** Browsers that print at the same time. */
const MAX_PRINTING = 1;
let printing = 0;

export function publishRoutes(app: FastifyInstance, context: ServerContext): void {
  const { host } = context;
  const store = (): PublicationStore => {
    if (context.publications) return context.publications;
    throw new LoopbookError("no-such-publication", "This server keeps no publications.");
  };
  const find = (request: FastifyRequest<ById>): Publication => {
    const found = store()
      .list()
      .find(({ id }) => id === request.params.id);
    if (found) return found;
    throw new LoopbookError("no-such-publication", "This publication was taken back already.");
  };

  app.get("/api/export", { config: { needs: "look", reach: "checked" } }, async (request, reply) => {
    const { path, to, source } = exportQuery.parse(request.query);
    const named = await confined(context, path, request);
    if (to === "pdf" && printing >= MAX_PRINTING)
      throw new LoopbookError("busy-printing", "Another PDF is being made. Try again in a moment.", {
        retry: true,
      });
    const notebook = await notebookNow(host, named);
    printing += to === "pdf" ? 1 : 0;
    try {
      // With the parsers of the page: a program that exports nothing does without them.
      const { exportNotebook } = await import("../../publish/export-notebook.ts");
      const exported = await exportNotebook(notebook, {
        format: to,
        withSource: source === "true",
        path: named,
      });
      reply.header("Content-Disposition", dispositionOf(exported.name));
      return reply.type(exported.type).send(Readable.from(bytes(exported.pieces)));
    } finally {
      printing -= to === "pdf" ? 1 : 0;
    }
  });

  // A page for everybody is not for somebody else's link to make, so no share reaches these.
  app.get("/api/publications", { config: { needs: "execute" } }, (): readonly PublicationView[] =>
    store()
      .list()
      .map((publication) => view(context, publication)),
  );

  app.post("/api/publications", { config: { needs: "execute" } }, async (request, reply) => {
    const { path, ...wanted } = publishBody.parse(request.body);
    const named = await requestedPath(context, path, request);
    const made = await publish({ host, store: store() }, { ...wanted, path: named }, systemClock.now());
    return reply.code(201).send(view(context, made));
  });

  app.post<ById>("/api/publications/:id/freeze", { config: { needs: "execute" } }, async (request) =>
    view(context, await freeze({ host, store: store() }, find(request), systemClock.now())),
  );

  app.delete<ById>("/api/publications/:id", { config: { needs: "execute" } }, async (request, reply) => {
    store().remove(find(request).id);
    return reply.code(204).send();
  });
}

function* bytes(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

function view({ folder }: ServerContext, publication: Publication): PublicationView {
  const { id, path, mode, withSource, access, createdAtMs, frozenAtMs } = publication;
  return {
    id,
    path: shownPath(folder, path),
    address: publicationPath(publication),
    mode,
    withSource,
    access,
    createdAtMs,
    frozenAtMs,
    isGone: isGone(publication),
  };
}
