/** Who wrote what and when, and how it was before: over HTTP, with real clients, over kills and restarts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { HistoryClient } from "../../src/client/history-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { createToken } from "../../src/people/token.ts";
import { CellId } from "../../src/util/ids.ts";
import { aNotebook } from "./server/memory-host.ts";
import { waitFor } from "./server/wait-for.ts";

const PROGRAM = join(import.meta.dirname, "fixtures/room-server.ts");
const [first, second] = [CellId.of("cell-0"), CellId.of("cell-1")];
const by = { type: "person", label: "test" } as const;

async function aServedNotebook() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-history-")));
  const folder = join(base, "project");
  mkdirSync(folder);
  const file = join(folder, "a.ipynb");
  writeFileSync(file, JSON.stringify(aNotebook(["lr = 1\n", "y = 2"])));
  const token = createToken();
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(base, { recursive: true, force: true });
  });
  const start = async (port = 0) => {
    const child = spawn(process.execPath, [PROGRAM, folder, join(base, "state"), token, `${port}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const kill = async (): Promise<void> => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { port: Number(said.toString()), kill };
  };
  const server = await start();
  const apiAs = (using: string) =>
    new ApiClient({ baseUrl: `http://127.0.0.1:${server.port}`, token, using });
  const { id } = await apiAs("setup").openNotebook({ path: "a.ipynb" });
  /** Somebody with the notebook open. */
  const joined = async (using: string) => {
    const api = apiAs(using);
    const client = openLive(api, id, { openSocket: nodeSockets(api.headers()) });
    onTestFinished(() => client.close());
    await client.synced();
    const live = openLiveNotebook(client.doc);
    return { client, live, api, history: new HistoryClient(api, id) };
  };
  return { file, server, start, joined };
}

const sources = (live: ReturnType<typeof openLiveNotebook>): string[] =>
  live.cellIds().map((id) => live.cell(id)?.source ?? "");

test("two authors and a program that writes the file: each with what it did; kill -9 keeps it, and who wrote goes on", async () => {
  const it = await aServedNotebook();
  const [ana, bo] = [await it.joined("ana-page"), await it.joined("bo-page")];
  ana.live.sourceText(first)?.insert(6, "0");
  await ana.client.acknowledged();
  bo.live.apply(
    { type: "insert-cell", cell: { id: CellId.of("new"), cellType: "code", source: "z" }, after: first },
    by,
  );
  bo.live.apply({ type: "delete-cell", id: second }, by);
  await bo.client.acknowledged();
  // The first version is written when the first edit has been acknowledged.
  expect((await bo.history.versions()).versions).toHaveLength(1);
  await it.server.kill();
  const again = await it.start(it.server.port);
  const facts = async () =>
    (await ana.history.entries()).entries.map(({ seq, author, cellId, acts }) =>
      [seq, author.using || author.who, cellId, acts.join()].join(" "),
    );
  await ana.api.openNotebook({ path: "a.ipynb" });
  const before = ["3 bo-page cell-1 deleted", "2 bo-page new inserted", "1 ana-page cell-0 source"];
  expect(await facts()).toEqual(before);
  // Another program writes the file while it is open.
  await waitFor("a client to be back", () => ana.client.connection().type === "live");
  await ana.api.save((await ana.api.notebooks())[0]?.id ?? "");
  const text = readFileSync(it.file, "utf8");
  writeFileSync(`${it.file}.new`, text.replace("lr = 10", "lr = 7"));
  renameSync(`${it.file}.new`, it.file);
  await waitFor("the merge", () => sources(ana.live)[0] === "lr = 7\n");
  expect(await facts()).toEqual(["4 file cell-0 source", ...before]);
  const { versions } = await ana.history.versions();
  expect(versions.map(({ reason }) => reason)).toEqual(["before-merge", "begin"]);
  const kept = await ana.history.notebook("#2", { outputs: true });
  expect(kept.notebook.cells.map(({ source }) => source)).toEqual(["lr = 10\n", "z"]);
  const { cells } = await bo.history.blame();
  expect(cells.find(({ cellId }) => cellId === first)).toMatchObject({
    last: { author: { kind: "file" } },
    earlier: 1,
    authors: [{ who: "file" }, { using: "ana-page" }],
  });
  await again.kill();
});

test("a version is restored beside somebody who types: both are there, and the cell that was deleted comes back", async () => {
  const it = await aServedNotebook();
  const [ana, bo] = [await it.joined("ana-page"), await it.joined("bo-page")];
  const v1 = await ana.history.nameVersion({ name: "v1 submitted" });
  expect(v1).toMatchObject({ name: "v1 submitted", cells: 2, author: { using: "ana-page" } });
  ana.live.apply({ type: "set-source", id: second, source: "y = 'broken'" }, by);
  ana.live.apply({ type: "delete-cell", id: first }, by);
  await ana.client.acknowledged();
  await waitFor("bo to see it", () => sources(bo.live).length === 1);
  // Bo types into a cell of his own all the while.
  const mine = CellId.of("bos");
  bo.live.apply({ type: "insert-cell", cell: { id: mine, cellType: "code", source: "" }, after: second }, by);
  await bo.client.acknowledged();
  let typed = "";
  const typing = setInterval(() => {
    bo.live.sourceText(mine)?.insert(typed.length, "x");
    typed += "x";
  }, 3);
  onTestFinished(() => clearInterval(typing));
  await waitFor("some keys", () => typed.length > 5);
  const done = await ana.history.restore({ version: "v1 submitted", cells: [first, second] });
  const atRestore = typed.length;
  await waitFor("more keys", () => typed.length > atRestore + 5);
  clearInterval(typing);
  await bo.client.acknowledged();
  expect(done).toMatchObject({ edits: 2, before: { reason: "before-restore", note: "v1 submitted" } });
  await waitFor("all to agree", () => sources(ana.live).join() === sources(bo.live).join());
  expect(sources(bo.live)).toEqual(["lr = 1\n", "y = 2", typed]);
  // And in turn, whole: what was before, without the cells that were brought back.
  await bo.history.restore({ version: `${done.before?.id}` });
  await waitFor("it to be as before", () => sources(ana.live)[0] === "y = 'broken'");
  const { entries } = await ana.history.entries({ cell: first });
  const deletion = entries.find(({ deleted, author }) => deleted !== null && author.using === "ana-page");
  await ana.history.restore({ entry: deletion?.seq ?? 0 });
  await waitFor("the deleted cell", () => sources(bo.live)[0] === "lr = 1\n");
  const { entries: newest } = await ana.history.entries({ limit: 2 });
  expect(newest.map(({ author, acts }) => [author.using, acts.join()])).toContainEqual([
    "ana-page",
    "restored",
  ]);
});

test("refusals say why; a name can be taken away", async () => {
  const it = await aServedNotebook();
  const { history } = await it.joined("ana-page");
  await expect(history.restore({ version: "v9" })).rejects.toMatchObject({ code: "no-such-version" });
  await expect(history.restore({})).rejects.toMatchObject({ code: "bad-request" });
  await expect(history.nameVersion({ name: "12" })).rejects.toMatchObject({ code: "bad-version-name" });
  const v1 = await history.nameVersion({ name: "v1" });
  expect(await history.renameVersion(v1.id, { name: null })).toMatchObject({ name: null });
  await expect(history.renameVersion(99, { name: "x" })).rejects.toMatchObject({ code: "no-such-version" });
});

test("of a notebook that nobody changed yet there is the state in which it was opened", async () => {
  const it = await aServedNotebook();
  const ana = await it.joined("ana-page");
  const { versions } = await ana.history.versions();
  expect(versions.map(({ id, reason }) => [id, reason])).toEqual([[1, "begin"]]);
  expect((await ana.history.versions()).versions).toHaveLength(1);
  expect(
    (await ana.history.notebook("#1", { outputs: false })).notebook.cells.map(({ source }) => source),
  ).toEqual(["lr = 1\n", "y = 2"]);
  ana.live.sourceText(first)?.insert(6, "0");
  await ana.client.acknowledged();
  expect((await ana.history.versions()).versions.map(({ reason }) => reason)).toEqual(["begin"]);
  expect((await ana.history.entries()).entries).toHaveLength(1);
});
