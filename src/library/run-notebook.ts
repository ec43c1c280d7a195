/** Runs a notebook for a program: a host for the one run, wired to the program's hooks. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { localParty } from "../people/local-identity.ts";
import type { RunOptions } from "../runs/run.ts";
import type { Host, StartRunRequest } from "../usecases/host.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import { LoopbookError } from "../util/errors.ts";
import { RunId } from "../util/ids.ts";
import { schemeOf } from "../util/url-scheme.ts";
import { createLocalHost } from "../worker/local-host.ts";
import { loopbookVersion } from "../worker/version.ts";
import { ProgramHooks } from "./run-hooks.ts";
import type { RunNotebookOptions, RunResult } from "./run-notebook-options.ts";

export async function runNotebookNow(path: string, options: RunNotebookOptions): Promise<RunResult> {
  const { signal, stateFolder } = options;
  signal?.throwIfAborted();
  const host = createLocalHost({ version: loopbookVersion(), ...(stateFolder && { stateFolder }) });
  try {
    return await runIn(host, path, options);
  } finally {
    await host.close();
  }
}

async function runIn(host: Host, path: string, options: RunNotebookOptions): Promise<RunResult> {
  const { signal, onProgress } = options;
  let run: LiveRun | null = null;
  const by = localParty("library");
  const stop = (): void => void run?.command({ type: "stop" }, by);
  const hooks = new ProgramHooks(options.hooks ?? {}, stop);
  run = await host.startRun({ ...requestOf(path, options), by, hooks });
  const stops = [
    run.onChange((now) => onProgress?.(now)),
    run.onChange(() => answer(run, options, hooks)),
    () => signal?.removeEventListener("abort", stop),
  ];
  try {
    answer(run, options, hooks);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    await hooks.notebookStarts(run);
    await run.ended;
    await hooks.notebookEnded(run);
    hooks.rethrow();
    const record = await host.runRecord(run.id);
    if (record === null)
      throw new LoopbookError("no-such-run", `The record of run ${run.id} could not be read.`);
    const { outputs, live } = run.session;
    return { ...record, notebook: (await outputs?.wholeNotebook()) ?? live.toNotebook() };
  } finally {
    for (const end of stops) end();
  }
}

function requestOf(
  path: string,
  options: RunNotebookOptions,
): Pick<StartRunRequest, "runId" | "input" | "output" | "options" | "name" | "env"> {
  const { output, inPlace, name, env } = options;
  if (output !== undefined && inPlace) {
    throw new LoopbookError("usage", "Give an output, or inPlace, not both.", { exitCode: 2 });
  }
  return {
    runId: RunId.create(),
    input: { path: placeOf(path) },
    output: inPlace
      ? { type: "in-place" }
      : output === undefined
        ? { type: "record" }
        : { type: "path", path: placeOf(output) },
    options: runOptionsOf(options),
    ...(name !== undefined && { name }),
    ...(env !== undefined && { env }),
  };
}

function runOptionsOf(options: RunNotebookOptions): Partial<RunOptions> {
  const { onInput, cwd = process.cwd() } = options;
  const given = {
    parameters: options.parameters,
    allowUnknownParameters: options.allowUnknownParameters,
    kernelName: options.kernelName,
    startTimeoutMs: options.startTimeoutMs,
    cellTimeoutMs: options.cellTimeoutMs,
    onCellTimeout: options.onCellTimeout,
    runTimeoutMs: options.runTimeoutMs,
    allowErrors: options.allowErrors,
    allowErrorNames: options.allowErrorNames,
    skipTags: options.skipTags,
  };
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(defined) as Partial<RunOptions>),
    allowInput: onInput !== undefined,
    cwd: resolve(cwd),
  };
}

/** Answers what the run waits for; each hold once. */
function answer(run: LiveRun | null, options: RunNotebookOptions, hooks: ProgramHooks): void {
  const hold = run?.snapshot().hold;
  if (!run || !hold || answered.has(hold)) return;
  answered.add(hold);
  const by = localParty("library");
  const { inputId } = hold;
  if (hold.kind === "input" && inputId !== null) {
    void hooks
      .call(() => options.onInput?.({ prompt: hold.what, password: hold.password }) ?? "")
      .then((value = "") => run.command({ type: "answer-input", inputId, value }, by));
  } else if (hold.kind === "tag") {
    void hooks
      .call(() => options.onHold?.({ what: hold.what, why: hold.why }) ?? false)
      .then((goesOn) => run.command({ type: goesOn ? "approve" : "refuse", reason: null }, by));
  } else {
    // Interrupted from elsewhere: there is nobody to let it go on.
    void run.command({ type: "stop" }, by);
  }
}

const answered = new WeakSet<object>();

function placeOf(place: string): string {
  const scheme = schemeOf(place);
  if (scheme === null) return resolve(place);
  return scheme === "file" ? fileURLToPath(place) : place;
}
