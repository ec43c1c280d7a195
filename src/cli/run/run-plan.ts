/** Everything that a run needs to know before it starts, from the command line, its files and the notebook. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ParsedNotebook } from "../../nbformat/notebook-file.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { defaultRunOptions } from "../../runs/options.ts";
import type { ParameterSpec, ParameterValues } from "../../runs/parameters.ts";
import type { RunOptions } from "../../runs/run.ts";
import type { CellId } from "../../util/ids.ts";
import { schemeOf } from "../../util/url-scheme.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { type GivenParameters, gatherParameters } from "../options/given-parameters.ts";
import { formatOutputName } from "../options/output-name.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { notebookAt, placeOf, textAt } from "../place.ts";
import type { RunEnds } from "./ends.ts";
import { readStdin } from "./read-stdin.ts";
import { typedParameters } from "./typed-parameters.ts";

export interface RunPlan {
  readonly input: { readonly path: string } | { readonly text: string };
  readonly output: RunEnds["output"];
  readonly options: Partial<RunOptions>;
  /** The notebook as it was read, where something needed it before the start. */
  readonly parsed: ParsedNotebook | null;
  readonly specs: readonly ParameterSpec[];
}

/** @throws LoopbookError, CommandError with one line. */
export async function planRun(context: CliContext, ends: RunEnds, line: RunCommandLine): Promise<RunPlan> {
  const builtIn = builtInValues();
  const given = await givenParameters(context, line);
  const untyped = given.size === 0 ? {} : typedParameters(given, [], true);
  const input = await readInput(
    context,
    ends.input === "-" ? "-" : formatOutputName(ends.input, untyped, builtIn),
  );
  const needsNotebook =
    given.size > 0 || namesPart(line) || line.prepareOnly || ends.output.type === "stdout";
  const parsed = needsNotebook || "text" in input ? await parsedInput(context, input) : null;
  const specs = given.size > 0 && parsed !== null ? await specsOf(parsed, line.language) : [];
  const typed = typedParameters(given, specs, line.allowUnknown === true);
  const output = namedOutput(ends.output, typed, builtIn, context);
  const values = withPaths(typed, line, input, output);
  return {
    input: "path" in input ? { path: input.path } : { text: input.text },
    output,
    specs,
    parsed,
    options: { ...optionsOf(context, line), parameters: values, ...(await partOf(line, parsed)) },
  };
}

type Input = { readonly path: string } | { readonly text: string };

async function readInput(context: CliContext, input: string): Promise<Input> {
  if (input !== "-") return { path: placeOf(context, input) };
  return { text: await readStdin(context.terminal) };
}

async function parsedInput(context: CliContext, input: Input): Promise<ParsedNotebook> {
  return "text" in input
    ? parseNotebook(input.text, "The notebook on standard input")
    : notebookAt(context, input.path);
}

export async function specsOf(
  parsed: ParsedNotebook,
  language: string | undefined,
): Promise<readonly ParameterSpec[]> {
  const { declaredParameters } = await import("./declared-parameters.ts");
  return declaredParameters(parsed.notebook, language ?? null);
}

async function givenParameters(context: CliContext, line: RunCommandLine): Promise<GivenParameters> {
  const distant = new Map<string, string>();
  for (const file of line.parameters_file ?? []) {
    const place = placeOf(context, file);
    if (schemeOf(place) !== null) distant.set(file, await textAt(context, place));
  }
  return gatherParameters(
    {
      base64: line.parameters_base64 ?? [],
      files: line.parameters_file ?? [],
      yaml: line.parameters_yaml ?? [],
      pairs: line.parameters ?? [],
      rawPairs: line.parameters_raw ?? [],
    },
    (path) => distant.get(path) ?? readFileSync(placeOf(context, path), "utf8"),
  );
}

function builtInValues() {
  const now = new Date();
  // In a name there is no time zone; the UTC one is written with its own digits.
  const utc = new Date(now.getTime() + now.getTimezoneOffset() * 60_000);
  return { run_uuid: crypto.randomUUID(), current_datetime_local: now, current_datetime_utc: utc };
}

function namedOutput(
  output: RunEnds["output"],
  values: ParameterValues,
  builtIn: ReturnType<typeof builtInValues>,
  context: CliContext,
): RunEnds["output"] {
  if (output.type !== "path") return output;
  return { type: "path", path: placeOf(context, formatOutputName(output.path, values, builtIn)) };
}

/** Injected paths come first, as in papermill, and any other source may replace them. Paths are those of the files. */
function withPaths(
  values: ParameterValues,
  line: RunCommandLine,
  input: Input,
  output: RunEnds["output"],
): ParameterValues {
  const injected: Record<string, string> = {};
  const inputPath = "path" in input ? input.path : "-";
  if (line.injectInputPath || line.injectPaths) injected.PAPERMILL_INPUT_PATH = inputPath;
  if (line.injectOutputPath || line.injectPaths) {
    injected.PAPERMILL_OUTPUT_PATH =
      output.type === "path" ? output.path : output.type === "in-place" ? inputPath : "-";
  }
  return { ...injected, ...values };
}

function optionsOf(context: CliContext, line: RunCommandLine): Partial<RunOptions> {
  const limit = (value: number | undefined) => (value === undefined || value <= 0 ? null : value * 1000);
  return {
    // Every name was checked above, where injected paths are known not to need a declaration.
    allowUnknownParameters: true,
    kernelName: line.kernel ?? null,
    language: line.language ?? null,
    cwd: line.cwd === undefined ? context.cwd : resolve(context.cwd, line.cwd),
    startTimeoutMs: (line.start_timeout ?? line.startTimeout) * 1000,
    cellTimeoutMs: limit(line.executionTimeout),
    runTimeoutMs: limit(line.timeout),
    onCellTimeout: line.interruptOnTimeout ? "continue" : "end",
    onError: line.onError ?? "fail",
    allowErrors: line.allowErrors === true,
    allowErrorNames: line.allowErrorName ?? [],
    allowInput: line.input,
    skipTags: [...defaultRunOptions.skipTags, ...(line.skipTag ?? [])],
    holdAtTags: line.hold,
    reportMode: line.reportMode === true,
  };
}

function namesPart({ from, to, only }: RunCommandLine): boolean {
  return from !== undefined || to !== undefined || only !== undefined;
}

/** `--from`, `--to`, `--only`: the cells as they are named, by id. */
async function partOf(line: RunCommandLine, parsed: ParsedNotebook | null): Promise<Partial<RunOptions>> {
  if (!namesPart(line) || parsed === null) return {};
  const { createLiveNotebook } = await import("../../document/yjs-notebook.ts");
  const { findCell } = await import("../find-cell.ts");
  const live = createLiveNotebook(parsed.notebook);
  const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
  live.destroy();
  const idOf = (wanted: string): CellId => {
    const found = findCell(cells, wanted);
    if (!found.ok) throw new CommandError(found.message);
    return found.id;
  };
  const { from, to, only = [] } = line;
  return {
    part: {
      from: from === undefined ? null : idOf(from),
      to: to === undefined ? null : idOf(to),
      only: only.map(idOf),
    },
  };
}
