/** Archives of files and folders, made while they are sent; and unpacking zip files. */
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type ArchiveView,
  archiveBody,
  type UnpackPlan,
  type UnpackResult,
  unpackBody,
  unpackPlanBody,
} from "../../api/files.ts";
import { type ArchiveFormat, noProgress, type PackProgress, packArchive } from "../../store/archive/pack.ts";
import { entriesToPack, type PackOptions, type PackRoot } from "../../store/archive/packed-entry.ts";
import { planUnpack, unpackZip } from "../../store/archive/unpack-zip.ts";
import { putInTrash } from "../../store/files/trash.ts";
import { LoopbookError } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { folderLimits } from "../folder-limits.ts";
import { confined } from "./files-changes.ts";
import { dispositionOf } from "./files-content.ts";

interface ById {
  Params: { id: string };
}

interface Prepared {
  readonly name: string;
  readonly format: ArchiveFormat;
  readonly roots: readonly PackRoot[];
  readonly options: PackOptions;
  readonly total: ArchiveView["total"];
  readonly progress: PackProgress;
  /** Who asked for it; nobody else is given it. */
  readonly who: string;
  state: ArchiveView["state"];
}

const KEPT_MS = 10 * 60_000;
const MAX_PREPARED = 200;
/** Counting more files takes longer than it helps. */
const MAX_COUNTED = 50_000;

export function archiveRoutes(app: FastifyInstance, context: ServerContext): void {
  const prepared = new Map<string, Prepared>();
  const find = (request: FastifyRequest<ById>): Prepared => {
    const one = prepared.get(request.params.id);
    if (one?.who === whoOf(request)) return one;
    throw new LoopbookError("no-such-archive", "This archive is not prepared any more. Ask for it again.");
  };

  app.post("/api/archives", { config: { needs: "look", reach: "checked" } }, async (request, reply) => {
    const { paths, format, hidden, emptyFolders } = archiveBody.parse(request.body);
    const roots = await rootsOf(context, paths, request);
    const options = { hidden, emptyFolders };
    const id = randomToken(20);
    const [oldest] = prepared.keys();
    if (prepared.size >= MAX_PREPARED && oldest !== undefined) prepared.delete(oldest);
    const one: Prepared = {
      name: `${archiveName(context, roots, paths)}.${format}`,
      format,
      roots: roots.length === 1 && roots[0] ? [await alone(roots[0])] : roots,
      options,
      total: await count(roots, options),
      progress: noProgress(),
      who: whoOf(request),
      state: "prepared",
    };
    prepared.set(id, one);
    setTimeout(() => prepared.delete(id), KEPT_MS).unref();
    return reply.code(201).send(viewOf(id, one));
  });

  app.get<ById>(
    "/api/archives/:id",
    { config: { needs: "look", reach: "checked" } },
    (request): ArchiveView => {
      return viewOf(request.params.id, find(request));
    },
  );

  app.get<ById>(
    "/api/archives/:id/download",
    { config: { needs: "look", reach: "checked" } },
    async (request, reply) => {
      const one = find(request);
      Object.assign(one.progress, noProgress());
      one.state = "under-way";
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const stream = packArchive(
        one.format,
        entriesToPack(one.roots, { ...one.options, signal: gone.signal }),
        one.progress,
      );
      stream.once("end", () => {
        one.state = "done";
      });
      stream.once("close", () => {
        if (one.state === "under-way") one.state = "failed";
      });
      reply.header("Content-Disposition", dispositionOf(one.name));
      reply.type(one.format === "zip" ? "application/zip" : "application/gzip");
      return reply.send(stream);
    },
  );

  app.post(
    "/api/unpack/plan",
    { config: { needs: "edit", reach: "checked" } },
    async (request): Promise<UnpackPlan> => {
      const { path, into, hidden } = unpackPlanBody.parse(request.body);
      const [zip, folder] = [await confined(context, path, request), await confined(context, into, request)];
      return planUnpack(zip, await realpath(folder), { limits: folderLimits(context.folder).unpack, hidden });
    },
  );

  app.post(
    "/api/unpack",
    { config: { needs: "edit", reach: "checked" } },
    async (request): Promise<UnpackResult> => {
      const { path, into, hidden, onClash, removeZip } = unpackBody.parse(request.body);
      const [zip, folder] = [await confined(context, path, request), await confined(context, into, request)];
      const limits = folderLimits(context.folder).unpack;
      const result = await unpackZip(zip, await realpath(folder), onClash, { limits, hidden });
      if (removeZip) await putInTrash(zip);
      return result;
    },
  );
}

async function rootsOf(
  context: ServerContext,
  paths: readonly string[],
  request: FastifyRequest,
): Promise<PackRoot[]> {
  const roots: PackRoot[] = [];
  for (const path of new Set(paths)) {
    const named = await confined(context, path, request);
    roots.push({
      path: await realpath(named),
      name: path === "" ? basename(context.folder) : basename(named),
    });
  }
  return roots;
}

/** What is in one folder lies at the archive's top under the folder's name; one file alone as it is. */
async function alone(root: PackRoot): Promise<PackRoot> {
  return (await lstat(root.path)).isDirectory() ? root : { ...root, name: basename(root.path) };
}

function archiveName(context: ServerContext, roots: readonly PackRoot[], paths: readonly string[]): string {
  const [only] = roots;
  if (roots.length === 1 && only) return only.name || "files";
  const above = dirname(paths[0] ?? "");
  return above === "." || above === "" ? basename(context.folder) : basename(above);
}

async function count(roots: readonly PackRoot[], options: PackOptions): Promise<ArchiveView["total"]> {
  let files = 0;
  let bytes = 0;
  for await (const { type, size } of entriesToPack(roots, options)) {
    if (type === "folder") continue;
    files += 1;
    bytes += size;
    if (files > MAX_COUNTED) return null;
  }
  return { files, bytes };
}

function viewOf(id: string, { name, total, progress, state }: Prepared): ArchiveView {
  return { id, name, total, ...progress, state };
}

function whoOf({ access }: FastifyRequest): string {
  return `${access.share?.id ?? ""} ${access.party.who}`;
}
