/** A notebook that is live in a stock Jupyter server with jupyter-collaboration, joined from here. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { CellId } from "../../src/util/ids.ts";
import { CliFolder } from "./cli-support.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";
import { aFolder, aPythonProgram, codeCell, JUPYTER_PYTHON, notebookOf } from "./stock-jupyter-support.ts";

const TOKEN = "t0k3n";
const START_MS = 50_000;
const id = CellId.of;
const ana = { type: "person", label: "ana/browser" } as const;
const by = { kind: "person", who: "local", using: "browser", displayName: "Ana" } as const;

/** Somebody else in their server: the stock Python client, told what to do line by line. */
const OTHER = `
import asyncio, json, sys
from jupyter_nbmodel_client import NbModelClient, get_jupyter_notebook_websocket_url

async def main(url, token, path):
    async with NbModelClient(get_jupyter_notebook_websocket_url(url, path, token), username="Bo") as notebook:
        await notebook.wait_until_synced()
        loop = asyncio.get_running_loop()
        print("ready")
        while True:
            line = await loop.run_in_executor(None, sys.stdin.readline)
            order = json.loads(line)
            if order["do"] == "write":
                notebook.set_cell_source(order["at"], order["source"])
            elif order["do"] == "output":
                cell = notebook._doc.ycells[order["at"]]
                cell["outputs"].extend(notebook._doc._create_youtputs([order["output"]]))
                cell["execution_count"] = 7
            print(json.dumps([cell["source"] for cell in notebook.as_dict()["cells"]]))

asyncio.run(main(*sys.argv[1:]))
`;

async function aFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function theirServer(folder: string, port: number): Promise<ChildProcess> {
  const words = [
    ...[
      "-m",
      "jupyter_server",
      "--no-browser",
      "--allow-root",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
    ],
    ...[`--IdentityProvider.token=${TOKEN}`, `--ServerApp.root_dir=${folder}`],
    "--ServerApp.jpserver_extensions={'jupyter_server_ydoc': True, 'jupyter_server_fileid': True}",
  ];
  const child = spawn(JUPYTER_PYTHON, words, { cwd: folder, stdio: "ignore" });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const until = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api`).catch(() => null);
    if (answer?.ok) return child;
    if (Date.now() > until || child.exitCode !== null) throw new Error("their server did not start");
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

test("is edited from both sides, with presence and results, through a lost server", {
  timeout: 180_000,
}, async () => {
  const { folder } = await aFolder({
    "theirs.ipynb": notebookOf(codeCell("a", "x = 1"), codeCell("b", "print(x)")),
  });
  const port = await aFreePort();
  const server = await theirServer(folder, port);
  const url = `http://127.0.0.1:${port}`;
  const other = aPythonProgram(OTHER, [url, TOKEN, "theirs.ipynb"]);
  expect(await other.next()).toBe("ready");
  const ask = async (order: object): Promise<string[]> => {
    other.say(JSON.stringify(order));
    return JSON.parse(await other.next()) as string[];
  };

  const cli = new CliFolder();
  onTestFinished(() => cli.remove());
  const attached = cli.start([
    "attach",
    `${url}/lab/tree/theirs.ipynb?token=${TOKEN}`,
    "--no-browser",
    "--port",
    "0",
  ]);
  await attached.says("theirs.ipynb of");
  const page = new URL(attached.stdout().trim());
  const api = new ApiClient({ baseUrl: page.origin, token: page.searchParams.get("token") ?? "" });
  const view = await api.openNotebook({ path: "theirs.ipynb" });
  const client = aLiveClient(api, view.id);
  await client.synced();
  const live = openLiveNotebook(client.doc, client.results);
  expect(live.toNotebook().cells.map(({ source }) => source)).toEqual(["x = 1", "print(x)"]);

  client.setPresence({ party: by, cellId: "a", mode: "editing" });
  live.apply({ type: "set-source", id: id("a"), source: "x = 10" }, ana);
  await expect.poll(() => ask({ do: "read" }), { timeout: 10_000 }).toEqual(["x = 10", "print(x)"]);
  await ask({ do: "write", at: 1, source: "print(x + 1)" });
  await waitFor("their edit", () => live.cell(id("b"))?.source === "print(x + 1)");
  await ask({ do: "output", at: 1, output: { output_type: "stream", name: "stdout", text: "11\n" } });
  await waitFor("their results", () => live.cell(id("b"))?.executionCount === 7);
  expect(live.cell(id("b"))?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "11\n" }]);
  // Their server tells a newcomer of others when these renew what they say, every 15 s.
  const names = () =>
    [...client.awareness.getStates().values()].map(
      ({ party }) => (party as { displayName?: string } | undefined)?.displayName,
    );
  await waitFor("who is there", () => names().includes("Bo"), 40_000);
  // It runs where it lives.
  await expect(
    api.execute(view.id, { cellId: "a", sourceHash: "-", executionId: "exec_1" } as never),
  ).rejects.toMatchObject({ code: "no-kernel" });

  server.kill("SIGKILL");
  await attached.says("trying again");
  await theirServer(folder, port);
  await attached.says("Connected again");
  const again = aPythonProgram(OTHER, [url, TOKEN, "theirs.ipynb"]);
  expect(await again.next()).toBe("ready");
  live.apply({ type: "set-source", id: id("a"), source: "x = 100" }, ana);
  await expect
    .poll(
      async () => {
        again.say(JSON.stringify({ do: "read" }));
        return JSON.parse(await again.next()) as string[];
      },
      { timeout: 20_000 },
    )
    .toContain("x = 100");
  expect(live.cellIds()).toHaveLength(2);

  attached.process.kill("SIGTERM");
  expect((await attached.ended).code).toBe(0);
});

test("says what is wrong with an address, a token, and a server without live notebooks", async () => {
  const cli = new CliFolder();
  onTestFinished(() => cli.remove());
  const port = await aFreePort();
  const nowhere = await cli.run(["attach", `http://127.0.0.1:${port}/lab/tree/a.ipynb`, "--no-browser"]);
  expect(nowhere.stderr).toContain("does not answer");
  const noNotebook = await cli.run(["attach", `http://127.0.0.1:${port}/lab`]);
  expect(noNotebook.code).toBe(2);
  expect(noNotebook.stderr).toContain("names no notebook");
});
