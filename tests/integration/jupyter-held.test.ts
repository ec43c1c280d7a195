/** Jupyter clients of a run's kernel, which a process of its own holds: looking on, and working beside the run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LiveRun } from "../../src/usecases/live-run.ts";
import { RunId } from "../../src/util/ids.ts";
import { holderSettings } from "../../src/worker/held-kernels.ts";
import { aJupyterBench, Channels, type JupyterBench } from "./jupyter-support.ts";
import { aProvider } from "./kernel-support.ts";
import { notebookFrom } from "./run-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { ana } from "./session-support.ts";

async function aRun(
  cells: Record<string, string>,
): Promise<JupyterBench & { run: LiveRun; kernelId: string }> {
  const state = mkdtempSync(join(tmpdir(), "loopbook-jupyter-held-"));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const kernels = aProvider({ holders: holderSettings(state) });
  const it = await aJupyterBench({ kernels, stateFolder: state });
  it.write("in.ipynb", notebookFrom(cells));
  const run = await it.host.startRun({
    runId: RunId.create(),
    input: { path: join(it.folder, "in.ipynb") },
    output: { type: "path", path: join(it.folder, "out.ipynb") },
    options: {},
    by: ana,
  });
  await waitFor("its kernel", () => run.session.kernel()?.state !== undefined, 30_000);
  expect(run.session.kernel()?.hold).not.toBeNull();
  const sessions = (await it.ask("GET", "/api/sessions")).body as unknown as {
    path: string;
    kernel: { id: string };
  }[];
  const found = sessions.find(({ path }) => path === "out.ipynb");
  return { ...it, run, kernelId: found?.kernel.id ?? "" };
}

test("a client beside a run hears its output, asks in between, and disturbs no cell of it", async () => {
  const it = await aRun({
    "a|hold": "x = 1",
    b: "print('b', x)",
    c: "print('c', y)",
  });
  await waitFor("the hold", () => it.run.snapshot().hold !== null, 30_000);
  const client = await Channels.open(it, it.kernelId, { protocol: "v1" });
  const id = client.execute("y = input('y? '); print('mine', y)");
  await waitFor("the question", () => client.of(id).some(({ type }) => type === "input_request"), 20_000);
  expect(it.run.session.pendingInputs()).toEqual([]);
  // The run goes on while the client's code still waits in the kernel: its cells wait behind it.
  await it.run.command({ type: "resume" }, ana);
  client.send("input_reply", { value: "seven" }, { channel: "stdin" });
  expect((await client.done(id)).content).toMatchObject({ status: "ok" });
  const ended = await it.run.ended;
  expect(ended.status).toBe("completed");
  const printed = (cell: string): string =>
    JSON.stringify(it.run.session.live.toNotebook().cells.find(({ id: own }) => own === cell));
  expect(printed("b")).toContain("b 1");
  expect(printed("c")).toContain("c seven");
  expect(printed("b") + printed("c")).not.toContain("mine");
  await waitFor("the run's output", () => client.heard.some(({ content }) => content.text === "c seven\n"));
});

test("a failure of the client's does not fail the run that waits behind it", async () => {
  const it = await aRun({ "a|hold": "x = 1", b: "print('went on')" });
  await waitFor("the hold", () => it.run.snapshot().hold !== null, 30_000);
  const client = await Channels.open(it, it.kernelId);
  const id = client.execute("import time; time.sleep(1); raise ValueError('theirs')");
  await waitFor("it runs", () => client.states(id).includes("busy"), 20_000);
  await it.run.command({ type: "resume" }, ana);
  expect((await it.run.ended).status).toBe("completed");
  expect((await client.done(id)).content).toMatchObject({ status: "error", evalue: "theirs" });
});
