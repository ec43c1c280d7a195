/** `loopbook resume` of a run that has ended. */
import { createLiveNotebook } from "../../document/yjs-notebook.ts";
import type { RunRecord } from "../../runs/run.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CellId } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { findCell, type NameableCell } from "../find-cell.ts";
import { notebookAt } from "../place.ts";
import { connect } from "../processes/connect.ts";
import { type OpenElsewhere, openElsewhere } from "../processes/open-elsewhere.ts";

import { startOptions } from "./detach.ts";
import { fileOfRun, replayLine, replayPlan, unfinishedCell } from "./replay-plan.ts";

export interface TakeUpOptions {
  readonly from?: string;
  readonly detach?: true;
  readonly json?: true;
}

export async function takeUp(context: CliContext, record: RunRecord, options: TakeUpOptions): Promise<void> {
  const path = fileOfRun(record);
  const open = await openElsewhere(path);
  const { hasKeptKernel, takeBackHere, takeBackThere } = await import("./take-back.ts");
  if (hasKeptKernel(record)) {
    const from = await askedCell(context, record, open, path, options.from);
    const kept = { from, ...(options.json && { json: options.json }) };
    if (open !== null) return takeBackThere(context, record, open.api, kept);
    if (!options.detach) return takeBackHere(context, record, path, kept);
    const { serverForRun } = await import("./detach.ts");
    return takeBackThere(context, record, connect(await serverForRun(context, path, undefined)), kept);
  }
  const cells = await (open === null ? cellsOfFile(context, path) : cellsOfOpen(open));
  const fromCell = placeOf(record, cells, options.from);
  if (open !== null) return takeUpThere(context, record, open, fromCell, options);
  const { snapshot } = record;
  context.terminal.err(
    `The kernel of ${snapshot.id} is gone: ${snapshot.name} is run again from its beginning, with its parameters.\n`,
  );
  const plan = replayPlan(record, path, fromCell);
  const line = replayLine(record, options);
  if (options.detach) {
    const { detachRun } = await import("./detach.ts");
    return detachRun(context, plan, line);
  }
  const { runHere } = await import("./run-here.ts");
  context.setExitCode(await runHere(context, plan, line));
}

/** Null: the run goes on where it is. */
async function askedCell(
  context: CliContext,
  record: RunRecord,
  open: OpenElsewhere | null,
  path: string,
  from: string | undefined,
): Promise<CellId | null> {
  if (from === undefined) return null;
  return placeOf(record, await (open === null ? cellsOfFile(context, path) : cellsOfOpen(open)), from);
}

/** In the process that has the notebook open, where its kernel may still have the variables. */
async function takeUpThere(
  { terminal }: CliContext,
  record: RunRecord,
  { api, notebookId }: OpenElsewhere,
  fromCell: CellId | null,
  options: TakeUpOptions,
): Promise<void> {
  const { kernel } = await api.notebook(notebookId);
  const isAlive = kernel.state !== "none" && kernel.state !== "dead";
  const run = await api.startRun({
    ...startOptions(replayPlan(record, "", fromCell)),
    notebookId,
    output: { type: "in-place" },
    name: record.snapshot.name,
  });
  if (options.json) terminal.out(`${JSON.stringify(run)}\n`);
  else terminal.out(`${run.id}\n`);
  const how =
    isAlive && fromCell !== null ? "goes on in the kernel that it had" : "is run again from its beginning";
  terminal.err(`${run.name} ${how}, in the process that has it open. \`loopbook ps\` shows it.\n`);
}

function placeOf(record: RunRecord, cells: readonly NameableCell[], from: string | undefined): CellId | null {
  if (from === undefined) {
    const cell = unfinishedCell(record);
    return cells.some(({ id, cellType }) => id === cell && cellType === "code") ? cell : null;
  }
  const found = findCell(cells, from);
  if (!found.ok) throw new LoopbookError("no-such-cell", found.message, { exitCode: 2 });
  return found.id;
}

async function cellsOfFile(context: CliContext, path: string): Promise<readonly NameableCell[]> {
  const live = createLiveNotebook((await notebookAt(context, path)).notebook);
  const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
  live.destroy();
  return cells;
}

async function cellsOfOpen({ api, notebookId }: OpenElsewhere): Promise<readonly NameableCell[]> {
  const { liveCells } = await import("../processes/live-cells.ts");
  return liveCells(api, notebookId);
}
