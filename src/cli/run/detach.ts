/** `--detach`: leaves a run with the local server, which is started when there is none. */
import { dirname } from "node:path";
import type { StartRunBody } from "../../api/http.ts";
import { findOwner } from "../../server/registry.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";
import { schemeOf } from "../../util/url-scheme.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { addressOf } from "../processes/address.ts";
import { connect } from "../processes/connect.ts";
import { realPath } from "../processes/live-runs.ts";
import { isInside, localServers, serverFor, startLocalServer } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";
import type { RunPlan } from "./run-plan.ts";

export async function detachRun(context: CliContext, plan: RunPlan, line: RunCommandLine): Promise<void> {
  if (!("path" in plan.input))
    throw new CommandError("--detach needs a notebook's path, not standard input.");
  if (plan.output.type === "stdout")
    throw new CommandError("--detach cannot write to standard output; name a file.");
  const { terminal } = context;
  const path = schemeOf(plan.input.path) === null ? realPath(plan.input.path) : realPath(context.cwd);
  const file = plan.output.type === "path" ? plan.output.path : path;
  const server = await serverForRun(context, path, line.port, file);
  const output = plan.output.type === "record" ? ({ type: "record" } as const) : plan.output;
  const run = await connect(server).startRun({
    ...startOptions(plan),
    path: plan.input.path,
    output,
    env: kernelEnvironment(context.env),
    ...(line.name === undefined ? {} : { name: line.name }),
  });
  const written = run.outputPath;
  const address = addressOf(server, written !== null && schemeOf(written) === null ? written : path);
  if (line.json) terminal.out(`${JSON.stringify({ ...run, url: address })}\n`);
  else terminal.out(`${run.id}\n`);
  terminal.err(`${run.name} runs with the local server: ${address}\n`);
  terminal.err(`\`loopbook ps\` shows it, \`loopbook pause ${run.id}\` pauses it.\n`);
  if (line.open) {
    const { openInBrowser } = await import("../browser/open-in-browser.ts");
    await openInBrowser(address, context);
  }
}

/** The local server that has the file, or shows its folder, or is up at all; else one is started. */
export async function serverForRun(
  { cwd: typedIn, terminal }: CliContext,
  path: string,
  port: number | undefined,
  written = path,
): Promise<RegistryEntry> {
  const cwd = realPath(typedIn);
  const owner = findOwner(stateFolder(), written);
  const known = (owner?.kind === "up" ? owner : null) ?? serverFor(path) ?? localServers()[0];
  if (known !== undefined) return known;
  const server = await startLocalServer(isInside(cwd, path) ? cwd : dirname(path), port);
  terminal.err(`The local server of ${server.folder} was started (process ${server.pid}).\n`);
  return server;
}

/** A plan's options as the API takes them. */
export function startOptions({ options }: RunPlan): Omit<StartRunBody, "output"> {
  const { allowErrorNames, skipTags, parameters, part, ...rest } = options;
  return {
    ...rest,
    ...(parameters === undefined ? {} : { parameters: { ...parameters } }),
    ...(allowErrorNames === undefined ? {} : { allowErrorNames: [...allowErrorNames] }),
    ...(part === undefined ? {} : { part: part === null ? null : { ...part, only: [...part.only] } }),
    ...(skipTags === undefined ? {} : { skipTags: [...skipTags] }),
  };
}

/** What a kernel would have had here and may not have there: the environment that the command was typed in. */
function kernelEnvironment(env: CliContext["env"]): Record<string, string> {
  const own = /^(?:LOOPBOOK_|NODE_|npm_|_$|PWD$|OLDPWD$|SHLVL$)/;
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !own.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}
