/** Kernels over the WebSocket that Jupyter clients open: real server, real Python kernels, both protocols. */
import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import type { JsonObject } from "../../src/util/json.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { aJupyterBench, Channels, type JupyterBench, VIEW_TOKEN } from "./jupyter-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { ana, codeCell, notebookOf } from "./session-support.ts";

/** A notebook that is open in Loopbook, with its session and kernel as Jupyter clients see them. */
async function anOpenNotebook(cells: Record<string, string> = { a: "x = 1" }) {
  const bench = await aJupyterBench();
  bench.write("nb.ipynb", notebookOf(Object.entries(cells).map(([id, source]) => codeCell(id, source))));
  const answer = await bench.ask("POST", "/api/sessions", {
    path: "nb.ipynb",
    type: "notebook",
    kernel: { name: "python3" },
  });
  expect(answer.status).toBe(201);
  const kernelId = (answer.body.kernel as { id: string }).id;
  const [session] = bench.host.notebooks();
  if (!session) throw new Error("not open");
  const run = (id: string) => {
    const ticket = session.execute({
      executionId: ExecutionId.create(),
      cellId: CellId.of(id),
      sourceHash: sourceHash(session.live.cell(CellId.of(id))?.source ?? ""),
      by: ana,
    });
    if (!ticket.accepted) throw new Error(ticket.message);
    return ticket.outcome;
  };
  const shown = (id: string): unknown => session.live.toCell(CellId.of(id));
  return { ...bench, kernelId, session, run, shown };
}

async function aFreeKernel(): Promise<JupyterBench & { kernelId: string }> {
  const bench = await aJupyterBench();
  const { status, body } = await bench.ask("POST", "/api/kernels", { name: "python3" });
  expect(status).toBe(201);
  return { ...bench, kernelId: body.id };
}

test.each(["default", "v1"] as const)("code runs, and its output comes in order (%s)", async (protocol) => {
  const it = await aFreeKernel();
  const client = await Channels.open(it, it.kernelId, { protocol });
  const id = client.execute("for i in range(3): print(i)\n'é' * 2");
  expect((await client.done(id)).content).toMatchObject({ status: "ok", execution_count: 1 });
  expect(client.printed(id)).toBe("0\n1\n2\n");
  const result = client.of(id).find(({ type }) => type === "execute_result");
  expect(result).toMatchObject({ channel: "iopub", content: { data: { "text/plain": "'éé'" } } });
  expect(client.of(id).find(({ type }) => type === "execute_reply")).toMatchObject({
    channel: "shell",
    parentSession: client.session,
  });
});

test.each(["default", "v1"] as const)("buffers travel both ways as they are (%s)", async (protocol) => {
  const it = await aFreeKernel();
  const client = await Channels.open(it, it.kernelId, { protocol });
  await client.done(
    client.execute(`
def opened(comm, message):
    @comm.on_msg
    def said(message):
        comm.send({"n": len(message["buffers"])}, buffers=[bytes(reversed(bytes(b))) for b in message["buffers"]])
get_ipython().kernel.comm_manager.register_target("echo", opened)`),
  );
  client.send("comm_open", { comm_id: "c1", target_name: "echo", data: {} });
  client.send("comm_msg", { comm_id: "c1", data: {} }, { buffers: [Buffer.of(1, 2, 255), Buffer.of(0)] });
  const echo = () => client.heard.find(({ type }) => type === "comm_msg");
  await waitFor("the echo", () => echo() !== undefined, 20_000);
  expect(echo()).toMatchObject({ channel: "iopub", content: { comm_id: "c1", data: { n: 2 } } });
  expect(echo()?.buffers.map((buffer) => [...buffer])).toEqual([[255, 2, 1], [0]]);
});

test("answers go to who asked, output to everybody, and neither into a cell of the notebook", async () => {
  const it = await anOpenNotebook({ a: "print('mine')", b: "y" });
  const [asks, looks] = [
    await Channels.open(it, it.kernelId),
    await Channels.open(it, it.kernelId, { protocol: "v1" }),
  ];
  const id = asks.execute("y = 41; print('theirs'); y + 1");
  await asks.done(id);
  await waitFor("its end with the other", () => looks.states(id).includes("idle"));
  expect(looks.printed(id)).toBe("theirs\n");
  expect(looks.of(id).map(({ channel }) => channel)).not.toContain("shell");
  expect(it.shown("a")).toMatchObject({ outputs: [], execution_count: null });
  expect(it.shown("b")).toMatchObject({ outputs: [], execution_count: null });

  // One kernel: the cells see what the client made, and it hears what the cells print.
  expect(await it.run("a")).toMatchObject({ type: "completed" });
  expect(await it.run("b")).toMatchObject({ type: "completed" });
  expect(it.shown("b")).toMatchObject({ outputs: [{ data: { "text/plain": "41" } }] });
  await waitFor("the cell's output", () => asks.heard.some(({ content }) => content.text === "mine\n"));
  expect(it.shown("a")).toMatchObject({ outputs: [{ output_type: "stream", text: "mine\n" }] });
});

test("questions of input() reach who ran the code, and the page's reach the page", async () => {
  const it = await anOpenNotebook({ a: "input('Page? ')" });
  const [asks, looks] = [await Channels.open(it, it.kernelId), await Channels.open(it, it.kernelId)];
  const id = asks.execute("print('Hello ' + input('Name? '))");
  const question = () => asks.of(id).find(({ type }) => type === "input_request");
  await waitFor("the question", () => question() !== undefined, 20_000);
  expect(question()).toMatchObject({ channel: "stdin", content: { prompt: "Name? ", password: false } });
  expect(it.session.pendingInputs()).toEqual([]);
  asks.send("input_reply", { value: "Eva" }, { channel: "stdin" });
  await asks.done(id);
  expect(asks.printed(id)).toBe("Hello Eva\n");

  const outcome = it.run("a");
  await waitFor("the page's question", () => it.session.pendingInputs().length === 1, 20_000);
  expect([...asks.heard, ...looks.heard].filter(({ type }) => type === "input_request")).toHaveLength(1);
  it.session.answerInput(it.session.pendingInputs()[0]?.id ?? "", "yes", ana);
  expect(await outcome).toMatchObject({ type: "completed" });
});

test("a failure in a client's code does not abort a cell of the notebook that waits behind it", async () => {
  const it = await anOpenNotebook({ a: "print('ran')" });
  const client = await Channels.open(it, it.kernelId);
  const id = client.execute("import time; time.sleep(0.5); 1/0");
  await waitFor("the kernel is busy", () => client.states(id).includes("busy"), 20_000);
  expect(await it.run("a")).toMatchObject({ type: "completed" });
  expect((await client.done(id)).content).toMatchObject({ status: "error", ename: "ZeroDivisionError" });
  expect(it.shown("a")).toMatchObject({ outputs: [{ output_type: "stream", text: "ran\n" }] });
});

test("what the kernel said while a client was away comes in order when its session is back", async () => {
  const it = await aFreeKernel();
  const before = await Channels.open(it, it.kernelId, { sessionId: "one-session" });
  const other = await Channels.open(it, it.kernelId);
  const id = before.execute(
    "import time\nfor i in range(20):\n    print(i, flush=True)\n    time.sleep(0.03)",
  );
  await waitFor("the first line", () => before.printed(id).includes("0\n"), 20_000);
  await before.leave();
  await waitFor("its end", () => other.states(id).includes("idle"), 20_000);

  const stranger = await Channels.open(it, it.kernelId, { sessionId: "another-session" });
  const back = await Channels.open(it, it.kernelId, { sessionId: "one-session", protocol: "v1" });
  await back.done(id);
  expect(before.printed(id) + back.printed(id)).toBe(Array.from({ length: 20 }, (_, i) => `${i}\n`).join(""));
  const published = back.of(id).filter(({ channel }) => channel === "iopub");
  expect(published.at(-1)).toMatchObject({ type: "status", content: { execution_state: "idle" } });
  expect(stranger.of(id)).toEqual([]);
  // Once: who comes again has nothing to catch up with.
  await back.leave();
  const again = await Channels.open(it, it.kernelId, { sessionId: "one-session" });
  await again.done(again.execute("1"));
  expect(again.of(id)).toEqual([]);
});

test("a connection takes the place of an older one of its session, with the answers that are due", async () => {
  const it = await aFreeKernel();
  const old = await Channels.open(it, it.kernelId, { sessionId: "s" });
  const id = old.execute("import time; time.sleep(0.5); print('done')");
  await waitFor("it runs", () => old.states(id).includes("busy"), 20_000);
  const next = await Channels.open(it, it.kernelId, { sessionId: "s" });
  await waitFor("the old one ends", () => old.closeCode === 1000);
  expect((await next.done(id)).content).toMatchObject({ status: "ok" });
  expect(next.printed(id)).toBe("done\n");
});

test("a client that is away for very much output gets the end of it and is told what is missing", async () => {
  const it = await aFreeKernel();
  const before = await Channels.open(it, it.kernelId, { sessionId: "s" });
  const other = await Channels.open(it, it.kernelId);
  const id = before.execute("input()\nfor i in range(120): print(str(i) + 'x' * 500_000, flush=True)");
  await waitFor("the question", () => before.of(id).some(({ type }) => type === "input_request"), 20_000);
  before.send("input_reply", { value: "" }, { channel: "stdin" });
  await before.leave();
  await waitFor("its end", () => other.states(id).includes("idle"), 30_000);
  const back = await Channels.open(it, it.kernelId, { sessionId: "s" });
  await back.done(id);
  const streams = back.of(id).filter(({ type }) => type === "stream");
  expect(streams[0]?.content.text).toMatch(/^\[Loopbook: \d+ messages with output \(\d+ MB\) .* left out/);
  const text = back.printed(id);
  expect(text.length).toBeLessThan(33 * 1024 ** 2);
  expect(text.length).toBeGreaterThan(25 * 1024 ** 2);
  expect(text).toContain(`119${"x".repeat(100)}`);
}, 90_000);

test("who may only look on sees everything and runs nothing", async () => {
  const it = await anOpenNotebook({ a: "print('seen')" });
  const owner = await Channels.open(it, it.kernelId);
  const viewer = await Channels.open(it, it.kernelId, { token: VIEW_TOKEN });
  const info = await viewer.done(viewer.send("kernel_info_request"));
  expect(info).toMatchObject({
    channel: "shell",
    content: { status: "ok", language_info: { name: "python" } },
  });
  const id = viewer.execute("open('/tmp/never', 'w')");
  expect((await viewer.done(id)).content).toMatchObject({ status: "error", ename: "NoRight" });
  expect(viewer.of(id).find(({ type }) => type === "error")?.content.evalue).toMatch(/lets you look on/);
  for (const [type, channel] of [
    ["complete_request", "shell"],
    ["shutdown_request", "control"],
    ["interrupt_request", "control"],
    ["debug_request", "control"],
  ] as const) {
    const refused = await viewer.reply(viewer.send(type, { code: "x", cursor_pos: 1 }, { channel }));
    expect(refused).toMatchObject({ channel, content: { status: "error", ename: "NoRight" } });
  }
  await it.run("a");
  await waitFor("the output", () => viewer.heard.some(({ content }) => content.text === "seen\n"));
  expect(owner.of(id)).toEqual([]);
  expect(it.session.kernelView().state).not.toBe("dead");
});

test("a client that comes while a cell runs learns at once who the kernel is, and that it is busy", async () => {
  const it = await anOpenNotebook({ a: "import time; time.sleep(3)" });
  const outcome = it.run("a");
  await waitFor("the cell runs", () => it.session.kernelView().state === "busy", 20_000);
  const client = await Channels.open(it, it.kernelId);
  const startedMs = performance.now();
  const id = client.send("kernel_info_request");
  await client.done(id);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await waitFor("the busy state", () => client.heard.at(-1)?.content.execution_state === "busy");
  await outcome;
});

test("interrupt, restart and shutdown by message go the way of the page", async () => {
  const it = await anOpenNotebook({ a: "import time; time.sleep(60)" });
  const client = await Channels.open(it, it.kernelId);
  const outcome = it.run("a");
  await waitFor("the cell runs", () => it.session.kernelView().state === "busy", 20_000);
  const interrupted = await client.reply(client.send("interrupt_request", {}, { channel: "control" }));
  expect(interrupted).toMatchObject({
    channel: "control",
    type: "interrupt_reply",
    content: { status: "ok" },
  });
  expect(await outcome).toMatchObject({ type: "interrupted", by: { who: "local" } });

  await client.done(client.execute("z = 1"));
  const pid = it.session.kernelView().pid;
  const waiting = client.execute("input()");
  await waitFor("it waits", () => client.of(waiting).some(({ type }) => type === "input_request"), 20_000);
  const restarted = await client.reply(
    client.send("shutdown_request", { restart: true }, { channel: "control" }),
  );
  expect(restarted.content).toMatchObject({ status: "ok", restart: true });
  expect((await client.done(waiting)).content).toMatchObject({ status: "error", ename: "KernelRestarted" });
  expect(it.session.kernelView()).toMatchObject({ state: "idle" });
  expect(it.session.kernelView().pid).not.toBe(pid);
  expect((await client.done(client.execute("z"))).content).toMatchObject({ ename: "NameError" });

  await client.reply(client.send("shutdown_request", { restart: false }, { channel: "control" }));
  await waitFor("the end", () => client.closeCode === 1000, 20_000);
  expect(it.session.kernelView().state).toBe("none");
  expect((await it.ask("GET", `/api/kernels/${it.kernelId}`)).status).toBe(404);
});

test("what clients ask while the kernel is restarted is for the next one", async () => {
  const it = await aFreeKernel();
  const client = await Channels.open(it, it.kernelId);
  await client.done(client.execute("x = 1"));
  const restarted = it.ask("POST", `/api/kernels/${it.kernelId}/restart`);
  const isGone = async (): Promise<boolean> => {
    const { body } = await it.ask("GET", `/api/kernels/${it.kernelId}`);
    return body.execution_state === "restarting";
  };
  while (!(await isGone()));
  // As JupyterLab does: it comes again, under its session, and asks who is there.
  const back = await Channels.open(it, it.kernelId, { sessionId: client.session });
  const info = back.send("kernel_info_request");
  const code = back.execute("'x' in globals()");
  expect((await back.done(info)).content).toMatchObject({ status: "ok", implementation: "ipython" });
  await back.done(code);
  expect(back.of(code)).toContainEqual(
    expect.objectContaining({ content: expect.objectContaining({ data: { "text/plain": "False" } }) }),
  );
  expect(back.heard.map(({ content }) => content.execution_state)).not.toContain("restarting");
  expect((await restarted).status).toBe(200);
});

test("a kernel that dies is told to its clients, with an answer to what they asked", async () => {
  const it = await aFreeKernel();
  const client = await Channels.open(it, it.kernelId);
  const id = client.execute("import os; os.kill(os.getpid(), 9)");
  expect((await client.done(id)).content).toMatchObject({ status: "error", ename: "DeadKernel" });
  expect(client.heard.some(({ content }) => content.execution_state === "dead")).toBe(true);
  expect((await it.ask("GET", `/api/kernels/${it.kernelId}`)).body).toMatchObject({
    execution_state: "dead",
  });
  const late = client.execute("1");
  expect((await client.done(late)).content).toMatchObject({ status: "error", ename: "DeadKernel" });
  expect((await it.ask("POST", `/api/kernels/${it.kernelId}/restart`)).status).toBe(200);
  expect((await client.done(client.execute("1 + 1"))).content).toMatchObject({ status: "ok" });
});

test("ids that are the session's own are refused, and broken frames harm nobody", async () => {
  const it = await anOpenNotebook({ a: "input()" });
  const client = await Channels.open(it, it.kernelId);
  const outcome = it.run("a");
  await waitFor("the question", () => it.session.pendingInputs().length === 1, 20_000);
  const own = (): string | undefined =>
    client.heard.map(({ parentId }) => parentId).find((parentId) => parentId?.includes("_x"));
  await waitFor("the cell's own id", () => own() !== undefined);
  const forged = client.send("execute_request", { code: "1" } as JsonObject, { id: own() ?? "" });
  expect((await client.reply(forged)).content).toMatchObject({ status: "error", ename: "Refused" });
  client.socket.send("no json");
  client.socket.send(Buffer.from([0, 0, 0, 9]));
  it.session.answerInput(it.session.pendingInputs()[0]?.id ?? "", "x", ana);
  expect(await outcome).toMatchObject({ type: "completed" });
  expect((await client.done(client.execute("2"))).content).toMatchObject({ status: "ok" });
  for (let count = 0; count < 30; count++) client.socket.send("no json");
  await waitFor("the end", () => client.closeCode === 1003);
});

test("strangers and unknown kernels get no connection", async () => {
  const it = await aFreeKernel();
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    const socket = new WebSocket(it.server.url.replace("http", "ws") + path, { headers });
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number; destroy(): void },
    ];
    response.destroy();
    return response.statusCode;
  };
  const path = `/api/kernels/${it.kernelId}/channels?session_id=s`;
  expect(await status(path)).toBe(401);
  expect(await status(`${path}&token=wrong`)).toBe(401);
  expect(await status(`${path}&token=${it.server.token}`, { origin: "https://evil.example" })).toBe(403);
  expect(await status(`${path}&token=${it.server.token}`, { host: "evil.example" })).toBe(421);
  expect(await status(`/api/kernels/none/channels?token=${it.server.token}`)).toBe(404);
});
