import type { Command } from "commander";
import type { RunEventRecord, RunRecord, StepRecord } from "../../runs/run.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { findRecord } from "../processes/ledger.ts";
import { tableLines } from "../terminal/progress-view.ts";
import type { Colours } from "../terminal/terminal.ts";
import { durationText } from "../terminal/text.ts";
import { dateText } from "./runs.ts";

interface ShowOptions {
  readonly json?: true;
  readonly source?: string;
  readonly packages?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Show the record of a run: parameters, what was executed and how it went, who did what, the outcome.",
    )
    .argument(
      "[RUN]",
      "its id, the beginning of it, or a notebook's path (its newest run); default: the newest run",
    )
    .option("--source <step>", "print the source that a step really executed: its number or its cell's id")
    .option("--packages", "list the packages that the kernel had")
    .option("--json", "print the whole record as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook show\n  loopbook show train.ipynb\n  loopbook show run_x3 --source 4\n  loopbook show run_x3 --json | jq .options.parameters",
    )
    .action(async (wanted: string | undefined, options: ShowOptions) => {
      const { terminal } = context;
      const record = await findRecord(context, wanted);
      if (options.source !== undefined) terminal.out(`${sourceOf(record, options.source)}\n`);
      else if (options.json) terminal.out(`${JSON.stringify(record)}\n`);
      else
        terminal.out(`${recordLines(record, options, terminal.columns(), terminal.outColours).join("\n")}\n`);
    });
}

function sourceOf(record: RunRecord, wanted: string): string {
  const step =
    record.steps.find(({ ordinal }) => String(ordinal) === wanted) ??
    record.steps.findLast(({ cellId }) => cellId === wanted || cellId.startsWith(wanted));
  if (step === undefined) throw new CommandError(`${record.snapshot.id} executed no step ${wanted}.`);
  return step.source;
}

function recordLines(record: RunRecord, options: ShowOptions, columns: number, colours: Colours): string[] {
  const { snapshot: run, kernel } = record;
  const took = durationText((run.endedAtMs ?? Date.now()) - run.startedAtMs);
  const exit = run.exitCode === null ? "" : `, exit code ${run.exitCode}`;
  const lines = [
    colours.bold(`${run.name}  ${run.id}`),
    `${run.status}${run.outcome === null ? "" : `: ${run.outcome}`}${exit}`,
    "",
    ...tableLines(
      [
        ["Input", run.inputPath ?? "standard input"],
        ["Output", run.outputPath ?? record.recordPath ?? "none"],
        [
          "Started",
          `${dateText(run.startedAtMs)} by ${record.startedBy.displayName} on ${record.host}, took ${took}`,
        ],
        [
          "Kernel",
          kernel === null ? "none started" : `${kernel.name} (${kernel.implementation} ${kernel.version})`,
        ],
        ["Loopbook", record.loopbookVersion],
      ],
      columns,
    ),
  ];
  const given = Object.entries(run.values);
  if (given.length > 0) {
    const rows = given.map(([name, value]) => [`  ${name}`, JSON.stringify(value)]);
    lines.push("", colours.bold("Parameters"), ...tableLines(rows, columns));
  }
  if (record.steps.length > 0) {
    lines.push("", colours.bold("Steps"), ...tableLines(record.steps.map(stepRow), columns));
  }
  if (record.events.length > 0) {
    lines.push("", colours.bold("Events"), ...tableLines(record.events.map(eventRow), columns));
  }
  if (options.packages && record.packages !== null) {
    const rows = Object.entries(record.packages).map(([name, version]) => [`  ${name}`, version]);
    lines.push("", colours.bold("Packages"), ...tableLines(rows, columns));
  }
  return lines;
}

function stepRow(step: StepRecord): string[] {
  const took =
    step.startedAtMs === null || step.endedAtMs === null
      ? ""
      : durationText(step.endedAtMs - step.startedAtMs);
  const first = step.source.split("\n").find((line) => line.trim() !== "") ?? "";
  return [`  ${step.ordinal}`, step.status, took, step.cellId, step.error ?? first.trim()];
}

function eventRow(event: RunEventRecord): string[] {
  const at = new Date(event.atMs).toTimeString().slice(0, 8);
  return [`  ${at}`, event.by.displayName, event.text];
}
