/** `--prepare-only`: writes the notebook with its parameters, and runs nothing. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createLiveNotebook } from "../../document/yjs-notebook.ts";
import type { ParsedNotebook } from "../../nbformat/notebook-file.ts";
import { serialiseNotebook } from "../../nbformat/serialise.ts";
import { injectionEdits, reportModeEdits } from "../../runs/parameters/inject.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { schemeOf, shownAddress } from "../../util/url-scheme.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { kernelOfNotebook } from "./declared-parameters.ts";
import type { RunPlan } from "./run-plan.ts";

export async function prepareOnly(context: CliContext, plan: RunPlan): Promise<void> {
  const { parsed, output, input } = plan;
  if (parsed === null) throw new CommandError("The notebook was not read.");
  const text = preparedText(parsed, plan);
  if (output.type === "stdout" || output.type === "record") {
    context.terminal.out(text);
    return;
  }
  const path = output.type === "path" ? output.path : "path" in input ? input.path : "";
  if (schemeOf(path) === null) writeWhole(path, text);
  else {
    const { objectAt } = await import("../../worker/object-stores.ts");
    const object = await objectAt(path, { folders: [context.cwd] });
    await object.write(new TextEncoder().encode(text));
  }
  context.terminal.err(`${shownAddress(path)} is prepared; nothing was run.\n`);
}

function preparedText(parsed: ParsedNotebook, plan: RunPlan): string {
  const { options, specs } = plan;
  const live = createLiveNotebook(parsed.notebook);
  const origin = { type: "run", label: "prepare" } as const;
  const kernel = kernelOfNotebook(parsed.notebook, options.language ?? null);
  const reportMode = options.reportMode === true;
  const values = options.parameters ?? {};
  const kernelName = options.kernelName ?? kernel.kernelName;
  live.applyAll(injectionEdits(live, { values, specs, ...kernel, kernelName, reportMode }), origin);
  if (reportMode) live.applyAll(reportModeEdits(live), origin);
  const text = serialiseNotebook(live.toNotebook(), parsed.origin);
  live.destroy();
  return text;
}

/** Whole or not at all. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${randomToken(8)}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new LoopbookError("output-unwritable", `${path} cannot be written: ${messageOf(cause)}`, {
      exitCode: 2,
      cause,
    });
  }
}
