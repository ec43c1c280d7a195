/** For tests with whole runs: a host over real kernels, a real ledger and real files in a folder of its own. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cell, JsonObject, Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { RunCommand, RunOptions, RunSnapshot } from "../../src/runs/run.ts";
import type { Host, StartRunRequest } from "../../src/usecases/host.ts";
import type { LiveRun } from "../../src/usecases/live-run.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
import { holderSettings } from "../../src/worker/held-kernels.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aProvider } from "./kernel-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { ana, codeCell, notebookOf } from "./session-support.ts";

export { ana, codeCell, notebookOf };

/** `id: source`; tags behind a bar: `b|hold`. A source that begins with `md:` is a Markdown cell. */
export type Cells = Readonly<Record<string, string>>;

export function notebookFrom(cells: Cells): Notebook {
  const made = Object.entries(cells).map(([key, source]): Cell => {
    const [id = "", ...tags] = key.split("|");
    const metadata: JsonObject = tags.length === 0 ? {} : { tags };
    return source.startsWith("md:")
      ? { id, cell_type: "markdown", metadata, source: source.slice(3) }
      : codeCell(id, source, metadata);
  });
  return notebookOf(made);
}

export interface RunBench {
  readonly folder: string;
  readonly host: Host;
  readonly state: string;
  /** Starts a run of a new notebook, with an output file beside it. */
  start(cells: Cells, options?: Partial<RunOptions>, request?: Partial<StartRunRequest>): Promise<TestRun>;
  close(): Promise<void>;
}

export interface TestRun {
  readonly run: LiveRun;
  readonly input: string;
  readonly output: string;
  ask(command: RunCommand): Promise<RunSnapshot>;
  /** Waits until the snapshot is as wanted. */
  until(what: string, condition: (run: RunSnapshot) => boolean): Promise<RunSnapshot>;
  held(kind: string): Promise<RunSnapshot>;
  /** Waits until this cell runs. */
  at(id: string): Promise<void>;
  ended(): Promise<RunSnapshot>;
  /** What the cell printed, in the live document. */
  printed(id: string): string;
  written(): Promise<Notebook>;
}

export async function aRunBench(): Promise<RunBench> {
  const folder = await mkdtemp(join(tmpdir(), "loopbook-run-"));
  const state = join(folder, "state");
  const host = createLocalHost({
    stateFolder: state,
    version: "0.0.0-test",
    kernels: aProvider({ holders: holderSettings(state) }),
  });
  let count = 0;
  return {
    folder,
    host,
    state,
    async start(cells, options = {}, request = {}) {
      const input = join(folder, `nb${++count}.ipynb`);
      const output = join(folder, `out${count}.ipynb`);
      await writeFile(input, serialiseNotebook(notebookFrom(cells)));
      const run = await host.startRun({
        runId: RunId.create(),
        input: { path: input },
        output: { type: "path", path: output },
        options,
        by: ana,
        ...request,
      });
      return testRun(run, input, output);
    },
    async close() {
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function testRun(run: LiveRun, input: string, output: string): TestRun {
  const until: TestRun["until"] = async (what, condition) => {
    await waitFor(`${what} (${run.id})`, () => condition(run.snapshot()), 30_000);
    return run.snapshot();
  };
  return {
    run,
    input,
    output,
    until,
    async ask(command) {
      const result = await run.command(command, ana);
      if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
      return result.run;
    },
    held: (kind) => until(`a hold of kind ${kind}`, ({ hold }) => hold?.kind === kind),
    async at(id) {
      await until(`cell ${id} to run`, ({ currentCell, steps }) => {
        return currentCell === id && steps[CellId.of(id)] === "running";
      });
    },
    ended: () => run.ended,
    printed: (id) =>
      (run.session.live.cell(CellId.of(id))?.outputs ?? [])
        .map((output) => (output.output_type === "stream" ? String(output.text) : ""))
        .join(""),
    written: async () => parseNotebook(await readFile(output), output).notebook,
  };
}
