import { readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import type { EditOrigin } from "../../src/document/live-notebook.ts";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { CellId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { until } from "./kernel-support.ts";
import { ana, codeCell, notebookOf, type OpenSession, openSession } from "./session-support.ts";

const byAna: EditOrigin = { type: "person", label: "ana/browser" };
let open: OpenSession | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

test("100,000 lines and 1,000 displays are all in the document when the outcome is told", async () => {
  open = await openSession(
    notebookOf([
      codeCell("lines", "for i in range(100_000): print(i)"),
      codeCell("displays", "for i in range(1_000): display(i)"),
    ]),
  );
  let changes = 0;
  open.session.live.onChange(() => changes++);
  const startedMs = performance.now();
  expect(await open.run("lines")).toMatchObject({ type: "completed" });
  const text = open.printed("lines");
  expect(text.length).toBe(588_890);
  expect(text.endsWith("\n99999\n")).toBe(true);
  expect(open.outputs("lines")).toHaveLength(1);
  await open.run("displays");
  expect(open.outputs("displays")).toHaveLength(1_000);
  // Begin and end of two cells, their first outputs, and at most ten changes a second.
  expect(changes).toBeLessThanOrEqual(6 + (performance.now() - startedMs) / 100);
});

test("an interrupt reaches a cell that floods its output, at once, and the cell is whose it was", async () => {
  open = await openSession(
    notebookOf([codeCell("flood", "i = 0\nwhile True:\n    print(i); i += 1"), codeCell("next", "1")]),
  );
  const { session, run, outputs } = open;
  const flood = run("flood");
  const next = run("next");
  await until("output comes", () => outputs("flood").length > 0);
  await session.interrupt(ana);
  expect(await flood).toEqual({ type: "interrupted", by: ana });
  expect(await next).toEqual({ type: "aborted", reason: "queue-stopped" });
  expect(outputs("flood").at(-1)).toMatchObject({ output_type: "error", ename: "KeyboardInterrupt" });
  expect(await run("next")).toMatchObject({ type: "completed" });
});

test("a cell over its time is timed out; the kernel and its variables live on", async () => {
  open = await openSession(
    notebookOf([codeCell("slow", "x = 42\nimport time\ntime.sleep(600)"), codeCell("after", "x")]),
  );
  const { session } = open;
  const outcome = open.run("slow", { timeoutMs: 500 });
  expect(await outcome).toEqual({ type: "timed-out", afterMs: 500 });
  expect(session.live.cell(CellId.of("slow"))?.executionState).toBe("idle");
  await open.run("after");
  expect(open.outputs("after")).toMatchObject([{ data: { "text/plain": "42" } }]);
});

test("a cell that will not be interrupted is timed out all the same, and says that the kernel is busy", async () => {
  const source = [
    "import time",
    "while True:",
    "    try:",
    "        while True: time.sleep(0.1)",
    "    except KeyboardInterrupt:",
    "        print('no', flush=True)",
  ].join("\n");
  open = await openSession(notebookOf([codeCell("deaf", source), codeCell("next", "1")]), {
    interruptGraceMs: 300,
  });
  const outcome = await open.run("deaf", { timeoutMs: 1_000 });
  expect(outcome).toEqual({ type: "timed-out", afterMs: 1_000, kernelIsBusy: true });
  const next = open.run("next");
  await open.session.restartKernel(ana);
  expect(await next).toEqual({ type: "aborted", reason: "cancelled" });
  expect(await open.run("next")).toMatchObject({ type: "completed", executionCount: 1 });
});

test("a killed kernel is the outcome of its cell, with the signal, and the output so far is kept", async () => {
  const source =
    "import os, signal, time\nprint('before', flush=True)\ntime.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)";
  open = await openSession(notebookOf([codeCell("dies", source), codeCell("next", "1")]));
  const dies = open.run("dies");
  const next = open.run("next");
  expect(await dies).toMatchObject({ type: "died", death: { reason: "killed", signal: "SIGKILL" } });
  expect(await next).toEqual({ type: "aborted", reason: "queue-stopped" });
  expect(open.printed("dies")).toBe("before\n");
  expect(open.session.kernelView()).toMatchObject({ state: "dead", death: { signal: "SIGKILL" } });
  await open.session.startKernel();
  expect(await open.run("next")).toMatchObject({ type: "completed" });
});

test("a restart ends what runs, takes back what is queued, and gives a new kernel", async () => {
  open = await openSession(
    notebookOf([codeCell("long", "x = 1\nwhile True: pass"), codeCell("queued", "2"), codeCell("look", "x")]),
  );
  const long = open.run("long");
  const queued = open.run("queued");
  await until("it runs", () => open?.session.kernelView().state === "busy");
  await open.session.restartKernel(ana);
  expect(await long).toMatchObject({ type: "died", death: { reason: "shut-down" } });
  expect(await queued).toEqual({ type: "aborted", reason: "cancelled" });
  expect(await open.run("look")).toMatchObject({ type: "failed", ename: "NameError" });
});

test("a cell changed after it was seen is not run", async () => {
  open = await openSession(notebookOf([codeCell("a", "print('seen')")]));
  const { session } = open;
  const seen = sourceHash("print('seen')");
  session.live.apply({ type: "set-source", id: CellId.of("a"), source: "print('changed')" }, byAna);
  const ticket = session.execute({
    executionId: "exec_1" as never,
    cellId: CellId.of("a"),
    sourceHash: seen,
    by: ana,
  });
  expect(ticket).toMatchObject({ accepted: false, refusal: "source-changed" });
  expect(open.outputs("a")).toEqual([]);
});

test("a subshell looks at variables while a cell runs; a kernel without subshells says that it cannot", async () => {
  const training = "epoch = 7\nimport time\nprint('on', flush=True)\nwhile True: time.sleep(0.01)";
  open = await openSession(notebookOf([codeCell("train", training), codeCell("look", "epoch + 1")]));
  const train = open.run("train");
  await until("it trains", () => open?.printed("train") === "on\n");
  expect(await open.run("look", { lane: "subshell" })).toMatchObject({ type: "completed" });
  expect(open.outputs("look")).toMatchObject([{ data: { "text/plain": "8" } }]);
  expect((await open.session.complete("epo", 3)).matches).toContain("epoch");
  expect((await open.session.inspect("epoch", 2)).found).toBe(true);
  await open.session.interrupt(ana);
  await train;
  await open.close();

  open = await openSession(
    notebookOf([codeCell("a", "echo hi")], { kernelspec: { name: "bash", display_name: "Bash" } }),
  );
  expect(() => open?.run("a", { lane: "subshell" })).toThrow("subshells-unsupported");
  expect(await open.run("a")).toMatchObject({ type: "completed" });
  expect(open.printed("a")).toBe("hi\n");
});

test("input() is a question whose answer goes on; withdrawn by an interrupt; failing at once where it is not allowed", async () => {
  open = await openSession(notebookOf([codeCell("ask", "name = input('Name? ')\nprint('Hello', name)")]));
  const { session } = open;
  const answered = open.run("ask");
  await until("it asks", () => session.pendingInputs().length === 1);
  const [input] = session.pendingInputs();
  expect(input?.request).toEqual({ prompt: "Name? ", password: false });
  expect(session.answerInput(input?.id ?? "", "Ada", ana)).toBe(true);
  expect(await answered).toMatchObject({ type: "completed" });
  expect(open.printed("ask")).toContain("Hello Ada");

  const interrupted = open.run("ask");
  await until("it asks again", () => session.pendingInputs().length === 1);
  await session.interrupt(ana);
  expect(await interrupted).toEqual({ type: "interrupted", by: ana });
  expect(session.pendingInputs()).toEqual([]);

  expect(await open.run("ask", { allowInput: false })).toMatchObject({
    type: "failed",
    ename: "StdinNotImplementedError",
  });
});

test("what a thread prints after its cell ended is shown below that cell", async () => {
  const source = [
    "import threading, time",
    "def work():",
    "    time.sleep(0.3); print('late', flush=True)",
    "threading.Thread(target=work).start()",
    "print('at once')",
  ].join("\n");
  open = await openSession(notebookOf([codeCell("thread", source)]));
  await open.run("thread");
  expect(open.printed("thread")).toBe("at once\n");
  await until("the thread prints", () => open?.printed("thread") === "at once\nlate\n");
});

test("the file holds the outputs, the language and the widgets, soon by itself and surely when closed", async () => {
  open = await openSession(
    notebookOf([codeCell("a", "print('kept')"), codeCell("w", "import ipywidgets; ipywidgets.IntSlider(7)")]),
  );
  const { path, session } = open;
  const onDisk = async (): Promise<Notebook> => JSON.parse(await readFile(path, "utf8")) as Notebook;
  await open.run("a");
  await until("it is saved", () => session.saveState().type === "saved");
  expect((await onDisk()).cells[0]).toMatchObject({ outputs: [{ text: ["kept\n"] }] });
  await open.run("w");
  await session.close();
  const closed = await onDisk();
  expect(closed.metadata).toMatchObject({
    kernelspec: { name: "python3" },
    language_info: { name: "python" },
  });
  expect(JSON.stringify(closed.metadata.widgets)).toContain("IntSliderModel");
});
