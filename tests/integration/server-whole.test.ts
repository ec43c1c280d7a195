/** A page and a terminal at one pipeline: real server, real host, real Python kernel, real file. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { findOwner } from "../../src/server/registry.ts";
import { startServer } from "../../src/server/server.ts";
import { CellId } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aProvider } from "./kernel-support.ts";
import { aNotebook } from "./server/memory-host.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

/** A notebook in a served folder, open for a page and for a terminal. */
async function aServedNotebook(notebook: Notebook) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-whole-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const file = join(folder, "nb.ipynb");
  writeFileSync(file, JSON.stringify(notebook));
  const common = { stateFolder, version: "1.2.3", logger: silentLogger };
  const host = createLocalHost({ ...common, kernels: aProvider() });
  const server = await startServer({ ...common, host, folder, port: 0, kind: "up" });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
  const api = new ApiClient({ baseUrl: server.url, token: server.token, using: "browser" });
  const { id } = await api.openNotebook({ path: "nb.ipynb" });
  const page = aLiveClient(api, id);
  await page.synced();
  return { api, id, page, file, stateFolder, notebook: openLiveNotebook(page.doc, page.results) };
}

const cell = (index: number): CellId => CellId.of(`cell-${index}`);
const saved = (file: string): string => readFileSync(file, "utf8");
const outcomeOf = (page: LiveClient, index: number): string | undefined =>
  page.live()?.executions[cell(index)]?.outcome?.type;

test("cells run in order from the first key press on, and what they print is seen and saved", async () => {
  const { api, id, page, file, notebook } = await aServedNotebook(
    aNotebook(["x = 41", "print(x + 1)\nx", "input('Name? ')"]),
  );
  const run = (index: number) =>
    api.execute(id, {
      cellId: cell(index),
      sourceHash: sourceHash(notebook.cell(cell(index))?.source ?? ""),
    });
  // Not one after the other's answer: the kernel does not even run yet.
  await Promise.all([run(0), run(1)]);
  await waitFor("the second cell", () => outcomeOf(page, 1) === "completed", 30_000);
  expect(notebook.cell(cell(1))).toMatchObject({
    executionCount: 2,
    executionState: "idle",
    outputs: [
      { output_type: "stream", name: "stdout", text: "42\n" },
      { output_type: "execute_result", data: { "text/plain": "41" } },
    ],
  });
  expect(page.live()?.kernel).toMatchObject({ state: "idle", language: "python" });

  await run(2);
  await waitFor("the question", () => page.live()?.inputs.length === 1);
  const [question] = page.live()?.inputs ?? [];
  expect(question?.request).toEqual({ prompt: "Name? ", password: false });
  await api.answerInput(id, question?.id ?? "", "Ana");
  await waitFor("the answer", () => outcomeOf(page, 2) === "completed");
  expect(page.live()?.inputs).toEqual([]);

  await api.save(id);
  expect(saved(file)).toContain("42\\n");
  await waitFor("the page to know", () => page.live()?.save.type === "saved");
});

test("a terminal finds the notebook's process, changes a parameter, and page and file have it", async () => {
  const parameters = aNotebook(["lr = 0.1", "lr"]);
  const [first] = parameters.cells;
  if (first) first.metadata.tags = ["parameters"];
  const it = await aServedNotebook(parameters);
  const owner = findOwner(it.stateFolder, it.file);
  if (!owner) throw new Error("not found");
  const terminal = new ApiClient({ baseUrl: owner.url, token: owner.token, using: "cli" });
  await terminal.setValues(it.id, { values: { lr: 0.05 }, expected: { lr: 0.1 } });
  await waitFor("the page", () => it.notebook.cell(cell(0))?.source === "lr = 0.05");
  await terminal.save(it.id);
  expect(saved(it.file)).toContain('"lr = 0.05"');
});

test("a run is watched, changed and let go on from another terminal", async () => {
  const pipeline = aNotebook(["lr = 0.1", "trained_with = lr", "print('released with', lr)"]);
  const [declared, , release] = pipeline.cells;
  if (declared) declared.metadata.tags = ["parameters"];
  if (release) release.metadata.tags = ["hold"];
  const it = await aServedNotebook(pipeline);
  const started = await it.api.startRun({
    notebookId: it.id,
    output: { type: "in-place" },
    parameters: { lr: 0.2 },
    kernelName: "python3",
  });
  const run = () => it.page.live()?.run;
  await waitFor("the hold", () => run()?.status === "held", 30_000);
  expect(run()).toMatchObject({
    id: started.id,
    currentCell: cell(2),
    hold: { kind: "tag" },
    values: { lr: 0.2 },
  });

  const owner = findOwner(it.stateFolder, it.file);
  const terminal = new ApiClient({ baseUrl: owner?.url ?? "", token: owner?.token ?? "", using: "cli" });
  expect((await terminal.runs()).map(({ id }) => id)).toEqual([started.id]);
  await terminal.command(started.id, {
    type: "set-parameters",
    changeId: "change-1",
    values: { lr: 0.05 },
    reason: "it diverged",
  });
  await terminal.command(started.id, { type: "approve", reason: null });
  await waitFor("the end", () => run()?.status === "completed", 30_000);
  expect(it.notebook.cell(cell(2))?.outputs).toMatchObject([{ text: "released with 0.05\n" }]);
  const record = await terminal.run(started.id);
  expect(record.snapshot.exitCode).toBe(0);
  expect(record.events.find(({ type }) => type === "parameters-changed")?.by).toMatchObject({ using: "cli" });
  await expect(terminal.command(started.id, { type: "pause" })).rejects.toMatchObject({
    code: "already-ended",
  });
});
