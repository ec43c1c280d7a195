/** Makes, receives, saves and brings back files of any kind. */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  clashesBody,
  listQuery,
  makeFolderBody,
  restoreBody,
  saveTextBody,
  type TrashedFile,
  uploadQuery,
} from "../../api/files.ts";
import { makeFolder, receiveFile, saveText, takenNames } from "../../store/files/folder-files.ts";
import { listTrash, restoreFromTrash } from "../../store/files/trash-list.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { folderLimits } from "../folder-limits.ts";
import { insideFolder, isWithin, shownPath } from "../folder-path.ts";
import { needReach, reaches } from "../security/reach.ts";

export function fileChangeRoutes(app: FastifyInstance, context: ServerContext): void {
  const { folder } = context;
  // The file itself, unread: the handler takes it piece by piece.
  app.addContentTypeParser("application/octet-stream", (_request, body, done) => done(null, body));

  app.post("/api/files/folder", { config: { needs: "edit", reach: "checked" } }, async (request, reply) => {
    const path = await confined(context, makeFolderBody.parse(request.body).path, request);
    await makeFolder(path);
    return reply.code(201).send({ path: shownPath(folder, path) });
  });

  app.post("/api/files/clashes", { config: { needs: "edit", reach: "checked" } }, async (request) => {
    const { path, names } = clashesBody.parse(request.body);
    const into = await confined(context, path, request);
    const inside = names.filter((name) => isWithin(into, join(into, name)));
    return { taken: await takenNames(into, inside) };
  });

  app.post("/api/files/upload", { config: { needs: "edit", reach: "checked" } }, async (request, reply) => {
    const { path, onClash } = uploadQuery.parse(request.query);
    if (!isStream(request.body))
      throw new LoopbookError("bad-request", "An upload is sent as application/octet-stream.");
    const to = await uploadPlace(context, path, request);
    const { uploadBytes } = folderLimits(folder);
    const at = await receiveFile(to, request.body, { onClash, maxBytes: uploadBytes });
    return reply.code(at === null ? 200 : 201).send({ path: at === null ? null : shownPath(folder, at) });
  });

  app.put("/api/files/content", { config: { needs: "edit", reach: "checked" } }, async (request) => {
    const { path, text, mark } = saveTextBody.parse(request.body);
    const named = await confined(context, path, request);
    if (named.endsWith(".ipynb"))
      throw new LoopbookError("bad-request", "A notebook is changed in its page, not as text.");
    return { mark: await saveText(named, text, mark) };
  });

  app.get("/api/files/trash", { config: { needs: "look", reach: "checked" } }, async (request) => {
    const asked = await confined(context, listQuery.parse(request.query).path, request);
    const trashed = await listTrash(asked);
    return trashed.filter(({ path }) => reaches(request.access, path)).map((one) => view(folder, one));
  });

  app.post("/api/files/restore", { config: { needs: "edit", reach: "checked" } }, async (request) => {
    const { id } = restoreBody.parse(request.body);
    const path = await restoreFromTrash(folder, id, async (place) => {
      await nearestFolder(context, dirname(place), request);
      needReach(request.access, place);
    });
    return { path: shownPath(folder, path) };
  });
}

/** Also for programs: what is done here is done in the folder that is shown. */
export async function confined(
  context: ServerContext,
  path: string,
  { access }: Pick<FastifyRequest, "access">,
): Promise<string> {
  const named = await insideFolder(context.folder, path);
  needReach(access, named);
  return named;
}

/** The place of an upload; folders that are sent with it are made, and none above leads out. */
async function uploadPlace(context: ServerContext, path: string, request: FastifyRequest): Promise<string> {
  const named = resolve(context.folder, path);
  if (path.includes("\0") || basename(named) === "" || !isWithin(context.folder, named))
    throw new LoopbookError("outside-folder", "That place is not in the folder that this server shows.");
  const above = dirname(named);
  const there = await nearestFolder(context, above, request);
  if (there !== above) await mkdir(above, { recursive: true });
  return confined(context, relative(context.folder, named), request);
}

/** The nearest folder above that is there; it is confined as every path. */
async function nearestFolder(context: ServerContext, path: string, request: FastifyRequest): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const found = await confined(context, relative(context.folder, at), request);
      await insideFolder(context.folder, join(found, "."));
      return found;
    } catch (error) {
      const isGone = error instanceof LoopbookError && error.code === "no-such-file";
      if (!isGone || at === context.folder || dirname(at) === at) throw error;
    }
  }
}

function view(folder: string, one: Omit<TrashedFile, "name">): TrashedFile {
  return { ...one, name: basename(one.path), path: shownPath(folder, one.path) };
}

function isStream(body: unknown): body is Readable {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
