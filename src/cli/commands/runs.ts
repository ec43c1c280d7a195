import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { RunSnapshot } from "../../runs/run.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { withLedger } from "../processes/ledger.ts";
import { allLiveRuns } from "../processes/live-runs.ts";
import { tableLines } from "../terminal/progress-view.ts";
import { durationText } from "../terminal/text.ts";

const DEFAULT_LIMIT = 20;

export function define(command: Command, context: CliContext): void {
  command
    .description("List runs, newest first: live ones and the record of ended ones.")
    .argument("[NOTEBOOK]", "only runs of this notebook")
    .option("-n, --limit <number>", "how many", positive, DEFAULT_LIMIT)
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook runs\n  loopbook runs train.ipynb -n 100\n  loopbook runs --json | jq '.[] | select(.status == \"failed\") | .id'",
    )
    .action(async (notebook: string | undefined, options: { limit: number; json?: true }) => {
      const { terminal } = context;
      const path = notebook === undefined ? {} : { inputPath: absolutePath(context, notebook) };
      const kept = await withLedger(context, (host) => host.runHistory({ ...path, limit: options.limit }));
      const live = await allLiveRuns((line) => terminal.err(`${line}\n`));
      const runs = merge(
        kept,
        live.map(({ run }) => run),
      );
      if (options.json) {
        terminal.out(`${JSON.stringify(runs)}\n`);
        return;
      }
      if (runs.length === 0) {
        terminal.err("No run is recorded yet. Type: loopbook run NOTEBOOK\n");
        return;
      }
      const rows = runs.map((run) => row(run, Date.now()));
      const head = ["RUN", "NAME", "STATE", "STEPS", "TOOK", "STARTED", "OUTCOME"];
      terminal.out(`${tableLines([head, ...rows], terminal.columns()).join("\n")}\n`);
    });
}

/** A live process knows the newest of its own runs; one that the ledger calls live and nobody has was killed. */
function merge(kept: readonly RunSnapshot[], live: readonly RunSnapshot[]): RunSnapshot[] {
  const newest = new Map(live.map((run) => [run.id, run]));
  return kept.map((run) => newest.get(run.id) ?? run);
}

function row(run: RunSnapshot, nowMs: number): string[] {
  return [
    run.id,
    run.name,
    run.status,
    `${run.stepsDone}/${run.stepsTotal}`,
    durationText((run.endedAtMs ?? nowMs) - run.startedAtMs),
    dateText(run.startedAtMs),
    run.outcome ?? run.hold?.what ?? "",
  ];
}

/** Local time, sortable: `2026-11-24 06:12`. */
export function dateText(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It takes a whole number from 1.");
  return Number(text);
}
