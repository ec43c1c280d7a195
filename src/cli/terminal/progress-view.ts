/** What a run looks like in a terminal: a few lines that are drawn over and over. Pure. */
import type { RunSnapshot } from "../../runs/run.ts";
import { assertNever } from "../../util/assert-never.ts";
import { shownAddress } from "../../util/url-scheme.ts";
import type { Colours } from "./terminal.ts";
import { cutTo, durationText, padTo } from "./text.ts";

export interface ProgressFacts {
  readonly run: RunSnapshot;
  readonly nowMs: number;
  /** Of the current cell; empty when there is none. */
  readonly cellTitle: string;
  readonly cellStartedAtMs: number | null;
  readonly lastLine: string;
  /** Address of the live page, once it is served. */
  readonly url: string | null;
  /** Whether single keys are read. */
  readonly keys: boolean;
}

const BAR_WIDTH = 20;

export function progressLines(facts: ProgressFacts, columns: number, colours: Colours): string[] {
  const { run } = facts;
  const width = Math.max(20, Math.min(columns, 120)) - 1;
  const lines = [headLine(facts, width, colours)];
  if (run.hold !== null) lines.push(...holdLines(facts, width, colours));
  else {
    if (facts.cellTitle !== "") lines.push(`  ${cutTo(facts.cellTitle, width - 2)}`);
    if (facts.lastLine !== "") lines.push(colours.dim(`  │ ${cutTo(facts.lastLine.trimStart(), width - 4)}`));
  }
  // Never cut: it must stay an address that can be clicked or copied.
  if (facts.url !== null) lines.push(colours.dim(`  ${facts.url}`));
  if (facts.keys && run.hold?.kind !== "input") lines.push(colours.dim(`  ${cutTo(keysOf(run), width - 2)}`));
  return lines;
}

function headLine(facts: ProgressFacts, width: number, colours: Colours): string {
  const { run } = facts;
  const current = Math.min(run.stepsDone + 1, run.stepsTotal);
  const place = run.stepsTotal === 0 ? "no cells" : `step ${current} of ${run.stepsTotal}`;
  const elapsed = durationText(facts.nowMs - run.startedAtMs);
  const eta = etaText(facts);
  const text = `${run.name}  ${statusText(run)}${place}  `;
  const tail = `  ${elapsed}${eta === "" ? "" : ` · ${eta}`}`;
  const room = width - 2 - text.length - tail.length;
  const bar = room >= 8 ? progressBar(run, Math.min(BAR_WIDTH, room), colours) : "";
  const mark = run.hold !== null ? colours.yellow("‖") : colours.cyan("▶");
  if (bar === "") return `${mark} ${cutTo(text + tail.trimStart(), width - 2)}`;
  return `${mark} ${colours.bold(run.name)}${text.slice(run.name.length)}${bar}${tail}`;
}

function statusText(run: RunSnapshot): string {
  if (run.pending === "stop") return "stopping at ";
  if (run.pending === "interrupt") return "interrupting ";
  switch (run.status) {
    case "starting":
      return "starting the kernel, ";
    case "pausing":
      return "pausing after ";
    case "held":
      return "held at ";
    case "stopping":
      return "stopping at ";
    default:
      return "";
  }
}

function progressBar(run: RunSnapshot, width: number, colours: Colours): string {
  const share = run.stepsTotal === 0 ? 0 : run.stepsDone / run.stepsTotal;
  const done = Math.round(share * width);
  return colours.cyan("━".repeat(done)) + colours.dim("╌".repeat(width - done));
}

/** The rest of the time: from earlier runs, else from this run's own pace once it says something. */
export function etaText(facts: Pick<ProgressFacts, "run" | "nowMs">): string {
  const { run, nowMs } = facts;
  if (run.hold !== null || run.endedAtMs !== null) return "";
  // It takes longer than it used to: nothing can be said then.
  if (run.etaMs !== null) return run.etaMs <= 0 ? "" : `about ${durationText(run.etaMs)} left`;
  const elapsed = nowMs - run.startedAtMs;
  if (run.stepsDone < 3 || elapsed < 5_000) return "";
  return `about ${durationText((elapsed / run.stepsDone) * (run.stepsTotal - run.stepsDone))} left`;
}

function holdLines(facts: ProgressFacts, width: number, colours: Colours): string[] {
  const { hold } = facts.run;
  if (hold === null) return [];
  const lines = [`  ${colours.yellow(cutTo(hold.what, width - 2))}`];
  for (const line of (hold.why ?? "")
    .split("\n")
    .filter((text) => text.trim() !== "")
    .slice(0, 3)) {
    lines.push(`  ${colours.dim(cutTo(line, width - 2))}`);
  }
  if (facts.cellTitle !== "" && hold.kind !== "input") lines.push(`  ${cutTo(facts.cellTitle, width - 2)}`);
  return lines;
}

/** What single keys do now. */
export function keysOf(run: RunSnapshot): string {
  const { hold } = run;
  if (hold === null) return "p pause · Ctrl-C interrupt the cell and hold";
  switch (hold.kind) {
    case "tag":
      return "a approve · x refuse · s step one cell · k skip it · q stop";
    case "error":
      return "r run the cell again · k skip it · s step one cell · q stop";
    case "interrupted":
      return "r run the cell again · s step one cell · k skip it · q stop (or Ctrl-C again)";
    case "pause":
    case "step":
      return "r resume · s step one cell · k skip the next · q stop";
    case "question":
      return "q stop";
    case "input":
      return "";
    default:
      return assertNever(hold.kind);
  }
}

/** The one line that stays when a run ended. */
export function endLine(run: RunSnapshot, colours: Colours): string {
  const took = durationText((run.endedAtMs ?? run.startedAtMs) - run.startedAtMs);
  const where = run.outputPath === null ? "" : `  ${shownAddress(run.outputPath)}`;
  const outcome = run.outcome === null ? "" : `: ${run.outcome}`;
  const steps = `${run.stepsDone} of ${run.stepsTotal} steps`;
  if (run.status === "completed") {
    return `${colours.green("✓")} ${colours.bold(run.name)} completed, ${steps} in ${took}${where}`;
  }
  if (run.status === "stopped") {
    const how = run.outcome ?? "Stopped";
    return `${colours.yellow("■")} ${colours.bold(run.name)}: ${how} (${steps} in ${took})${where}`;
  }
  return `${colours.red("✗")} ${colours.bold(run.name)} ${run.status}${outcome} (${steps} in ${took})${where}`;
}

/** Rows of a table, columns as wide as their widest text; the last one is cut to the terminal. */
export function tableLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, text.length);
    });
  }
  return rows.map((row) => {
    const padded = row.slice(0, -1).map((text, i) => padTo(text, widths[i] ?? 0));
    const used = padded.reduce((sum, text) => sum + text.length + 2, 0);
    return [...padded, cutTo(row.at(-1) ?? "", Math.max(20, columns - used))].join("  ").trimEnd();
  });
}
