/** Runs a notebook in this process: host, page, display, keys; to the exit code. */
import { dirname, relative } from "node:path";
import { serialiseNotebook } from "../../nbformat/serialise.ts";
import { localParty } from "../../people/local-identity.ts";
import type { Host } from "../../usecases/host.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import { messageOf } from "../../util/errors.ts";
import { RunId } from "../../util/ids.ts";
import { schemeOf } from "../../util/url-scheme.ts";
import type { CliContext } from "../context.ts";
import { openHost, type ServedHost, serveHost } from "../local-program.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { isForeground } from "../terminal/keys.ts";
import { type EarlySignals, hearEarlySignals } from "./early-signals.ts";
import { RunControls } from "./run-controls.ts";
import { RunDisplay } from "./run-display.ts";
import type { RunPlan } from "./run-plan.ts";
import { tapOutputs } from "./tap-outputs.ts";

/** @param begin instead of starting the plan's run: one that goes on. */
export async function runHere(
  context: CliContext,
  plan: RunPlan,
  line: RunCommandLine,
  begin?: (host: Host) => Promise<LiveRun>,
): Promise<number> {
  const early = hearEarlySignals();
  let late: EarlySignals | null = null;
  const host = await openHost(line.logLevel, context);
  // A port that was asked for is bound before anything runs, so that a taken one is an error and not a surprise.
  let server =
    line.port === undefined ? null : await serveHost(host, servedFolder(plan, context.cwd), line.port);
  try {
    const run = await (begin ?? starting(plan, line))(host);
    const isLive = !context.terminal.outIsTty || plan.output.type !== "stdout";
    const display = new RunDisplay(run, context.terminal, displayOptions(context, line));
    const controls = new RunControls(run, display, {
      keys: readsKeys(context, line, plan),
      canAsk: asksHere(context, plan),
      heard: early.end(),
    });
    const untap = tapOutputs(run, display, line);
    if (isLive) server = await servePage(context, host, run, server, display, plan, line);
    const end = await run.ended;
    // It ends already: a signal more must not cut off what takes the kernel down.
    late = hearEarlySignals();
    controls.close();
    untap();
    display.finish(end);
    if (printsNotebook(plan)) await printNotebook(context, run, plan);
    return end.exitCode ?? 1;
  } finally {
    early.end();
    await Promise.all([server?.close(), host.close()]);
    late?.end();
  }
}

function starting(plan: RunPlan, { name }: RunCommandLine): (host: Host) => Promise<LiveRun> {
  return (host) =>
    host.startRun({
      runId: RunId.create(),
      input: plan.input,
      output: outputOf(plan),
      options: plan.options,
      by: localParty("cli"),
      ...(name === undefined ? {} : { name }),
    });
}

function outputOf({ output }: RunPlan): Parameters<Host["startRun"]>[0]["output"] {
  switch (output.type) {
    case "stdout":
      return { type: "none" };
    case "record":
      return { type: "record" };
    default:
      return output;
  }
}

/** The page costs nothing until somebody opens it; without it the run goes on all the same. */
async function servePage(
  context: CliContext,
  host: Host,
  run: LiveRun,
  bound: ServedHost | null,
  display: RunDisplay,
  plan: RunPlan,
  line: RunCommandLine,
): Promise<ServedHost | null> {
  const folder = servedFolder(plan, context.cwd);
  try {
    const server = bound ?? (await serveHost(host, folder, 0));
    const url = pageAddress(server, folder, run);
    display.setUrl(url);
    if (line.open) {
      const { openInBrowser } = await import("../browser/open-in-browser.ts");
      await openInBrowser(url, context);
    }
    return server;
  } catch (error) {
    display.print(`The live page cannot be served: ${messageOf(error)}`);
    return bound;
  }
}

function pageAddress(server: ServedHost, folder: string, run: LiveRun): string {
  // Of an output behind an address this is the copy on this machine.
  const shown = run.session.path;
  const path = shown === null ? "" : relative(folder, shown);
  return server.addressOf(path === "" || path.startsWith("..") ? undefined : path);
}

/** The current folder when the notebook is in it, else the notebook's own. */
function servedFolder(plan: RunPlan, cwd: string): string {
  const shown = plan.output.type === "path" ? plan.output.path : "path" in plan.input ? plan.input.path : cwd;
  if (schemeOf(shown) !== null) return cwd;
  const inside = relative(cwd, shown);
  return shown === cwd || !inside.startsWith("..") ? cwd : dirname(shown);
}

function displayOptions(context: CliContext, line: RunCommandLine) {
  const json = line.json === true;
  const progress = line.progressBar ?? (context.terminal.errIsTty && !line.logOutput);
  return { json, progress: progress && !json, keys: readsKeys(context, line, null) };
}

function readsKeys({ terminal }: CliContext, line: RunCommandLine, plan: RunPlan | null): boolean {
  const stdinIsFree = plan === null || !("text" in plan.input);
  return terminal.inIsTty && terminal.errIsTty && stdinIsFree && !line.json && isForeground();
}

function asksHere({ terminal }: CliContext, plan: RunPlan): boolean {
  return terminal.inIsTty && terminal.errIsTty && !("text" in plan.input) && isForeground();
}

function printsNotebook({ output }: RunPlan): boolean {
  return output.type === "stdout" || (output.type === "record" && output.print);
}

/** Also after a failure: what came out until then is what somebody needs. */
async function printNotebook(context: CliContext, run: LiveRun, plan: RunPlan): Promise<void> {
  const { outputs, live } = run.session;
  const notebook = (await outputs?.wholeNotebook()) ?? live.toNotebook();
  context.terminal.out(serialiseNotebook(notebook, plan.parsed?.origin));
}
