/** Starts a run: its notebook, parameters, place and kernel, checked before anything runs. */
import { hostname } from "node:os";
import { dirname } from "node:path";
import { chooseSpec } from "../compute/local/choose-spec.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import type { KernelProvider } from "../kernel/kernel.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import { defaultRunOptions } from "../runs/options.ts";
import { checkChange } from "../runs/parameters/check.ts";
import { inferParameters } from "../runs/parameters/infer.ts";
import { injectionEdits, reportModeEdits, startingValues } from "../runs/parameters/inject.ts";
import { PartOfNotebook } from "../runs/part.ts";
import type { RunOptions, RunPart } from "../runs/run.ts";
import type { RunStore } from "../runs/run-store.ts";
import { TAGS } from "../runs/tags.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import type { StartRunRequest } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { LoopbookError } from "../util/errors.ts";
import type { CellId } from "../util/ids.ts";
import { isJsonObject } from "../util/json.ts";
import type { Logger } from "../util/logger.ts";
import { schemeOf } from "../util/url-scheme.ts";
import { outliveFor } from "./held-kernels.ts";
import { RunController } from "./run-controller.ts";
import { type RunFiles, runName } from "./run-files.ts";
import { RunNotes } from "./run-notes.ts";

export interface RunStarter {
  readonly kernels: KernelProvider;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** How long kernels of runs wait for somebody to come back when this process is gone; 0: they end with it. */
  readonly keepKernelMs: number;
}

/** @throws LoopbookError `unknown-parameter`, `bad-parameter`, `no-such-kernel`, `no-such-cell`, `output-unwritable`. */
export async function prepareRun(
  request: StartRunRequest,
  files: RunFiles,
  starter: RunStarter,
  publish?: () => Promise<string | null>,
): Promise<RunController> {
  const { session } = files;
  const { live } = session;
  const options: RunOptions = { ...defaultRunOptions, ...request.options };
  const name = request.name ?? runName(files.inputPath);
  const origin: EditOrigin = { type: "run", label: `${request.runId}/${name}` };
  const startedAtMs = starter.clock.now();

  const kernel = await kernelOf(session, options, starter.kernels);
  const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
  const specs = inferParameters(cells, kernel);
  const checked = checkChange(specs, options.parameters, options.allowUnknownParameters);
  if (!checked.ok) {
    const code = checked.code === "bad-value" ? "bad-parameter" : "unknown-parameter";
    throw new LoopbookError(code, checked.message, { exitCode: 2 });
  }
  const { fromCell } = options;
  if (fromCell !== null && live.cell(fromCell)?.cellType !== "code") {
    throw new LoopbookError("no-such-cell", "The notebook has no code cell of that id to begin at.", {
      exitCode: 2,
    });
  }

  checkPart(options.part, (id) => live.cell(id)?.cellType);

  const inject = { values: checked.values, specs, ...kernel, reportMode: options.reportMode };
  const values = startingValues(live, inject);
  const edits = injectionEdits(live, inject);
  for (const cell of cells) {
    if (tagsOf(cell).includes(TAGS.papermillError)) edits.push({ type: "delete-cell", id: cell.id });
  }
  live.applyAll(edits, origin);
  if (options.reportMode) live.applyAll(reportModeEdits(live), origin);

  const keepsKernel = fromCell !== null && isAlive(session);
  const startAt = keepsKernel ? fromCell : null;
  const order = live.cellIds();
  const part = new PartOfNotebook(options.part, live);
  const isInPart = (id: CellId): boolean => {
    const cell = live.cell(id);
    return cell !== undefined && part.has(cell);
  };
  const ahead = (startAt === null ? order : order.slice(order.indexOf(startAt))).filter(isInPart);
  live.write(
    ahead.flatMap((id) => (hasOutputs(session, id) ? [{ type: "clear-outputs" as const, id }] : [])),
    origin,
  );
  const carries = live.metadata().papermill !== undefined;
  const papermill = {
    parameters: checked.values,
    specs,
    inputPath: files.inputPath,
    outputPath: files.outputPath,
    version: starter.version,
    startedAtMs,
  };
  const notes = new RunNotes({
    live,
    origin,
    clock: starter.clock,
    run: files.isCopy || carries ? papermill : null,
  });
  notes.begin(ahead);

  return new RunController({
    id: request.runId,
    session,
    store: starter.store,
    clock: starter.clock,
    logger: starter.logger,
    options: { ...options, parameters: checked.values },
    name,
    inputPath: files.inputPath,
    outputPath: files.outputPath,
    recordPath: files.recordPath,
    parameters: specs,
    values,
    startedBy: request.by,
    startedAtMs,
    host: hostname(),
    version: starter.version,
    notes,
    origin,
    language: options.language,
    startAt,
    approvedBefore: keepsKernel ? null : fromCell,
    ...(publish && { publish }),
    ...(request.hooks && { hooks: request.hooks }),
    startKernel: () => startKernel(session, request, options, keepsKernel, files, starter.keepKernelMs),
  });
}

/** @throws LoopbookError `no-such-cell`. */
function checkPart(part: RunPart | null, typeOf: (id: CellId) => string | undefined): void {
  if (part === null) return;
  const ends = [part.from, part.to].filter((id) => id !== null);
  const missing = [...ends, ...part.only].find((id) => typeOf(id) === undefined);
  const unrunnable = part.only.find((id) => typeOf(id) !== "code");
  if (missing === undefined && unrunnable === undefined) return;
  throw new LoopbookError(
    "no-such-cell",
    missing === undefined
      ? `The cell ${unrunnable} is no code cell; there is nothing in it to run.`
      : `The notebook has no cell ${missing}.`,
    { exitCode: 2 },
  );
}

/**
 * The kernelspec's name and language, from the option or the notebook.
 * @throws LoopbookError `no-such-kernel`.
 */
async function kernelOf(
  session: NotebookSession,
  options: RunOptions,
  kernels: KernelProvider,
): Promise<{ readonly kernelName: string | null; readonly language: string | null }> {
  const { kernelspec, language_info: languageInfo } = session.live.metadata();
  const noted = isJsonObject(kernelspec) ? kernelspec : {};
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;
  const wanted = options.kernelName ?? text(noted.name);
  const spec = chooseSpec(await kernels.listSpecs(), wanted);
  const stated = isJsonObject(languageInfo) ? text(languageInfo.name) : undefined;
  const ofNotebook = options.kernelName === null ? (stated ?? text(noted.language)) : undefined;
  return { kernelName: wanted ?? spec.name, language: options.language ?? ofNotebook ?? spec.language };
}

async function startKernel(
  session: NotebookSession,
  request: StartRunRequest,
  options: RunOptions,
  keepsKernel: boolean,
  files: RunFiles,
  keepKernelMs: number,
): Promise<void> {
  // A run begins with nothing in memory, whatever people did in the open notebook before.
  const isUsed = session.hasUsedKernel?.() ?? session.executions().size > 0;
  if (isAlive(session) && !keepsKernel && isUsed) await session.shutdownKernel();
  await session.startKernel({
    startTimeoutMs: options.startTimeoutMs,
    ...(options.kernelName !== null && { specName: options.kernelName }),
    ...(request.env !== undefined && { env: request.env }),
    ...workingFolder(options, files),
    // Without a file there is nothing that the outputs could go on in.
    ...(keepKernelMs > 0 &&
      session.path !== null && {
        outlive: outliveFor(
          { run: request.runId, notebook: realTarget(session.path), room: session.id },
          keepKernelMs,
        ),
      }),
  });
}

/** Where the notebook is, so that its relative paths mean what they mean when it is opened. */
function workingFolder(options: RunOptions, files: RunFiles): { readonly cwd?: string } {
  if (options.cwd !== null) return { cwd: options.cwd };
  const { inputPath } = files;
  return inputPath === null || schemeOf(inputPath) !== null ? {} : { cwd: dirname(inputPath) };
}

function isAlive(session: NotebookSession): boolean {
  return session.kernel() !== null && session.kernelView().state !== "dead";
}

function hasOutputs(session: NotebookSession, id: CellId): boolean {
  const cell = session.live.cell(id);
  return cell?.cellType === "code" && (cell.outputs.length > 0 || cell.executionCount !== null);
}
