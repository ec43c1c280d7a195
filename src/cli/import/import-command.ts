import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AttachedWire } from "../../client/attached/wire.ts";
import { findServer } from "../../library/attached/find-server.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { openHost, serveHost } from "../local-program.ts";
import { realPath } from "../processes/live-runs.ts";
import { findRuns } from "./find-runs.ts";
import { type ImportOutcome, RunImport } from "./import-run.ts";
import type { ImportedRun } from "./imported-run.ts";

export interface ImportPlan {
  /** Absolute. */
  readonly folder: string;
  /** Absolute; null: beside what is imported. */
  readonly output: string | null;
  readonly follow: boolean;
  readonly json: boolean;
}

/** Files of trackers are looked at this often while they are followed; a network's file systems tell of no change. */
const LOOK_EVERY_MS = 500;
const ALIVE_EVERY_MS = 3_000;

export async function importCommand(context: CliContext, plan: ImportPlan): Promise<void> {
  if (!existsSync(plan.folder))
    throw new LoopbookError("no-such-folder", `There is no folder ${plan.folder}.`);
  const folder = realPath(plan.folder);
  const runs = await findRuns(folder);
  if (runs.length === 0 && !plan.follow)
    throw new LoopbookError(
      "nothing-to-import",
      `In ${plan.folder} there are no event files of TensorBoard's, no offline runs of W&B's (run-*.wandb) and no file store of MLflow's (mlruns). Name the folder that has them.`,
    );
  const place = placeOf(plan, folder);
  await mkdir(place.folder, { recursive: true });
  const server = await serverFor(realPath(place.folder), context);
  try {
    const imports = new Imports(server.wire, place);
    if (plan.follow) await follow(context, imports, folder, runs);
    else {
      const outcomes: ImportOutcome[] = [];
      for (const run of runs) outcomes.push(await imports.whole(run));
      report(context, plan, outcomes);
    }
  } finally {
    await server.close();
  }
}

interface Place {
  /** Absolute. */
  readonly folder: string;
  /** Of the only run; null: names of the runs. */
  readonly file: string | null;
}

function placeOf({ output }: ImportPlan, folder: string): Place {
  if (output === null) return { folder, file: null };
  return output.endsWith(".ipynb")
    ? { folder: dirname(output), file: output }
    : { folder: output, file: null };
}

class Imports {
  private readonly wire: AttachedWire;
  private readonly place: Place;
  private readonly known = new Map<string, RunImport>();

  constructor(wire: AttachedWire, place: Place) {
    this.wire = wire;
    this.place = place;
  }

  async whole(run: ImportedRun): Promise<ImportOutcome> {
    const one = await this.of(run);
    const outcome = await one.bring();
    await one.end({ type: "end", time: Date.now() / 1000, status: "completed" });
    return outcome;
  }

  async of(run: ImportedRun): Promise<RunImport> {
    const known = this.known.get(run.identity);
    if (known) return known;
    const file = this.known.size === 0 ? this.place.file : null;
    const notebook = file ?? join(this.place.folder, `${notebookName(run.name)}.ipynb`);
    await mkdir(dirname(notebook), { recursive: true });
    const made = new RunImport(this.wire, run, notebook);
    this.known.set(run.identity, made);
    return made;
  }

  all(): Iterable<RunImport> {
    return this.known.values();
  }
}

/** Folders of runs stay folders of notebooks. */
function notebookName(name: string): string {
  const parts = name.split("/").map((part) =>
    part
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
      .replace(/[\u0000-\u001f\u007f<>:"\\|?*]+/g, "-")
      .replace(/^[.\s]+|[.\s]+$/g, "")
      .slice(0, 80),
  );
  return parts.filter((part) => part !== "").join("/") || "run";
}

async function serverFor(
  folder: string,
  context: CliContext,
): Promise<{ readonly wire: AttachedWire; close(): Promise<void> }> {
  const found = findServer(folder, context.env);
  if (found) return { wire: new AttachedWire(found), close: async () => {} };
  const host = await openHost("WARNING", context);
  const served = await serveHost(host, folder, 0);
  return {
    wire: new AttachedWire({ url: served.url, token: served.token }),
    close: async () => {
      await host.close();
      await served.close();
    },
  };
}

/** Until Ctrl-C. New runs are taken as they appear. */
async function follow(
  context: CliContext,
  imports: Imports,
  folder: string,
  first: readonly ImportedRun[],
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const told = new Set<string>();
  let aliveAtMs = 0;
  let trouble = "";
  try {
    let runs = first;
    while (!stop.signal.aborted) {
      try {
        for (const run of runs) {
          const { name, notebook } = await (await imports.of(run)).bring();
          if (!told.has(run.identity)) context.terminal.out(`Following ${name}: ${notebook ?? ""}\n`);
          told.add(run.identity);
        }
        if (Date.now() - aliveAtMs > ALIVE_EVERY_MS) {
          aliveAtMs = Date.now();
          for (const one of imports.all()) await one.alive();
        }
        trouble = "";
      } catch (error) {
        // The server is away, or a file: it is tried again, and said once.
        if (trouble !== messageOf(error)) context.terminal.err(`${messageOf(error)}\n`);
        trouble = messageOf(error);
      }
      await wait(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
      const found = await findRuns(folder);
      const known = new Map(runs.map((run) => [run.identity, run]));
      runs = found.map((run) => grown(known.get(run.identity), run));
    }
    for (const one of imports.all())
      await one.end({ type: "end", time: Date.now() / 1000, status: "completed" }).catch(() => {});
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** The run as it was begun with, whose readers know how far they are, with the files that it got meanwhile. */
function grown(known: ImportedRun | undefined, found: ImportedRun): ImportedRun {
  if (!known) return found;
  for (const log of found.logs)
    if (!known.logs.some(({ identity }) => identity === log.identity)) known.logs.push(log);
  return known;
}

function report(context: CliContext, plan: ImportPlan, outcomes: readonly ImportOutcome[]): void {
  const { terminal, cwd } = context;
  if (plan.json) {
    terminal.out(`${JSON.stringify(outcomes)}\n`);
    return;
  }
  for (const { name, notebook, points, passedOver } of outcomes) {
    const where = notebook === null ? "" : ` → ${relative(cwd, notebook) || notebook}`;
    terminal.out(`${name}: ${points.toLocaleString("en")} points${where}\n`);
    const left = Object.entries(passedOver).map(([what, count]) => `${count} × ${what}`);
    if (left.length > 0) terminal.err(`  not shown: ${left.join(", ")}\n`);
  }
}
