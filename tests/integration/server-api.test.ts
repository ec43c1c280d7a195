/** Each route of the API, through the typed client, over real HTTP. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import type { CodeCell, Notebook } from "../../src/nbformat/notebook.ts";
import { liveProcesses } from "../../src/server/registry.ts";
import { startServer } from "../../src/server/server.ts";
import { CellId } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { aRunSnapshot, MemoryHost, MemoryRun, type MemorySession } from "./server/memory-host.ts";
import { aServer, type TestServer } from "./server/test-server.ts";

const PARAMETERS = 'lr = 0.1  # 0.0001 … 1, learning rate\nlayers = [64, 32]\nname = "007"\nseed = make()';

function aPipeline(): Notebook {
  const code = (id: string, source: string, metadata = {}): CodeCell => ({
    cell_type: "code",
    id,
    metadata,
    source,
    outputs: [],
    execution_count: null,
  });
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
    cells: [code("params", PARAMETERS, { tags: ["parameters"] }), code("train", "train(lr)")],
  };
}

async function aPipelineServer(): Promise<TestServer & { id: string; session: MemorySession }> {
  const it = await aServer({ host: new MemoryHost(aPipeline) });
  const { id } = await it.api.openNotebook({ path: "train.ipynb" });
  const [session] = it.host.sessions;
  if (!session) throw new Error("not open");
  return { ...it, id, session };
}

describe("the server", () => {
  test("tells what it is", async () => {
    const { api, folder } = await aServer();
    expect(await api.status()).toMatchObject({
      version: "1.2.3",
      pid: process.pid,
      folder,
      title: "project",
      kind: "up",
    });
  });

  test("takes its title from the folder's settings", async () => {
    const it = await aServer();
    mkdirSync(join(it.folder, ".loopbook"));
    writeFileSync(join(it.folder, ".loopbook", "settings.json"), '{"title": "Digits ✎"}');
    expect((await it.api.status()).title).toBe("Digits ✎");
  });

  test("is found by other commands, with its notebooks, until it stops", async () => {
    const it = await aPipelineServer();
    const [entry] = liveProcesses(it.stateFolder);
    expect(entry).toMatchObject({
      pid: process.pid,
      kind: "up",
      url: it.server.url,
      token: it.server.token,
      folder: it.folder,
      notebooks: [join(it.folder, "train.ipynb")],
    });
    await it.server.close();
    expect(liveProcesses(it.stateFolder)).toEqual([]);
    await expect(it.api.status()).rejects.toMatchObject({ code: "server-unreachable", retry: true });
  });

  test("a port that is taken is an error that names who has it, and a port that was not asked for is another", async () => {
    const it = await aServer();
    const options = {
      host: it.host,
      folder: it.folder,
      kind: "up",
      stateFolder: it.stateFolder,
      version: "1",
      logger: silentLogger,
    } as const;
    await expect(startServer({ ...options, port: it.server.port })).rejects.toMatchObject({
      code: "port-busy",
      message: expect.stringContaining(`the Loopbook server of ${it.folder} (process ${process.pid}`),
    });
    const [first, second] = [await startServer(options), await startServer(options)];
    onTestFinished(async () => void (await Promise.all([first.close(), second.close()])));
    expect(second.port).not.toBe(first.port);
  });

  test("an address that is none is told as such", async () => {
    const { api, server } = await aServer();
    const headers = { ...api.headers(), "content-type": "application/json" };
    const answer = await fetch(`${server.url}/api/nothing`, { method: "POST", headers, body: "{}" });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { code: "no-such-route", message: "There is no POST of this address." },
    ]);
    await expect(api.notebook("nb_gone")).rejects.toMatchObject({ code: "no-such-notebook" });
  });
});

describe("the folder", () => {
  test("is listed with folders first, without hidden entries and links out", async () => {
    const it = await aServer();
    mkdirSync(join(it.folder, "data"));
    for (const name of ["b10.ipynb", "b9.ipynb", "notes.txt", ".hidden"])
      writeFileSync(join(it.folder, name), "{}");
    symlinkSync(it.stateFolder, join(it.folder, "out"));
    symlinkSync(join(it.folder, "data"), join(it.folder, "inside"));
    await it.host.openNotebook(join(it.folder, "b9.ipynb"));
    const [session] = it.host.sessions;
    if (session) it.host.show(new MemoryRun(session, aRunSnapshot(session)));
    const listing = await it.api.files();
    expect(listing.entries.map(({ name, type, runStatus }) => [name, type, runStatus])).toEqual([
      ["data", "folder", null],
      ["inside", "folder", null],
      ["b9.ipynb", "notebook", "running"],
      ["b10.ipynb", "notebook", null],
      ["notes.txt", "file", null],
    ]);
    expect(listing.entries[2]).toEqual({
      name: "b9.ipynb",
      path: "b9.ipynb",
      type: "notebook",
      modifiedAtMs: expect.any(Number),
      sizeBytes: 2,
      runStatus: "running",
    });
    expect((await it.api.files("data")).path).toBe("data");
    await expect(it.api.files("..")).rejects.toMatchObject({ code: "outside-folder" });
    await expect(it.api.files("out")).rejects.toMatchObject({ code: "outside-folder" });
    await expect(it.api.files("notes.txt")).rejects.toMatchObject({ code: "no-such-folder" });
    await expect(it.api.files("none")).rejects.toMatchObject({ code: "no-such-folder" });
  });
});

describe("notebooks", () => {
  test("are opened once, listed, saved and closed", async () => {
    const it = await aPipelineServer();
    const view = {
      id: it.id,
      path: "train.ipynb",
      name: "train",
      kernel: it.session.kernelView(),
      save: { type: "saved", atMs: 1 },
      run: null,
    };
    expect(await it.api.openNotebook({ path: "./train.ipynb" })).toEqual(view);
    expect(await it.api.notebook(it.id)).toEqual(view);
    expect(await it.api.notebooks()).toEqual([view]);
    expect(await it.api.save(it.id)).toEqual({ type: "saved", atMs: 1 });
    expect(it.session.done).toEqual(["save"]);
    await it.api.closeNotebook(it.id);
    expect(await it.api.notebooks()).toEqual([]);
  });

  test("are made where there is none, and never over what is there", async () => {
    const it = await aServer();
    await it.api.openNotebook({ path: "new.ipynb", create: true, kernelName: "python3" });
    const file = join(it.folder, "new.ipynb");
    const made = readFileSync(file, "utf8");
    expect(JSON.parse(made)).toEqual({
      cells: [
        {
          cell_type: "code",
          execution_count: null,
          id: expect.any(String),
          metadata: {},
          outputs: [],
          source: [],
        },
      ],
      metadata: { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } },
      nbformat: 4,
      nbformat_minor: 5,
    });
    await it.api.openNotebook({ path: "new.ipynb", create: true });
    expect(readFileSync(file, "utf8")).toBe(made);
    await expect(it.api.openNotebook({ path: "x.txt", create: true })).rejects.toMatchObject({
      code: "bad-request",
    });
    await expect(it.api.openNotebook({ path: "../x.ipynb", create: true })).rejects.toMatchObject({
      code: "outside-folder",
    });
  });

  test("outside the folder are for programs with the token", async () => {
    const it = await aServer();
    const elsewhere = join(it.folder, "..", "elsewhere.ipynb");
    expect((await it.api.openNotebook({ path: elsewhere })).path).toBe(elsewhere);
  });
});

describe("kernels and cells", () => {
  test("kernelspecs tell what a person needs, and not the environment", async () => {
    const { api } = await aServer();
    expect(await api.kernelSpecs()).toEqual([
      { name: "python3", displayName: "Python 3", language: "python" },
    ]);
  });

  test("a kernel is started, restarted, interrupted and shut down", async () => {
    const { api, id, session } = await aPipelineServer();
    expect(await api.kernel(id, { action: "start", kernelName: "python3" })).toMatchObject({ state: "idle" });
    await api.kernel(id, { action: "restart" });
    await api.kernel(id, { action: "interrupt" });
    expect(await api.kernel(id, { action: "shutdown" })).toMatchObject({ state: "none" });
    expect(session.done).toEqual(["restart", "interrupt"]);
    await expect(api.kernel(id, { action: "start", kernelName: "broken" })).rejects.toMatchObject({
      code: "kernel-did-not-start",
      message: "The kernel did not answer in 30 s.",
      retry: true,
    });
  });

  test("a cell runs as it was seen; the first starts the kernel", async () => {
    const { api, id, session } = await aPipelineServer();
    const seen = { cellId: "train", sourceHash: sourceHash("train(lr)") };
    const { executionId } = await api.execute(id, { ...seen, lane: "subshell" });
    expect(session.kernelView().state).toBe("idle");
    expect(session.executed).toEqual([
      {
        ...seen,
        executionId,
        lane: "subshell",
        by: { kind: "person", who: "local", using: "cli", displayName: expect.any(String) },
      },
    ]);
    session.live.apply(
      { type: "set-source", id: CellId.of("train"), source: "other" },
      { type: "person", label: "" },
    );
    await expect(api.execute(id, seen)).rejects.toMatchObject({ code: "source-changed" });
    await expect(api.execute(id, { ...seen, cellId: "gone" })).rejects.toMatchObject({
      code: "no-such-cell",
    });
    await api.cancelQueued(id);
    expect(session.done).toEqual(["cancel"]);
  });

  test("code is completed and inspected", async () => {
    const { api, id } = await aPipelineServer();
    expect((await api.complete(id, "da", 2)).matches).toEqual(["data"]);
    expect(await api.inspect(id, "data", 0, 1)).toEqual({
      found: true,
      data: { "text/plain": "about data" },
    });
  });

  test("a question is answered once", async () => {
    const { api, id, session } = await aPipelineServer();
    const request = { prompt: "Name?", password: false };
    session.inputs = [{ id: "q1", cellId: CellId.of("train"), request, askedAtMs: 1 }];
    await api.answerInput(id, "q1", "Ana");
    await expect(api.answerInput(id, "q1", "Ben")).rejects.toMatchObject({ code: "no-such-input" });
  });
});

describe("values and parameters", () => {
  test("parameters are read as the cells stand now", async () => {
    const { api, id } = await aPipelineServer();
    const { parameters } = await api.parameters(id);
    expect(parameters.map(({ name, type, defaultValue }) => [name, type, defaultValue])).toEqual([
      ["lr", "float", 0.1],
      ["layers", "list", [64, 32]],
      ["name", "str", "007"],
      ["seed", "unknown", undefined],
    ]);
  });

  test("values are read by name, or all that can be", async () => {
    const { api, id } = await aPipelineServer();
    expect(await api.values(id, ["lr"])).toEqual({ values: { lr: 0.1 } });
    expect(await api.values(id, ["layers", "name"])).toEqual({ values: { layers: [64, 32], name: "007" } });
    expect(await api.values(id)).toEqual({ values: { lr: 0.1, layers: [64, 32], name: "007" } });
    await expect(api.values(id, ["lrr"])).rejects.toMatchObject({
      code: "no-such-value",
      message: expect.stringContaining("lr, layers, name"),
    });
    await expect(api.values(id, ["seed"])).rejects.toMatchObject({ code: "not-a-literal" });
  });

  test("values are written into the live document, all or none, and only over what was expected", async () => {
    const { api, id, session } = await aPipelineServer();
    const origins: unknown[] = [];
    session.live.onChange(({ origin }) => origins.push(origin));
    const source = () => session.live.cell(CellId.of("params"))?.source;
    expect(await api.setValues(id, { values: { lr: 0.05, name: "008" } })).toEqual({
      values: { lr: 0.05, name: "008" },
    });
    const changed = PARAMETERS.replace("0.1 ", "0.05 ").replace("007", "008");
    expect(source()).toBe(changed);
    expect(origins).toMatchObject([{ type: "person", label: "local/cli", kind: "person" }]);

    await expect(api.setValues(id, { values: { lr: 1, gone: 2 } })).rejects.toMatchObject({
      code: "no-such-value",
    });
    await expect(api.setValues(id, { values: { lr: 1 }, expected: { lr: 0.1 } })).rejects.toMatchObject({
      code: "value-changed",
      message: "lr is 0.05 by now, not 0.1; nothing was changed.",
    });
    expect(source()).toBe(changed);
    await api.setValues(id, { values: { lr: 1 }, expected: { lr: 0.05, name: "008" } });
    expect(source()).toBe(changed.replace("0.05", "1.0"));
  });
});

describe("runs", () => {
  test("are started with their options and steered", async () => {
    const it = await aPipelineServer();
    const run = await it.api.startRun({
      path: "train.ipynb",
      output: { type: "path", path: "out.ipynb" },
      parameters: { lr: 0.5 },
      onError: "hold",
      cellTimeoutMs: null,
      fromCell: "train",
      env: { SEED: "1" },
      name: "digits",
    });
    const by = { kind: "person", who: "local", using: "cli", displayName: expect.any(String) };
    expect(it.host.started).toEqual([
      {
        runId: run.id,
        input: { path: join(it.folder, "train.ipynb") },
        output: { type: "path", path: join(it.folder, "out.ipynb") },
        options: { parameters: { lr: 0.5 }, onError: "hold", cellTimeoutMs: null, fromCell: "train" },
        by,
        env: { SEED: "1" },
        name: "digits",
      },
    ]);
    expect(await it.api.runs()).toEqual([run]);
    expect(await it.api.runHistory({ path: "train.ipynb", limit: 5 })).toEqual([run]);
    expect(await it.api.command(run.id, { type: "pause" })).toEqual(run);
    await it.api.command(run.id.slice(0, 8), {
      type: "set-parameters",
      changeId: "c",
      values: { lr: 1 },
      reason: null,
    });
    expect(it.host.liveRuns[0]?.commands).toEqual([
      { type: "pause" },
      { type: "set-parameters", changeId: "c", values: { lr: 1 }, reason: null },
    ]);
    await expect(it.api.command(run.id, { type: "approve", reason: null })).rejects.toMatchObject({
      code: "not-held",
      message: "The run does not wait for anybody.",
    });
    await expect(it.api.command("run_none", { type: "pause" })).rejects.toMatchObject({
      code: "no-such-run",
    });
    await expect(it.api.run("run_none")).rejects.toMatchObject({ code: "no-such-run" });
  });

  test("that make no sense are refused before anything runs", async () => {
    const it = await aPipelineServer();
    await expect(it.api.startRun({ output: { type: "record" } })).rejects.toMatchObject({
      code: "bad-request",
    });
    await expect(
      it.api.startRun({ path: "train.ipynb", output: { type: "record" }, cellTimeoutMs: -1 }),
    ).rejects.toMatchObject({ code: "bad-request", message: expect.stringContaining("cellTimeoutMs") });
    expect(it.host.started).toEqual([]);
  });
});

test("what is no Loopbook is told as such", async () => {
  const { createServer } = await import("node:http");
  const other = createServer((_request, response) => response.writeHead(500).end("<h1>Oops</h1>"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const api = new ApiClient({ baseUrl: `http://127.0.0.1:${port}`, token: "t" });
  await expect(api.status()).rejects.toMatchObject({ code: "bad-answer" });
});
