/** Which notebook a run reads and which file it writes; the session over it, ready to be run. */
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { createPlainNotebook } from "../document/plain-notebook.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import { type AddressedObject, objectAt } from "../store/objects/object-stores.ts";
import type { StartRunRequest } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { LoopbookError } from "../util/errors.ts";
import { nameOfAddress, schemeOf, shownAddress } from "../util/url-scheme.ts";
import type { OpenNotebooks } from "./run-open-notebooks.ts";

export interface RunFiles {
  readonly session: NotebookSession;
  /** This run made the session: what it holds is a copy. */
  readonly isCopy: boolean;
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  readonly recordPath: string | null;
  /** Where the file is copied to, when the output is an address; `recordPath` is the file then. */
  readonly target: AddressedObject | null;
}

/** @throws LoopbookError `notebook-unreadable`, `no-such-notebook`, `output-busy`, `no-store`. */
export async function openRunFiles(
  request: Pick<StartRunRequest, "runId" | "input" | "output" | "options">,
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
  const address = addressIn(inPlace ? inputPath : output.type === "path" ? output.path : null);
  if (inPlace && address === null) {
    const session = opened ?? (inputPath === null ? undefined : await notebooks.open(inputPath));
    if (session !== undefined) {
      return { session, isCopy: false, inputPath, outputPath: session.path, recordPath: null, target: null };
    }
  }
  const places = placesOf(request);
  // A store that is missing is told before anything is read.
  const target = address === null ? null : await objectAt(address, places);
  const parsed = await readInput(input, opened, notebooks, places);
  const isKept = output.type === "record" || target !== null;
  const recordPath = isKept ? join(recordsFolder, request.runId, `${runName(inputPath)}.ipynb`) : null;
  const file = target === null && output.type === "path" ? output.path : recordPath;
  const live = createPlainNotebook(parsed.notebook);
  const session = await notebooks.create(file, live, parsed);
  return { session, isCopy: true, inputPath, outputPath: address ?? file, recordPath, target };
}

function addressIn(path: string | null): string | null {
  return path !== null && schemeOf(path) !== null ? path : null;
}

/** Stores are looked for from the folder of this process, and from that in which the run works. */
function placesOf({ options }: Pick<StartRunRequest, "options">): { readonly folders: readonly string[] } {
  return { folders: [process.cwd(), ...(typeof options.cwd === "string" ? [options.cwd] : [])] };
}

async function readInput(
  input: StartRunRequest["input"],
  opened: NotebookSession | undefined,
  notebooks: OpenNotebooks,
  places: ReturnType<typeof placesOf>,
): Promise<ParsedNotebook> {
  if ("path" in input && schemeOf(input.path) !== null) {
    return parseNotebook(await (await objectAt(input.path, places)).read(), shownAddress(input.path));
  }
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
  if (path !== null && schemeOf(path) !== null) return nameOfAddress(path);
  return path === null ? "notebook" : basename(path, extname(path));
}

/** The output is there from the beginning, or the run is refused. @throws LoopbookError `output-unwritable`. */
export async function writeFirst(session: NotebookSession): Promise<void> {
  if (session.path === null) return;
  await mkdir(dirname(session.path), { recursive: true }).catch(() => {});
  const saved = await session.save();
  if (saved.type !== "failed") return;
  throw new LoopbookError("output-unwritable", `${session.path} cannot be written: ${saved.reason}`, {
    exitCode: 2,
  });
}
