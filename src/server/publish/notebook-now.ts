/** A notebook as it is now: open here with what is not saved yet, else as its file has it. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Notebook } from "../../nbformat/notebook.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import type { Host } from "../../usecases/host.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { realTarget } from "../security/reach.ts";

/** A bigger file is not read for a page. */
const MAX_BYTES = 512 * 1024 * 1024;

/** @throws LoopbookError `no-such-file`, `notebook-unreadable`. */
export async function notebookNow(host: Host, path: string): Promise<Notebook> {
  const real = realTarget(path);
  const open = host.notebooks().find((session) => session.path !== null && realTarget(session.path) === real);
  if (open) return (await open.outputs?.wholeNotebook()) ?? open.live.toNotebook();
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new LoopbookError(
      isGone ? "no-such-file" : "notebook-unreadable",
      isGone ? `There is no ${basename(path)} here (any more).` : `${basename(path)}: ${messageOf(cause)}.`,
      { cause },
    );
  }
  if (bytes.length > MAX_BYTES)
    throw new LoopbookError("notebook-unreadable", `${basename(path)} is bigger than 512 MB.`);
  return parseNotebook(bytes, basename(path)).notebook;
}
