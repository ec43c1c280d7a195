/** `loopbook run`, from the typed words to the exit code. */
import { fstatSync } from "node:fs";
import { findOwner } from "../../server/registry.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { stateFolder } from "../state-folder.ts";
import { type RunEnds, runEnds } from "./ends.ts";
import { planRun, type RunPlan } from "./run-plan.ts";

export interface TypedPaths {
  readonly input: string | undefined;
  readonly output: string | undefined;
}

export async function runCommand(
  context: CliContext,
  typed: TypedPaths,
  line: RunCommandLine,
): Promise<void> {
  checkEngine(line.engine);
  const inspect = line.helpNotebook === true || line.inspect === true;
  const ends = endsOf(context, typed, line, inspect);
  if (inspect) {
    const { showParameters } = await import("./show-parameters.ts");
    return showParameters(context, ends.input, line);
  }
  const plan = await planRun(context, ends, line);
  if (line.prepareOnly) {
    const { prepareOnly } = await import("./prepare-only.ts");
    return prepareOnly(context, plan);
  }
  if (line.detach) {
    const { detachRun } = await import("./detach.ts");
    return detachRun(context, plan, line);
  }
  await refuseTwoOwners(plan);
  const { runHere } = await import("./run-here.ts");
  context.setExitCode(await runHere(context, plan, line));
}

/** A file has one owner: what another process has open and unsaved would be lost under our outputs, and ours under its. */
export async function refuseTwoOwners({ input, output }: RunPlan): Promise<void> {
  const path =
    output.type === "path" ? output.path : output.type === "in-place" && "path" in input ? input.path : null;
  if (path === null || findOwner(stateFolder(), path) === undefined) return;
  const { openElsewhere } = await import("../processes/open-elsewhere.ts");
  if ((await openElsewhere(path)) === null) return;
  throw new LoopbookError(
    "open-elsewhere",
    `${path} is open in another Loopbook process (\`loopbook status\`). Run it there with --detach, or name another OUTPUT.`,
  );
}

function endsOf(context: CliContext, typed: TypedPaths, line: RunCommandLine, inspect: boolean): RunEnds {
  const { terminal } = context;
  return runEnds(
    { ...typed, outputOption: line.output, inPlace: line.inPlace === true },
    {
      stdinIsPipe: isPipe(0),
      stdoutIsTty: terminal.outIsTty,
      stdoutIsTaken: line.json === true || line.detach === true || inspect,
    },
  );
}

function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO();
  } catch {
    // Closed.
    return false;
  }
}

/** papermill's engines are Python plug-ins; the names of its built-in ones are no reason to fail. */
function checkEngine(engine: string | undefined): void {
  if (engine === undefined || ["loopbook", "nbclient", "papermill"].includes(engine)) return;
  throw new CommandError(
    `There is no engine ${engine}: Loopbook runs notebooks itself and has no plug-ins for that. Leave --engine out.`,
  );
}
