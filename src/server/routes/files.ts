import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { listQuery } from "../../api/files.ts";
import type { FolderListing } from "../../api/http.ts";
import type { Access } from "../../people/access.ts";
import type { RunStatus } from "../../runs/run.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { insideFolder, isWithin, shownPath } from "../folder-path.ts";
import { presentIn } from "../rooms/present.ts";
import { mayList, needReach } from "../security/reach.ts";

/** A bigger folder is listed so far, and the listing says so. */
const MAX_ENTRIES = 5_000;

type Entry = FolderListing["entries"][number];

export function fileRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/api/files", { config: { needs: "look", reach: "checked" } }, (request) =>
    listFolder(context, listQuery.parse(request.query), request.access),
  );
}

/** Hidden entries are left out unless they are asked for, and always links that lead out of the server's folder. */
async function listFolder(
  context: ServerContext,
  { path, hidden }: { readonly path: string; readonly hidden: boolean },
  access: Access,
): Promise<FolderListing> {
  const absolute = await insideFolder(context.folder, path);
  if (!mayList(access, absolute)) needReach(access, absolute);
  const names = (await entriesOf(absolute, path)).filter(
    ({ name }) => (hidden || !name.startsWith(".")) && mayList(access, join(absolute, name)),
  );
  const statusOf = runStatuses(context);
  const openAt = openNotebooks(context);
  const read = names
    .slice(0, MAX_ENTRIES)
    .map((entry) => describeEntry(context.folder, join(absolute, entry.name), entry, statusOf, openAt));
  const entries = (await Promise.all(read)).filter((entry) => entry !== null);
  return {
    path: shownPath(context.folder, absolute),
    entries: entries.sort(foldersFirst),
    ...(names.length > MAX_ENTRIES && { truncated: true }),
  };
}

async function entriesOf(absolute: string, shown: string): Promise<Dirent[]> {
  try {
    return await readdir(absolute, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === "ENOENT" ? "is not there (any more)" : code === "ENOTDIR" ? "is no folder" : messageOf(cause);
    throw new LoopbookError("no-such-folder", `${shown || "The folder"}: ${why}.`, { cause });
  }
}

async function describeEntry(
  folder: string,
  absolute: string,
  entry: Dirent,
  statusOf: ReadonlyMap<string, RunStatus>,
  openAt: ReadonlyMap<string, OpenFacts>,
): Promise<Entry | null> {
  try {
    if (entry.isSymbolicLink() && !isWithin(folder, await realpath(absolute))) return null;
    const facts = await stat(absolute);
    if (!facts.isDirectory() && !facts.isFile()) return null;
    return {
      name: entry.name,
      path: shownPath(folder, absolute),
      type: facts.isDirectory() ? "folder" : entry.name.endsWith(".ipynb") ? "notebook" : "file",
      modifiedAtMs: Math.round(facts.mtimeMs),
      sizeBytes: facts.size,
      runStatus: statusOf.get(absolute) ?? null,
      ...openAt.get(absolute),
    };
  } catch {
    // Gone since it was listed, or a link to nothing.
    return null;
  }
}

type OpenFacts = Pick<Entry, "people" | "hasKernel">;

function openNotebooks(context: ServerContext): ReadonlyMap<string, OpenFacts> {
  const facts = new Map<string, OpenFacts>();
  for (const session of context.host.notebooks()) {
    if (session.path === null) continue;
    const people = presentIn(context, session.id);
    const { state } = session.kernelView();
    facts.set(session.path, {
      ...(people.length > 0 && { people }),
      ...(state !== "none" && state !== "dead" && { hasKernel: true as const }),
    });
  }
  return facts;
}

function runStatuses({ host }: ServerContext): ReadonlyMap<string, RunStatus> {
  const statuses = new Map<string, RunStatus>();
  for (const run of host.runs()) {
    const { inputPath, outputPath, status } = run.snapshot();
    if (inputPath !== null) statuses.set(inputPath, status);
    if (outputPath !== null) statuses.set(outputPath, status);
  }
  return statuses;
}

const byName = new Intl.Collator("en", { numeric: true });

function foldersFirst(a: Entry, b: Entry): number {
  const rank = Number(b.type === "folder") - Number(a.type === "folder");
  return rank || byName.compare(a.name, b.name);
}
