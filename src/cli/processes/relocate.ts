/** Moves and copies notebooks: through the process that has one open, else here. */
import { statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { CliContext } from "../context.ts";
import { openHost } from "../local-program.ts";
import { absolutePath } from "../paths.ts";
import { openElsewhere } from "./open-elsewhere.ts";

/** @throws LoopbookError `notebook-exists`, `open-elsewhere`, `no-such-file`, `no-such-folder`, `bad-name`. */
export async function relocate(
  context: CliContext,
  what: "move" | "copy",
  typedFrom: string,
  typedTo: string,
): Promise<void> {
  const from = absolutePath(context, typedFrom);
  const to = into(absolutePath(context, typedTo), typedTo, from);
  const open = await openElsewhere(from);
  if (open === null) {
    const host = await openHost("WARNING", context);
    try {
      await (what === "move" ? host.moveFile(from, to) : host.copyFile(from, to));
    } finally {
      await host.close();
    }
  } else if (what === "move") await open.api.moveNotebook(open.notebookId, to);
  else await open.api.copyNotebook(open.notebookId, to);
  const shown = relative(context.cwd, to);
  context.terminal.out(`${shown.startsWith("..") ? to : shown}\n`);
}

/** A folder takes it under its own name. */
function into(path: string, typed: string, from: string): string {
  const isFolder =
    /[/\\]$/.test(typed) || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
  return isFolder ? join(path, basename(from)) : path;
}
