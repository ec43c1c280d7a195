/** Finds files by name and by what is in them. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type FileNames, namesQuery, type SearchLine, searchQuery } from "../../api/files.ts";
import { searchFiles } from "../../store/files/search-files.ts";
import { walkFiles } from "../../store/files/walk-files.ts";
import type { ServerContext } from "../context.ts";
import { shownPath } from "../folder-path.ts";
import { mayList } from "../security/reach.ts";
import { confined } from "./files-changes.ts";

const MAX_NAMES = 20_000;

export function fileSearchRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get(
    "/api/files/names",
    { config: { needs: "look", reach: "checked" } },
    async (request, reply): Promise<FileNames> => {
      const { path, hidden } = namesQuery.parse(request.query);
      const start = shownPath(context.folder, await startOf(context, path, request));
      const paths: string[] = [];
      const gone = whenGone(reply);
      for await (const file of walkFiles(context.folder, start, {
        hidden,
        mayLook: mayLook(request),
        signal: gone,
      })) {
        if (paths.length >= MAX_NAMES) return { paths, truncated: true };
        paths.push(file.isFolder ? `${file.path}/` : file.path);
      }
      return { paths, truncated: false };
    },
  );

  app.get("/api/files/search", { config: { needs: "look", reach: "checked" } }, async (request, reply) => {
    const { path, query, hidden, matchCase } = searchQuery.parse(request.query);
    const start = shownPath(context.folder, await startOf(context, path, request));
    const options = { query, hidden, matchCase, mayLook: mayLook(request), signal: whenGone(reply) };
    reply.type("application/x-ndjson; charset=utf-8");
    return reply.send(Readable.from(lines(context.folder, start, options)));
  });
}

async function* lines(...[top, start, options]: Parameters<typeof searchFiles>): AsyncGenerator<string> {
  const line = (value: SearchLine): string => `${JSON.stringify(value)}\n`;
  const hits = searchFiles(top, start, options);
  try {
    for (let next = await hits.next(); ; next = await hits.next()) {
      if (next.done) {
        yield line({ type: "end", ...next.value });
        return;
      }
      yield line({ type: "hit", ...next.value });
    }
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  }
}

/** A share of one notebook looks through what is on the way to it, and so finds that alone. */
async function startOf(context: ServerContext, path: string, request: FastifyRequest): Promise<string> {
  const scope = request.access.scope;
  if (scope === undefined || path !== "") return confined(context, path, request);
  return context.folder;
}

function mayLook({ access }: FastifyRequest): (absolute: string) => boolean {
  return access.scope === undefined ? () => true : (absolute) => mayList(access, absolute);
}

/** Whoever typed another letter asks anew and lets go of this one. */
function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => gone.abort());
  return gone.signal;
}
