import { describe, expect, test } from "vitest";
import { type Script, ScriptedProvider } from "../compute/memory/scripted-provider.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { CommMessage, ExecuteOutcome } from "../kernel/kernel.ts";
import type { Cell } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import type { CellOutcome, ExecuteCellRequest, SessionEvent } from "../usecases/notebook-session.ts";
import { CellId, ExecutionId, NotebookId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { sourceHash } from "../util/source-hash.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { createNotebookSession, type NotebookSessionOptions } from "./notebook-session.ts";

const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const byAna: EditOrigin = { type: "person", label: "ana/browser" };
const failing: ExecuteOutcome = {
  type: "error",
  executionCount: 1,
  ename: "ValueError",
  evalue: "no",
  traceback: ["tb"],
};

function codeCell(id: string, source: string, metadata: JsonObject = {}): Cell {
  return { id, cell_type: "code", metadata, source, execution_count: null, outputs: [] };
}

async function aSession(script: Script, cells: readonly Cell[], more: Partial<NotebookSessionOptions> = {}) {
  const clock = new ManualClock();
  const kernels = new ScriptedProvider(script);
  const live = createLiveNotebook({ cells: [...cells], metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const session = createNotebookSession({
    id: NotebookId.of("nb_test"),
    path: null,
    live,
    store: {
      load: () => Promise.reject(new Error("not needed")),
      save: () => Promise.reject(new Error("not needed")),
    },
    kernels,
    clock,
    ...more,
  });
  const events: SessionEvent[] = [];
  session.on((event) => events.push(event));
  await session.startKernel();
  const kernel = kernels.kernels[0];
  if (!kernel) throw new Error("no kernel");
  const ask = (id: string, request: Partial<ExecuteCellRequest> = {}) =>
    session.execute({
      executionId: ExecutionId.create(),
      cellId: CellId.of(id),
      sourceHash: sourceHash(live.cell(CellId.of(id))?.source ?? ""),
      by: ana,
      ...request,
    });
  const run = (id: string, request: Partial<ExecuteCellRequest> = {}): Promise<CellOutcome> => {
    const ticket = ask(id, request);
    if (!ticket.accepted) throw new Error(ticket.message);
    return ticket.outcome;
  };
  const cell = (id: string) => live.cell(CellId.of(id));
  return { session, live, clock, kernel, events, ask, run, cell };
}

/** Never answers; only an interrupt ends it. */
const forEver = new Promise<never>(() => {});

describe("executing", () => {
  test("outputs and count are in the document when the outcome is told", async () => {
    const { run, cell, events } = await aSession(
      () => ({ outputs: [{ type: "stream", name: "stdout", text: "hello\n" }] }),
      [codeCell("a", "print('hello')")],
    );
    expect(await run("a")).toEqual({ type: "completed", executionCount: 1 });
    expect(cell("a")).toMatchObject({
      outputs: [{ output_type: "stream", name: "stdout", text: "hello\n" }],
      executionCount: 1,
      executionState: "idle",
    });
    const states = events.flatMap((event) => (event.type === "execution" ? [event.execution.state] : []));
    expect(states).toEqual(["running", "done"]);
  });

  test("the first output is there at once, later ones within a tenth of a second", async () => {
    const { run, cell, clock, kernel } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "loop()")],
    );
    const execute = kernel.execute.bind(kernel);
    let say: (text: string) => void = () => {};
    kernel.execute = (request, listener) => {
      say = (text) => listener.onOutput({ type: "stream", name: "stdout", text });
      return execute(request, listener);
    };
    const outcome = run("a");
    const shown = () => cell("a")?.outputs.map((output) => output.text);
    say("1");
    await clock.pass(0);
    expect(shown()).toEqual(["1"]);
    say("2");
    say("3");
    await clock.pass(99);
    expect(shown()).toEqual(["1"]);
    await clock.pass(1);
    expect(shown()).toEqual(["123"]);
    say("4");
    await kernel.interrupt();
    await outcome;
    expect(shown()).toEqual(["1234"]);
  });

  test("a cell is refused when it holds something else than what was seen, or is gone", async () => {
    const { ask, kernel } = await aSession(
      () => ({}),
      [codeCell("a", "new"), { id: "m", cell_type: "markdown", metadata: {}, source: "# T" }],
    );
    const refusal = (id: string, hash: string) => {
      const ticket = ask(id, { sourceHash: hash });
      return ticket.accepted ? null : ticket.refusal;
    };
    expect(refusal("a", sourceHash("old"))).toBe("source-changed");
    expect(refusal("gone", sourceHash(""))).toBe("no-such-cell");
    expect(refusal("m", sourceHash("# T"))).toBe("not-a-code-cell");
    expect(kernel.executed).toEqual([]);
  });

  test("a queued cell that changes before its turn is not run, nor what is behind it", async () => {
    const { run, live, kernel } = await aSession(
      (code) => (code === "slow" ? { until: settled() } : {}),
      [codeCell("a", "slow"), codeCell("b", "old"), codeCell("c", "last")],
    );
    const outcomes = [run("a"), run("b"), run("c")];
    live.apply({ type: "set-source", id: CellId.of("b"), source: "new" }, byAna);
    expect(await Promise.all(outcomes)).toEqual([
      { type: "completed", executionCount: 1 },
      { type: "aborted", reason: "source-changed" },
      { type: "aborted", reason: "queue-stopped" },
    ]);
    expect(kernel.executed).toEqual(["slow"]);
  });

  test("a failure stops the queue behind it, unless the cell says that it may raise", async () => {
    const script: Script = (code) => (code === "raise" ? { outcome: failing } : {});
    const cells = [codeCell("a", "raise"), codeCell("b", "next")];
    const strict = await aSession(script, cells);
    expect(await Promise.all([strict.run("a"), strict.run("b")])).toEqual([
      { type: "failed", ename: "ValueError", evalue: "no", traceback: ["tb"] },
      { type: "aborted", reason: "queue-stopped" },
    ]);
    const tagged = [codeCell("a", "raise", { tags: ["raises-exception"] }), codeCell("b", "next")];
    const allowing = await aSession(script, tagged);
    const outcomes = await Promise.all([allowing.run("a"), allowing.run("b")]);
    expect(outcomes.map(({ type }) => type)).toEqual(["failed", "completed"]);
  });

  test("an empty cell completes without the kernel", async () => {
    const { run, kernel } = await aSession(() => ({}), [codeCell("a", " \n")]);
    expect(await run("a")).toEqual({ type: "completed", executionCount: null });
    expect(kernel.executed).toEqual([]);
  });

  test("a cell deleted while it runs ends quietly", async () => {
    const { run, live, kernel } = await aSession(() => ({ until: forEver }), [codeCell("a", "x")]);
    const outcome = run("a");
    live.apply({ type: "delete-cell", id: CellId.of("a") }, byAna);
    await settled();
    await kernel.interrupt();
    expect(await outcome).toEqual({ type: "interrupted", by: null });
  });

  test("a person clears a running cell: only what comes after is shown", async () => {
    let finish: () => void = () => {};
    const until = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { run, live, clock, cell, kernel } = await aSession(
      () => ({ until, outputs: [{ type: "stream", name: "stdout", text: "new\n" }] }),
      [codeCell("a", "x")],
    );
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (request, listener) => {
      listener.onOutput({ type: "stream", name: "stdout", text: "old\n" });
      return execute(request, listener);
    };
    const outcome = run("a");
    await clock.pass(0);
    expect(cell("a")?.outputs).toHaveLength(1);
    live.apply({ type: "clear-outputs", id: CellId.of("a") }, byAna);
    finish();
    await outcome;
    expect(cell("a")?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "new\n" }]);
  });

  test("timing is recorded under nbclient's names, when asked", async () => {
    const { run, cell } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a", { recordTiming: true });
    expect(Object.keys(cell("a")?.metadata.execution as JsonObject)).toEqual([
      "iopub.execute_input",
      "iopub.status.busy",
      "iopub.status.idle",
      "shell.execute_reply",
    ]);
  });
});

describe("lanes", () => {
  test("beside a busy cell, a subshell runs another at once", async () => {
    const { run, session } = await aSession(
      (code) => (code === "long" ? { until: forEver } : {}),
      [codeCell("a", "long"), codeCell("b", "look"), codeCell("c", "queued")],
    );
    const long = run("a");
    const queued = run("c");
    expect(await run("b", { lane: "subshell" })).toMatchObject({ type: "completed" });
    expect(session.executions().get(CellId.of("c"))?.state).toBe("queued");
    await session.interrupt(ana);
    expect(await Promise.all([long, queued])).toEqual([
      { type: "interrupted", by: ana },
      { type: "aborted", reason: "queue-stopped" },
    ]);
  });

  test("one cell never runs in both", async () => {
    const { run, session, kernel } = await aSession(
      (_code, request) => (request.lane === "subshell" ? {} : { until: forEver }),
      [codeCell("a", "x")],
    );
    const first = run("a");
    const second = run("a", { lane: "subshell" });
    await settled();
    expect(kernel.executed).toEqual(["x"]);
    await session.interrupt(ana);
    expect((await Promise.all([first, second])).map(({ type }) => type)).toEqual([
      "interrupted",
      "completed",
    ]);
  });

  test("queued executions can be taken back", async () => {
    const { run, session } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const running = run("a");
    const queued = run("b");
    session.cancelQueued();
    expect(await queued).toEqual({ type: "aborted", reason: "cancelled" });
    await session.interrupt(ana);
    await running;
  });
});

describe("time limits", () => {
  test("a cell over its time is interrupted and is timed out", async () => {
    const { run, clock } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const outcomes = Promise.all([run("a", { timeoutMs: 500 }), run("b")]);
    await settled();
    await clock.pass(500);
    expect(await outcomes).toEqual([
      { type: "timed-out", afterMs: 500 },
      { type: "aborted", reason: "queue-stopped" },
    ]);
  });

  test("the queue goes on behind it where that was asked", async () => {
    const { run, clock } = await aSession(
      (code) => (code === "x" ? { until: forEver } : {}),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const outcomes = Promise.all([run("a", { timeoutMs: 500, onTimeout: "continue" }), run("b")]);
    await settled();
    await clock.pass(500);
    expect((await outcomes).map(({ type }) => type)).toEqual(["timed-out", "completed"]);
  });

  test("where the interrupt is not heeded, the outcome says that the kernel is busy; the lane waits for it", async () => {
    const { run, clock, kernel, ask, session } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const interrupt = kernel.interrupt.bind(kernel);
    kernel.interrupt = async () => {};
    const outcome = run("a", { timeoutMs: 500 });
    await clock.pass(10_500);
    expect(await outcome).toEqual({ type: "timed-out", afterMs: 500, kernelIsBusy: true });
    ask("b");
    expect(session.executions().get(CellId.of("b"))?.state).toBe("queued");
    await interrupt();
    await settled();
    expect(session.executions().get(CellId.of("b"))?.state).toBe("running");
  });
});

describe("the kernel", () => {
  test("its language and spec are written into the notebook", async () => {
    const { live } = await aSession(() => ({}), []);
    expect(live.metadata()).toMatchObject({
      kernelspec: { name: "scripted", display_name: "Scripted", language: "python" },
      language_info: { name: "python" },
    });
  });

  test("its death is the outcome of what ran, and nothing is accepted after it", async () => {
    const { run, ask, kernel, session } = await aSession(() => ({ until: forEver }), [codeCell("a", "x")]);
    const outcome = run("a");
    await settled();
    kernel.die({ reason: "out-of-memory", signal: "SIGKILL" });
    expect(await outcome).toMatchObject({ type: "died", death: { reason: "out-of-memory" } });
    expect(ask("a")).toMatchObject({ accepted: false, refusal: "no-kernel" });
    expect(session.kernelView()).toMatchObject({ state: "dead", death: { signal: "SIGKILL" } });
  });

  test("a new one takes a dead one's place", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    kernel.die();
    const next = await session.startKernel();
    expect(next).not.toBe(kernel);
    expect(session.kernelView()).toMatchObject({ state: "idle", death: null });
    expect(await run("a")).toEqual({ type: "completed", executionCount: 1 });
  });

  test("a cell asked for while it restarts runs in the new one", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    const restart = kernel.restart.bind(kernel);
    kernel.restart = async () => {
      await settled();
      expect(kernel.executed).toEqual([]);
      await restart();
    };
    const restarting = session.restartKernel(ana);
    const outcome = run("a");
    await restarting;
    expect(await outcome).toEqual({ type: "completed", executionCount: 1 });
  });

  test("a restart that fails is told, and what waited for it is not left waiting", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    kernel.restart = async () => {
      kernel.die();
      throw new Error("did not start");
    };
    const restarting = session.restartKernel(ana);
    const outcome = run("a");
    await expect(restarting).rejects.toThrow("did not start");
    expect(await outcome).toMatchObject({ type: "died" });
    expect(session.kernelView().state).toBe("dead");
  });

  test("starting twice at once starts one; a cell may be asked for meanwhile", async () => {
    const kernels = new ScriptedProvider();
    const live = createLiveNotebook({
      cells: [codeCell("a", "x")],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
    const session = createNotebookSession({
      id: NotebookId.of("nb_test"),
      path: null,
      live,
      store: { load: () => Promise.reject(new Error()), save: () => Promise.reject(new Error()) },
      kernels,
      clock: new ManualClock(),
    });
    const request = {
      executionId: ExecutionId.create(),
      cellId: CellId.of("a"),
      sourceHash: sourceHash("x"),
      by: ana,
    };
    expect(session.execute(request)).toMatchObject({ accepted: false, refusal: "no-kernel" });
    const starts = [session.startKernel(), session.startKernel()];
    const ticket = session.execute(request);
    expect(new Set(await Promise.all(starts)).size).toBe(1);
    expect(kernels.kernels).toHaveLength(1);
    expect(ticket.accepted && (await ticket.outcome)).toEqual({ type: "completed", executionCount: 1 });
  });
});

describe("input", () => {
  test("is a question to the person, answered once", async () => {
    let given = "";
    const { run, session, events } = await aSession(
      () => ({ input: { prompt: "Name? ", password: false }, onInput: (value) => (given = value) }),
      [codeCell("a", "input('Name? ')")],
    );
    const outcome = run("a");
    await settled();
    const [input] = session.pendingInputs();
    expect(input).toMatchObject({ cellId: "a", request: { prompt: "Name? ", password: false } });
    expect(session.answerInput("input_of_long_ago", "x", ana)).toBe(false);
    expect(session.answerInput(input?.id ?? "", "Ada", ana)).toBe(true);
    expect(session.answerInput(input?.id ?? "", "Eve", ana)).toBe(false);
    expect(await outcome).toMatchObject({ type: "completed" });
    expect(given).toBe("Ada");
    expect(events.filter(({ type }) => type.startsWith("input")).map(({ type }) => type)).toEqual([
      "input-requested",
      "input-settled",
    ]);
  });

  test("is withdrawn when the cell is interrupted", async () => {
    const { run, session } = await aSession(
      () => ({ input: { prompt: "", password: true }, onInput: () => {} }),
      [codeCell("a", "getpass()")],
    );
    const outcome = run("a");
    await settled();
    expect(session.pendingInputs()).toHaveLength(1);
    await session.interrupt(ana);
    expect(await outcome).toEqual({ type: "interrupted", by: ana });
    expect(session.pendingInputs()).toEqual([]);
  });
});

describe("output after the end", () => {
  const line = (text: string) => ({ type: "stream", name: "stdout", text }) as const;

  test("is shown below what the cell shows, until something newer runs there", async () => {
    const { ask, kernel, clock, cell } = await aSession(
      () => ({ outputs: [line("cell\n")] }),
      [codeCell("a", "x")],
    );
    const first = ExecutionId.create();
    const ticket = ask("a", { executionId: first });
    if (ticket.accepted) await ticket.outcome;
    kernel.emitStray(line("thread 1\n"), first);
    await clock.pass(0);
    kernel.emitStray(line("thread 2\n"), first);
    await clock.pass(100);
    expect(cell("a")).toMatchObject({
      executionState: "idle",
      outputs: [{ text: "cell\n" }, { text: "thread 1\nthread 2\n" }],
    });
    const again = ask("a");
    if (again.accepted) await again.outcome;
    kernel.emitStray(line("thread 3\n"), first);
    await clock.pass(1_000);
    expect(cell("a")?.outputs).toMatchObject([{ text: "cell\n" }]);
  });
});

describe("displays and widgets", () => {
  const shown = (text: string) =>
    ({ type: "display_data", data: { "text/plain": text }, metadata: {}, displayId: "bar" }) as const;

  test("output of nobody's updates the display of a cell that ended", async () => {
    const { run, kernel, clock, cell } = await aSession(
      () => ({ outputs: [shown("0 %")] }),
      [codeCell("a", "x")],
    );
    await run("a");
    kernel.emitStray({
      type: "update_display_data",
      data: { "text/plain": "9 %" },
      metadata: {},
      displayId: "bar",
    });
    await clock.pass(100);
    expect(cell("a")?.outputs).toMatchObject([{ data: { "text/plain": "9 %" } }]);
  });

  const comm = (
    type: CommMessage["type"],
    state: JsonObject,
    more: Partial<CommMessage> = {},
  ): CommMessage => ({
    type,
    commId: "out",
    targetName: "jupyter.widget",
    data: { state, buffer_paths: [] },
    metadata: {},
    buffers: [],
    ...more,
  });

  test("an Output widget takes what is printed inside it; its state is saved", async () => {
    const { session, run, kernel, cell } = await aSession(() => ({}), [codeCell("a", "x")]);
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (request, listener) => {
      const model = { _model_name: "OutputModel", _model_module: "@jupyter-widgets/output", outputs: [] };
      kernel.emitComm(comm("comm_open", { ...model, _model_module_version: "1.0.0", msg_id: "" }));
      kernel.emitComm(comm("comm_msg", { msg_id: "m1" }));
      listener.onOutput({ type: "stream", name: "stdout", text: "inside\n" });
      kernel.emitComm(comm("comm_msg", { msg_id: "" }));
      listener.onOutput({ type: "stream", name: "stdout", text: "outside\n" });
      return execute(request, listener);
    };
    await run("a");
    const captured = [{ output_type: "stream", name: "stdout", text: "inside\n" }];
    expect(cell("a")?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "outside\n" }]);
    expect(kernel.sentComms).toMatchObject([{ data: { method: "update", state: { outputs: captured } } }]);
    await session.save();
    expect(session.live.metadata().widgets).toMatchObject({
      "application/vnd.jupyter.widget-state+json": {
        version_major: 2,
        version_minor: 0,
        state: { out: { model_name: "OutputModel", state: { outputs: captured } } },
      },
    });
  });

  test("what a widget's callback prints inside an Output widget is told to the kernel soon", async () => {
    const { run, kernel, clock } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a");
    const model = { _model_name: "OutputModel", _model_module: "@jupyter-widgets/output", outputs: [] };
    kernel.emitComm(comm("comm_open", model));
    kernel.emitComm(comm("comm_msg", { msg_id: "callback" }));
    kernel.emitStray({ type: "stream", name: "stdout", text: "moved\n" });
    await clock.pass(100);
    const outputs = [{ output_type: "stream", name: "stdout", text: "moved\n" }];
    expect(kernel.sentComms).toMatchObject([{ commId: "out", data: { state: { outputs } } }]);
  });

  test("binary parts of a widget's state are kept by their path", async () => {
    const { session, run, kernel } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a");
    const paths = { state: { _model_name: "ImageModel" }, buffer_paths: [["value"]] };
    kernel.emitComm(comm("comm_open", {}, { data: paths, buffers: [new Uint8Array([1, 2])] }));
    kernel.emitComm(comm("comm_msg", {}, { data: paths, buffers: [new Uint8Array([3, 4])] }));
    await session.save();
    const saved = session.live.metadata().widgets as JsonObject;
    expect(saved["application/vnd.jupyter.widget-state+json"]).toMatchObject({
      state: { out: { buffers: [{ data: "AwQ=", encoding: "base64", path: ["value"] }] } },
    });
  });
});
