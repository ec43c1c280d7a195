/** Publications as the server makes, lists and shows them. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createToken } from "../../people/token.ts";
import type { Publication, PublicationStore } from "../../publish/publication.ts";
import { createPublicationId } from "../../store/publications/publication-files.ts";
import type { Host } from "../../usecases/host.ts";
import { notebookNow } from "./notebook-now.ts";

export interface PublishRequest {
  readonly path: string;
  readonly mode: "live" | "frozen";
  readonly withSource: boolean;
  readonly access: "link" | "signed-in";
}

/** @throws LoopbookError `no-such-file`, `notebook-unreadable`, `state-folder-unwritable`, `too-many-publications`. */
export async function publish(
  { host, store }: { readonly host: Host; readonly store: PublicationStore },
  request: PublishRequest,
  nowMs: number,
): Promise<Publication> {
  const publication: Publication = {
    ...request,
    id: createPublicationId(),
    secret: createToken(),
    createdAtMs: nowMs,
    frozenAtMs: null,
  };
  if (request.mode === "frozen") return freeze({ host, store }, publication, nowMs);
  // It must be a notebook that can be shown.
  await notebookNow(host, request.path);
  store.put(publication);
  return publication;
}

/** What the notebook holds now is what it shows from now on. */
export async function freeze(
  { host, store }: { readonly host: Host; readonly store: PublicationStore },
  publication: Publication,
  nowMs: number,
): Promise<Publication> {
  const frozen: Publication = { ...publication, mode: "frozen", frozenAtMs: nowMs };
  store.put(frozen, await published(host, frozen));
  return frozen;
}

/** The page, in pieces. @throws LoopbookError `no-such-file`, `notebook-unreadable`. */
export async function published(host: Host, publication: Publication): Promise<Iterable<string>> {
  const { path, withSource, frozenAtMs } = publication;
  const at = frozenAtMs === null ? "" : new Date(frozenAtMs).toISOString().slice(0, 16).replace("T", " ");
  const note = frozenAtMs === null ? "<span>live</span>" : `<span>as of ${at} UTC</span>`;
  const notebook = await notebookNow(host, path);
  const { pieces } = await (await import("../../publish/export-notebook.ts")).exportNotebook(notebook, {
    format: "html",
    withSource,
    path,
    imageFolder: dirname(path),
    note,
  });
  return pieces as Iterable<string>;
}

export function isGone({ path, mode }: Publication): boolean {
  return mode === "live" && !existsSync(path);
}
