import { basename } from "node:path";
import type { NotebookView } from "../api/http.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { LoopbookError } from "../util/errors.ts";
import { NotebookId } from "../util/ids.ts";
import type { ServerContext } from "./context.ts";
import { shownPath } from "./folder-path.ts";

/** @throws LoopbookError `no-such-notebook`. */
export function sessionOf({ host }: ServerContext, id: string): NotebookSession {
  const session = host.notebook(NotebookId.of(id));
  if (session) return session;
  throw new LoopbookError(
    "no-such-notebook",
    "This notebook is not open here (any more). Open it again from the folder, or with `loopbook open`.",
  );
}

export function notebookView({ host, folder }: ServerContext, session: NotebookSession): NotebookView {
  const { path } = session;
  return {
    id: session.id,
    path: path === null ? null : shownPath(folder, path),
    name: path === null ? "notebook" : basename(path, ".ipynb"),
    kernel: session.kernelView(),
    save: session.saveState(),
    run: host.runOf(session.id)?.snapshot() ?? null,
  };
}
