/** A notebook with what is said of it in its metadata: `loopbook.comments`, at each cell, and at the notebook for cells that are gone. Pure. */
import type { CommentThread } from "../../api/comments.ts";
import type { Cell, Notebook } from "../../nbformat/notebook.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";

export function withThreads(notebook: Notebook, threads: readonly CommentThread[]): Notebook {
  const ids = new Set(notebook.cells.map(({ id }) => id));
  const cells = notebook.cells.map((cell): Cell => {
    const own = threads.filter(({ anchor }) => anchor.cellId === cell.id);
    return own.length === 0 ? cell : { ...cell, metadata: withComments(cell.metadata, own) };
  });
  const orphans = threads.filter(({ anchor }) => !ids.has(anchor.cellId));
  const metadata = orphans.length === 0 ? notebook.metadata : withComments(notebook.metadata, orphans);
  return { ...notebook, cells, metadata };
}

function withComments(metadata: JsonObject, threads: readonly CommentThread[]): JsonObject {
  const before = isJsonObject(metadata.loopbook) ? metadata.loopbook : {};
  return { ...metadata, loopbook: { ...before, comments: threads.map(exported) } };
}

function exported({ anchor, excerpt, comments, resolved }: CommentThread): JsonValue {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    ...(anchor.output !== null && { output: anchor.output }),
    excerpt,
    resolved: resolved === null ? null : { by: resolved.by.displayName, at: time(resolved.atMs) },
    comments: comments
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ by, atMs, text }) => ({ by: by.displayName, at: time(atMs), text })),
  };
}
