import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { partyLabel } from "../../people/party.ts";
import { LoopbookError } from "../../util/errors.ts";
import { type Asker, Contents, type SentModel } from "./contents/contents.ts";
import type { ContentsModel } from "./contents/file-model.ts";
import type { Jupyter } from "./jupyter.ts";

interface ByPath {
  Params: { "*": string };
}

const contentsType = z.enum(["notebook", "file", "directory"]);
const readQuery = z.object({
  // Types that a client made up are files, as Jupyter has it.
  type: contentsType.or(z.string().transform(() => "file" as const)).optional(),
  format: z.enum(["text", "base64"]).optional(),
  content: z.enum(["0", "1"]).default("1"),
  hash: z.enum(["0", "1"]).default("0"),
});
const writtenModel = z.object({
  type: contentsType.nullish().catch("file"),
  format: z.string().nullish(),
  content: z.unknown().optional(),
  chunk: z.number().int().nullish(),
  hash: z.string().nullish(),
  last_modified: z.string().nullish(),
});
const createdModel = z
  .object({ copy_from: z.string().nullish(), type: z.string().nullish(), ext: z.string().nullish() })
  .nullish();
const renamedModel = z.object({ path: z.string().min(1).max(4_096) });

/** `…/checkpoints` and `…/checkpoints/{id}` behind the path of a file. */
const CHECKPOINTS = /^(.+)\/checkpoints(?:\/([\w-]+))?$/;

/** Files and folders; notebooks as they are now, also while others write them. */
export function contentsRoutes(app: FastifyInstance, jupyter: Jupyter): void {
  const contents = new Contents(jupyter);
  app.addHook("onClose", () => contents.close());

  const read = (path: string, request: FastifyRequest): Promise<ContentsModel> => {
    const { type, format, content, hash } = readQuery.parse(request.query);
    const options = { type, format, withContent: content === "1", withHash: hash === "1" };
    return contents.read(path, options, askerOf(request));
  };
  app.get("/api/contents", { config: { needs: "look" } }, (request) => read("", request));
  app.get<ByPath>("/api/contents/*", { config: { needs: "look" } }, (request) => {
    const checkpoints = CHECKPOINTS.exec(request.params["*"]);
    return checkpoints ? contents.checkpoints(checkpoints[1] ?? "") : read(request.params["*"], request);
  });

  app.put<ByPath>("/api/contents/*", { config: { needs: "edit" } }, async (request, reply) => {
    const { isNew, model } = await contents.write(
      request.params["*"],
      sentModel(request.body),
      askerOf(request),
    );
    return reply
      .code(isNew ? 201 : 200)
      .header("Location", locationOf(model))
      .send(model);
  });

  const create = async (path: string, request: FastifyRequest): Promise<ContentsModel> => {
    const { copy_from, type, ext } = createdModel.parse(request.body) ?? {};
    if (copy_from) return contents.copy(path, copy_from, askerOf(request));
    const extension = ext ?? "";
    const isNotebook = type === "notebook" || (!type && extension === ".ipynb");
    const kind = type === "directory" ? "directory" : isNotebook ? "notebook" : "file";
    return contents.create(path, kind, extension, askerOf(request));
  };
  app.post("/api/contents", { config: { needs: "edit" } }, async (request, reply) => {
    const model = await create("", request);
    return reply.code(201).header("Location", locationOf(model)).send(model);
  });
  app.post<ByPath>("/api/contents/*", { config: { needs: "edit" } }, async (request, reply) => {
    const checkpoints = CHECKPOINTS.exec(request.params["*"]);
    if (checkpoints) {
      const [, path = "", id] = checkpoints;
      if (id === undefined) return reply.code(201).send(await contents.checkpoint(path));
      await contents.restore(path, id, askerOf(request));
      return reply.code(204).send();
    }
    const model = await create(request.params["*"], request);
    return reply.code(201).header("Location", locationOf(model)).send(model);
  });

  app.patch<ByPath>("/api/contents/*", { config: { needs: "edit" } }, async (request, reply) => {
    const { path } = renamedModel.parse(request.body);
    const model = await contents.rename(request.params["*"], path, askerOf(request));
    return reply.header("Location", locationOf(model)).send(model);
  });

  app.delete<ByPath>("/api/contents/*", { config: { needs: "edit" } }, async (request, reply) => {
    const checkpoints = CHECKPOINTS.exec(request.params["*"]);
    if (checkpoints?.[2] !== undefined) await contents.forgetCheckpoint(checkpoints[1] ?? "", checkpoints[2]);
    else await contents.remove(request.params["*"], askerOf(request));
    return reply.code(204).send();
  });
}

function sentModel(body: unknown): SentModel {
  const { type, format, content, chunk, hash, last_modified } = writtenModel.parse(body ?? {});
  if (chunk === 0) throw new LoopbookError("bad-request", "Pieces are counted from 1; the last one is -1.");
  return {
    type: type ?? "file",
    format: format ?? undefined,
    content,
    chunk: chunk ?? undefined,
    marks: [hash, last_modified].filter((mark) => typeof mark === "string"),
  };
}

function askerOf(request: FastifyRequest): Asker {
  const { access, headers, socket } = request;
  return {
    access,
    program: `${partyLabel(access.party)}\n${headers["user-agent"] ?? ""}`,
    connection: `${socket.remoteAddress} ${socket.remotePort}`,
  };
}

function locationOf({ path }: ContentsModel): string {
  return `/api/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
}
