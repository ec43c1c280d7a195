/** Which notebook a run reads and which file it writes; the session over it, ready to be run. */
import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import type { StartRunRequest } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { LoopbookError } from "../util/errors.ts";
import type { OpenNotebooks } from "./run-open-notebooks.ts";

export interface RunFiles {
  readonly session: NotebookSession;
  /** This run made the session: what it holds is a copy. */
  readonly isCopy: boolean;
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  readonly recordPath: string | null;
}

/** @throws LoopbookError `notebook-unreadable`, `no-such-notebook`, `output-busy`. */
export async function openRunFiles(
  request: Pick<StartRunRequest, "runId" | "input" | "output">,
  notebooks: OpenNotebooks,
  recordsFolder: string,
): Promise<RunFiles> {
  const { input, output } = request;
  const opened = "notebookId" in input ? notebooks.get(input.notebookId) : undefined;
  if ("notebookId" in input && opened === undefined) {
    throw new LoopbookError("no-such-notebook", "That notebook is not open any more. Open it again.");
  }
  const inputPath = "path" in input ? input.path : (opened?.path ?? null);
  const inPlace = output.type === "in-place" || (output.type === "path" && output.path === inputPath);
  if (inPlace) {
    const session = opened ?? (inputPath === null ? undefined : await notebooks.open(inputPath));
    if (session !== undefined) {
      return { session, isCopy: false, inputPath, outputPath: session.path, recordPath: null };
    }
  }
  const parsed = await readInput(input, opened, notebooks);
  const recordPath =
    output.type === "record" ? join(recordsFolder, request.runId, `${runName(inputPath)}.ipynb`) : null;
  const outputPath = output.type === "path" ? output.path : recordPath;
  const live = createLiveNotebook(parsed.notebook);
  const session = await notebooks.create(outputPath, live, parsed);
  return { session, isCopy: true, inputPath, outputPath, recordPath };
}

async function readInput(
  input: StartRunRequest["input"],
  opened: NotebookSession | undefined,
  notebooks: OpenNotebooks,
): Promise<ParsedNotebook> {
  if ("text" in input) return parseNotebook(input.text, "The notebook on standard input");
  const session = opened ?? ("path" in input ? notebooks.at(input.path) : undefined);
  if (session === undefined) {
    if ("path" in input) return notebooks.read(input.path);
    throw new LoopbookError("no-such-notebook", "That notebook is not open any more. Open it again.");
  }
  // What people see in the open notebook is what runs.
  if (session.path === null) {
    throw new LoopbookError("no-such-notebook", "The open notebook has no file. Save it first.");
  }
  await session.save();
  return parseNotebook(await readFile(session.path), session.path);
}

/** The file's name without extension. */
export function runName(path: string | null): string {
  return path === null ? "notebook" : basename(path, extname(path));
}
