/** What the commands that steer a run have in common: find it, send one command, tell what came of it. */
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import type { RunCommandBody } from "../../api/http.ts";
import type { RunSnapshot } from "../../runs/run.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { type FoundRun, findLiveRun } from "./live-runs.ts";

export const RUN_ARGUMENT = "[RUN]";
export const RUN_HELP =
  "its id, the beginning of it, or a notebook's path; may be left out when one run is live";

export interface SteeringOptions {
  readonly json?: true;
}

/** Adds the options that every steering command has. */
export function steeringOptions(command: Command): Command {
  return command.option("--json", "print the run as JSON");
}

/** Sends a command to the run that is meant and prints a line about it. */
export async function steer(
  context: CliContext,
  wanted: string | undefined,
  body: RunCommandBody | ((found: FoundRun) => RunCommandBody | Promise<RunCommandBody>),
  options: SteeringOptions & { readonly say: (run: RunSnapshot) => string; readonly until?: Until },
): Promise<void> {
  const { terminal } = context;
  const found = await findLiveRun(wanted, context.cwd, (line) => terminal.err(`${line}\n`));
  const command = typeof body === "function" ? await body(found) : body;
  let run = await sendCommand(found, command);
  if (options.until !== undefined) run = await waitUntil(context, found, run, options.until);
  if (options.json) terminal.out(`${JSON.stringify(run)}\n`);
  else terminal.out(`${options.say(run)}\n`);
}

export function sendCommand({ api, run }: FoundRun, body: RunCommandBody): Promise<RunSnapshot> {
  return api.command(run.id, body);
}

export type Until = (run: RunSnapshot) => boolean;

const POLL_MS = 100;

/** Asks again and again until the run is as wanted or has ended. */
export async function waitUntil(
  context: CliContext,
  found: FoundRun,
  first: RunSnapshot,
  until: Until,
): Promise<RunSnapshot> {
  let run = first;
  while (!until(run) && run.endedAtMs === null) {
    await wait(POLL_MS);
    try {
      run = (await found.api.run(run.id)).snapshot;
    } catch (error) {
      if (!(error instanceof LoopbookError && error.code === "server-unreachable")) throw error;
      // A process that ran nothing else ends with its run, which is in the ledger by then.
      const { withLedger } = await import("./ledger.ts");
      const record = await withLedger(context, (host) => host.runRecord(run.id));
      return record?.snapshot ?? run;
    }
  }
  return run;
}

/** `train (run_x3…)`, as lines name a run. */
export function runLabel(run: RunSnapshot): string {
  return `${run.name} (${run.id})`;
}
