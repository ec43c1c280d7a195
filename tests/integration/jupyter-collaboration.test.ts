/** Jupyter's own clients in a live notebook: the stock Python client, and clients that speak its protocol by hand. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { YCodeCell } from "@jupyter/ydoc";
import { describe, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { encodeAwareness, encodeFrame } from "../../src/api/live-frames.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { CliFolder } from "./cli-support.ts";
import { aTab, type CollaborationSession, joinSession, LabTab } from "./jupyter-tab.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";
import {
  aPythonProgram,
  aServedFolder,
  codeCell,
  type JupyterFolder,
  notebookOf,
} from "./stock-jupyter-support.ts";

const id = CellId.of;
const ana = { type: "person", label: "ana/browser" } as const;
const by = { kind: "person", who: "local", using: "browser", displayName: "Ana" } as const;

const WAIT = { timeout: 10_000 };

const STOCK_CLIENT = `
import asyncio, json, sys
from jupyter_nbmodel_client import NbModelClient, get_jupyter_notebook_websocket_url

async def main(url, token, path):
    async with NbModelClient(get_jupyter_notebook_websocket_url(url, path, token), username="Bo") as notebook:
        await notebook.wait_until_synced()
        print(json.dumps([cell["source"] for cell in notebook.as_dict()["cells"]]))
        notebook.set_cell_source(0, "lr = 0.05")
        notebook.add_code_cell("print('from the client')", id="theirs")
        notebook.insert_markdown_cell(0, "# Added")
        notebook.set_notebook_metadata("note", {"by": "bo"})
        loop = asyncio.get_running_loop()
        while True:
            line = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
            if line == "end":
                break
            cells = notebook.as_dict()["cells"]
            print(json.dumps({cell["source"]: cell.get("outputs") for cell in cells}))

asyncio.run(main(*sys.argv[1:]))
`;

async function opened(it: JupyterFolder, name: string): Promise<NotebookSession> {
  return it.host.openNotebook(join(it.folder, name));
}

describe("the stock Python client", () => {
  test("reads and writes a live notebook, sees what runs in it, and is seen", async () => {
    const it = await aServedFolder({
      "train.ipynb": notebookOf(codeCell("lr", "lr = 0.1"), codeCell("say", "print(lr)")),
    });
    const session = await opened(it, "train.ipynb");
    const page = aLiveClient(new ApiClient({ baseUrl: it.server.url, token: it.server.token }), session.id);
    await page.synced();
    page.setPresence({ party: by, cellId: "lr", mode: "viewing" });
    const client = aPythonProgram(STOCK_CLIENT, [it.server.url, it.server.token, "train.ipynb"]);
    expect(JSON.parse(await client.next())).toEqual(["lr = 0.1", "print(lr)"]);
    await waitFor("their edits", () => session.live.cellIds().length === 4);
    expect(session.live.toNotebook().cells.map(({ source }) => source)).toEqual([
      "# Added",
      "lr = 0.05",
      "print(lr)",
      "print('from the client')",
    ]);
    await waitFor("their note", () => session.live.metadata().note !== undefined);

    await session.startKernel();
    for (const cell of ["lr", "say"]) {
      const ticket = session.execute({
        executionId: ExecutionId.create(),
        cellId: id(cell),
        sourceHash: sourceHash(session.live.cell(id(cell))?.source ?? ""),
        by,
      });
      if (!ticket.accepted) throw new Error(ticket.message);
      await ticket.outcome;
    }
    await expect
      .poll(async () => {
        client.say("read");
        return JSON.parse(await client.next())["print(lr)"]?.[0]?.text;
      }, WAIT)
      .toBe("0.05\n");
    const parties = [...page.awareness.getStates().values()].map(({ party }) => party);
    expect(parties).toContainEqual({ kind: "person", who: "local", using: "jupyter", displayName: "Bo" });
    client.say("end");
    expect(await client.ended).toBe(0);
  });
});

describe("a JupyterLab tab", () => {
  const aPipeline = () => notebookOf(codeCell("a", "x = 1"), codeCell("b", "y = 2"), codeCell("c", "z = 3"));

  test("has outputs whole of which the notebook has faces, also those from before it came", async () => {
    const source = "print('x' * 9_000)\nfrom IPython.display import HTML\nHTML('y' * 9_000)";
    const it = await aServedFolder({ "big.ipynb": notebookOf(codeCell("a", source), codeCell("b", source)) });
    const session = await opened(it, "big.ipynb");
    await session.startKernel();
    const run = async (cell: string): Promise<void> => {
      const ticket = session.execute({
        executionId: ExecutionId.create(),
        cellId: id(cell),
        sourceHash: sourceHash(source),
        by,
      });
      if (!ticket.accepted) throw new Error(ticket.message);
      await ticket.outcome;
    };
    await run("a");
    const tab = await aTab(it, "big.ipynb");
    await run("b");
    const whole = [{ text: `${"x".repeat(9_000)}\n` }, { data: { "text/html": "y".repeat(9_000) } }];
    for (const index of [0, 1]) await expect.poll(() => tab.outputs(index), WAIT).toMatchObject(whole);
    expect(JSON.stringify([tab.outputs(0), tab.outputs(1)])).not.toContain("loopbook_stored");
    expect(JSON.stringify(session.live.cell(id("b"))?.outputs).length).toBeLessThan(6_000);
  });

  test("edits, moves, undoes and saves; nothing is doubled and nothing lost", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const [tab, other] = [await aTab(it, "n.ipynb"), await aTab(it, "n.ipynb")];
    expect(tab.sources()).toEqual(["x = 1", "y = 2", "z = 3"]);
    expect(tab.notebook.getState("path")).toBe("n.ipynb");
    expect(tab.notebook.getState("file_id")).toBe(session.id);

    tab.notebook.cells[0]?.updateSource(5, 5, "0");
    session.live.apply({ type: "set-source", id: id("b"), source: "y = 20" }, ana);
    await waitFor("all to have both", () => {
      const both = ["x = 10", "y = 20", "z = 3"];
      return [tab, other].every((one) => one.sources().join() === both.join());
    });
    // Both move one cell in one moment: there is one of it in the end.
    tab.notebook.moveCell(0, 2);
    other.notebook.moveCell(0, 1);
    await waitFor("one of each", () => session.live.cellIds().length === 3 && tab.sources().length === 3);
    expect([...session.live.cellIds()].sort()).toEqual(["a", "b", "c"]);

    session.live.write(
      [{ type: "append-output", id: id("b"), output: { output_type: "stream", name: "stdout", text: "hi" } }],
      ana,
    );
    const at = tab.notebook.cells.findIndex((cell) => cell.id === "b");
    await waitFor("the output", () => JSON.stringify(tab.outputs(at)).includes("hi"));
    tab.notebook.deleteCell(at);
    await waitFor("it to be gone", () => !session.live.cellIds().includes(id("b")));
    tab.notebook.undo();
    await waitFor("it to be back", () => session.live.cellIds().includes(id("b")));
    expect(session.live.cell(id("b"))).toMatchObject({ source: "y = 20", outputs: [{ text: "hi" }] });

    expect(JSON.parse(await tab.save())).toEqual({ type: "save", responseTo: 7, status: "success" });
    expect(await readFile(join(it.folder, "n.ipynb"), "utf8")).toContain("x = 10");
    await waitFor("saved to be shown", () => tab.notebook.getState("dirty") === false);
  });

  test("what it runs itself becomes the cell's results, and ends with it", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const tab = await aTab(it, "n.ipynb");
    const cell = tab.notebook.cells[0] as YCodeCell;
    cell.executionState = "running";
    await waitFor(
      "it to be shown as running",
      () => session.live.cell(id("a"))?.executionState === "running",
    );
    cell.updateOutputs(0, 0, [{ output_type: "stream", name: "stdout", text: "one\n" }], "silent-change");
    cell.appendStreamOutput(0, "two\n", "silent-change");
    cell.execution_count = 4;
    cell.executionState = "idle";
    await waitFor("its results", () => session.live.cell(id("a"))?.executionCount === 4);
    expect(session.live.cell(id("a"))).toMatchObject({
      outputs: [{ output_type: "stream", name: "stdout", text: "one\ntwo\n" }],
      executionState: "idle",
    });

    // A tab that goes away in the middle of its execution leaves no cell running for ever.
    cell.execution_count = null;
    cell.executionState = "running";
    await waitFor("it to run", () => session.live.cell(id("a"))?.executionState === "running");
    tab.socket.close();
    await waitFor("it not to run", () => session.live.cell(id("a"))?.executionState === "idle");
  });

  test("somebody who may only look on changes nothing, also by the protocol", async () => {
    const viewToken = "v".repeat(40);
    const it = await aServedFolder({ "n.ipynb": aPipeline() }, { viewToken });
    const session = await opened(it, "n.ipynb");
    const answer = (await (await joinSession(it, "n.ipynb", viewToken)).json()) as CollaborationSession;
    const viewer = new LabTab(it, answer, viewToken);
    await waitFor("the document", () => viewer.notebook.cells.length === 3);
    viewer.notebook.cells[0]?.setSource("hacked");
    (viewer.notebook.cells[1] as YCodeCell).setOutputs([
      { output_type: "stream", name: "stdout", text: "forged" },
    ]);
    expect(JSON.parse(await viewer.save()).status).toBe("failed");
    session.live.apply({ type: "set-source", id: id("c"), source: "z = 30" }, ana);
    await waitFor("an edit to arrive", () => viewer.sources()[2] === "z = 30");
    expect(session.live.toNotebook().cells.map(({ source }) => source)).toEqual(["x = 1", "y = 2", "z = 30"]);
    expect(session.live.cell(id("b"))?.outputs).toEqual([]);
  });

  test("what it writes into a cell that we run does not stay", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const tab = await aTab(it, "n.ipynb");
    // Queued by us: from here on what stands in the cell is ours.
    await session.startKernel();
    const source = session.live.cell(id("b"))?.source ?? "";
    session.live.apply(
      { type: "set-source", id: id("b"), source: "import time; time.sleep(1.5); print('ours')" },
      ana,
    );
    const ticket = session.execute({
      executionId: ExecutionId.create(),
      cellId: id("b"),
      sourceHash: sourceHash(session.live.cell(id("b"))?.source ?? source),
      by,
    });
    if (!ticket.accepted) throw new Error(ticket.message);
    await waitFor("it to run", () => (tab.notebook.cells[1] as YCodeCell).executionState === "running");
    (tab.notebook.cells[1] as YCodeCell).setOutputs([
      { output_type: "stream", name: "stdout", text: "forged" },
    ]);
    await ticket.outcome;
    await waitFor("ours to be there", () => JSON.stringify(tab.outputs(1)).includes("ours"));
    expect(tab.outputs(1)).toEqual([{ output_type: "stream", name: "stdout", text: "ours\n" }]);
    expect(session.live.cell(id("b"))?.outputs).toEqual(tab.outputs(1));
  });

  test("one that was away for a while brings its edits along, once, and hears what it missed", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const place = (await (await joinSession(it, "n.ipynb")).json()) as CollaborationSession;
    const before = new LabTab(it, place);
    await waitFor("the document", () => before.notebook.cells.length === 3);
    before.socket.terminate();
    await before.closed;
    before.notebook.cells[0]?.updateSource(5, 5, "00");
    before.notebook.insertCell(3, { cell_type: "code", source: "offline", id: "offline" });
    session.live.apply({ type: "set-source", id: id("c"), source: "z = 33" }, ana);
    session.live.apply({ type: "move-cell", id: id("b"), after: null }, ana);

    const after = new LabTab(it, place, it.server.token, before.notebook);
    const all = ["y = 2", "x = 100", "z = 33", "offline"];
    await waitFor("both to have all", () => after.sources().join() === all.join());
    expect(session.live.toNotebook().cells.map(({ source }) => source)).toEqual(all);
  });

  test("what it wrote is there after the server was killed; it is told to load anew", async () => {
    const cli = new CliFolder();
    onTestFinished(() => cli.remove());
    await writeFile(join(cli.path, "n.ipynb"), serialiseNotebook(aPipeline()));
    const start = async () => {
      const running = cli.start(["open", ".", "--no-browser", "--port", "0"]);
      await running.says("Ctrl-C");
      const address = new URL(running.stdout().trim().split("\n")[0] ?? "");
      const server = { url: address.origin, token: address.searchParams.get("token") ?? "" };
      return { running, at: { server } as unknown as JupyterFolder, server };
    };
    const first = await start();
    const place = (await (await joinSession(first.at, "n.ipynb")).json()) as CollaborationSession;
    const tab = new LabTab(first.at, place);
    await waitFor("the document", () => tab.notebook.cells.length === 3);
    const api = new ApiClient({ baseUrl: first.server.url, token: first.server.token });
    const page = aLiveClient(api, (await api.openNotebook({ path: "n.ipynb" })).id);
    await page.synced();
    const live = openLiveNotebook(page.doc, page.results);
    tab.notebook.cells[0]?.setSource("x = 'kept'");
    await waitFor("its edit", () => live.cell(id("a"))?.source === "x = 'kept'");
    // What is acknowledged to the page is behind it in the log.
    live.apply({ type: "set-source", id: id("b"), source: "y = 'kept'" }, ana);
    await page.acknowledged();
    first.running.process.kill("SIGKILL");
    await first.running.ended;

    const second = await start();
    const again = new LabTab(
      second.at,
      (await (await joinSession(second.at, "n.ipynb")).json()) as CollaborationSession,
    );
    await waitFor("the document again", () => again.notebook.cells.length === 3);
    expect(again.sources()).toEqual(["x = 'kept'", "y = 'kept'", "z = 3"]);
    const old = new LabTab(second.at, place, second.server.token, tab.notebook);
    expect((await old.closed).code).toBe(1003);
    expect(again.sources()).toHaveLength(3);
  });

  test("one with another document is told to load anew, and brings no cells along", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const tab = new LabTab(it, { fileId: session.id, sessionId: "of-yesterday" });
    const { code, reason } = await tab.closed;
    expect(code).toBe(1003);
    expect(JSON.parse(reason)).toEqual({
      reason: "unknown_session",
      sessionId: "of-yesterday",
      reloadable: true,
    });
    expect(session.live.cellIds()).toHaveLength(3);
  });

  test("sees who is on our page and where, and is seen there", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const page = aLiveClient(new ApiClient({ baseUrl: it.server.url, token: it.server.token }), session.id);
    await page.synced();
    const tab = await aTab(it, "n.ipynb");
    page.setPresence({ party: by, cellId: "b", mode: "editing" });
    const text = openLiveNotebook(page.doc).sourceText(id("b"));
    if (!text) throw new Error("no text");
    const place = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, 3));
    page.awareness.setLocalStateField("cursor", { anchor: place, head: place });
    await waitFor("the page's cursor", () =>
      [...tab.others.values()].some(({ cursors }) => cursors?.length === 1),
    );
    const [seen] = [...tab.others.values()];
    expect(seen).toMatchObject({ user: { display_name: "Ana", initials: "A" }, cursors: [{ empty: true }] });
    const { ydoc } = tab.notebook;
    const cursor = seen?.cursors?.[0] as { head: unknown } | undefined;
    const found = Y.createAbsolutePositionFromRelativePosition(
      Y.createRelativePositionFromJSON(cursor?.head),
      ydoc,
    );
    expect(found?.index).toBe(3);
    expect(found?.type.toString()).toBe("y = 2");

    const own = Y.relativePositionToJSON(
      Y.createRelativePositionFromTypeIndex(tab.notebook.cells[2]?.ysource as Y.Text, 1),
    );
    tab.say({
      user: { name: "Bo", display_name: "Bo Lab" },
      cursors: [{ anchor: own, head: own, primary: true, empty: true }],
    });
    await waitFor("the tab to be seen", () => page.awareness.getStates().size === 2);
    const states = [...page.awareness.getStates().values()];
    expect(states).toContainEqual(
      expect.objectContaining({
        party: { kind: "person", who: "local", using: "jupyter", displayName: "Bo Lab" },
        cellId: "c",
        mode: "editing",
      }),
    );
    // As y-websocket does, it repeats what it heard; the page goes on to speak for itself.
    const [[pageClient, heard] = [0, {}]] = [...tab.others];
    const echo = { clientId: pageClient, clock: 1_000_000, state: JSON.stringify(heard) };
    tab.send(encodeFrame({ type: "awareness", update: encodeAwareness([echo]) }));
    tab.others.clear();
    const end = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, text.length));
    page.awareness.setLocalStateField("cursor", { anchor: place, head: end });
    await waitFor("its next move", () =>
      [...tab.others.values()].some(({ cursors }) => cursors?.length === 1),
    );

    tab.socket.close();
    await waitFor("it to be gone", () => page.awareness.getStates().size === 1);
  });

  test("broken frames end its connection, and nobody else's", async () => {
    const it = await aServedFolder({ "n.ipynb": aPipeline() });
    const session = await opened(it, "n.ipynb");
    const [good, bad, worse] = [
      await aTab(it, "n.ipynb"),
      await aTab(it, "n.ipynb"),
      await aTab(it, "n.ipynb"),
    ];
    bad.send(Uint8Array.of(0, 2, 255, 255, 1));
    worse.send(Uint8Array.of(2, 200));
    expect((await bad.closed).code).toBe(4400);
    expect((await worse.closed).code).toBe(4400);
    good.notebook.cells[0]?.setSource("still here");
    await waitFor("an edit", () => session.live.cell(id("a"))?.source === "still here");
  });
});
