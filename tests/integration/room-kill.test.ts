/** `kill -9` of a real server while people type: what was acknowledged is on disk, and everything is there once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { createToken } from "../../src/people/token.ts";
import { FileRooms } from "../../src/store/rooms/file-rooms.ts";
import { CellId, NotebookId } from "../../src/util/ids.ts";
import { aNotebook } from "./server/memory-host.ts";
import { waitFor } from "./server/wait-for.ts";

const PROGRAM = join(import.meta.dirname, "fixtures/room-server.ts");
const first = CellId.of("cell-0");
const by = { type: "person", label: "test" } as const;

function aFolder() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-kill-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const file = join(folder, "a.ipynb");
  writeFileSync(file, JSON.stringify(aNotebook(["", "y = 2"])));
  const token = createToken();
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(base, { recursive: true, force: true });
  });
  const start = async (port = 0) => {
    const child = spawn(process.execPath, [PROGRAM, folder, stateFolder, token, `${port}`], {
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
  return { file, stateFolder, token, start };
}

function aClient(api: ApiClient, id: string) {
  const client: LiveClient = openLive(api, id, { openSocket: nodeSockets(api.headers()) });
  onTestFinished(() => client.close());
  return client;
}

const textOf = (doc: Y.Doc): string => openLiveNotebook(doc).cell(first)?.source ?? "";
const marksIn = (text: string): string[] => text.match(/<[^<>]+>/g) ?? [];

/** What the next process would find. */
async function onDisk(stateFolder: string, id: string): Promise<string> {
  const stored = await new FileRooms({ stateFolder }).open(NotebookId.of(id));
  const doc = new Y.Doc();
  for (const update of stored?.updates ?? []) Y.applyUpdate(doc, update);
  return textOf(doc);
}

test("twelve kills while three people type: no acknowledged edit is lost, none is doubled", async () => {
  const it = aFolder();
  let server = await it.start();
  const { port } = server;
  const api = new ApiClient({ baseUrl: `http://127.0.0.1:${port}`, token: it.token });
  const { id } = await api.openNotebook({ path: "a.ipynb" });
  const clients = [0, 1, 2].map(() => aClient(api, id));
  await Promise.all(clients.map((client) => client.synced()));
  const made = clients.map((): string[] => []);
  const acknowledged = new Set<string>();
  for (const [who, client] of clients.entries()) {
    client.onUnacknowledged((left) => {
      const mine = made[who] ?? [];
      for (const mark of mine.slice(0, mine.length - left)) acknowledged.add(mark);
    });
  }
  const type = (): void => {
    for (const [who, client] of clients.entries()) {
      const text = openLiveNotebook(client.doc).sourceText(first);
      const mark = `<${who}.${made[who]?.length}>`;
      made[who]?.push(mark);
      const places = [0, ...marksIn(text?.toString() ?? "").map((one) => one.length)];
      text?.insert(who === 0 ? 0 : (places[1] ?? 0), mark);
    }
  };
  for (let round = 0; round < 12; round++) {
    const before = acknowledged.size;
    const edits = 3 + ((round * 7) % 20);
    for (let count = 0; count < edits; count++) {
      type();
      await new Promise((resolve) => setTimeout(resolve, round % 4));
    }
    if (round % 2 === 0) await waitFor("some acknowledgement", () => acknowledged.size > before);
    await server.kill();
    const kept = new Set(marksIn(await onDisk(it.stateFolder, id)));
    expect([...acknowledged].filter((mark) => !kept.has(mark))).toEqual([]);
    // Typed while nothing is there.
    type();
    server = await it.start(port);
    for (const client of clients) client.retryNow();
    if (round % 3 === 0)
      await waitFor("the return", () => clients.every((one) => one.connection().type === "live"));
  }
  for (const client of clients) client.retryNow();
  await Promise.all(clients.map((client) => client.acknowledged()));
  await waitFor("all to agree", () => new Set(clients.map((client) => textOf(client.doc))).size === 1);
  const marks = marksIn(textOf(clients[0]?.doc ?? new Y.Doc()));
  expect(marks.toSorted()).toEqual(made.flat().toSorted());
  expect(openLiveNotebook(clients[0]?.doc ?? new Y.Doc()).cellIds()).toHaveLength(2);
  // And in the file.
  await api.save(id);
  const saved = JSON.parse(readFileSync(it.file, "utf8")) as { cells: { source: string }[] };
  expect(marksIn([saved.cells[0]?.source].flat().join("")).toSorted()).toEqual(made.flat().toSorted());
}, 120_000);

test("a client that was away for long, edited, and comes back to a new process, finds its room", async () => {
  const it = aFolder();
  let server = await it.start();
  const { port } = server;
  const api = new ApiClient({ baseUrl: `http://127.0.0.1:${port}`, token: it.token });
  const { id } = await api.openNotebook({ path: "a.ipynb" });
  const [away, here] = [aClient(api, id), aClient(api, id)];
  await Promise.all([away.synced(), here.synced()]);
  // Its document, as a page keeps it; the connection is gone.
  const kept = away.doc;
  away.close();
  const cell = (name: string) =>
    ({ id: CellId.of(name), cellType: "code", source: `${name} = 1`, metadata: {} }) as const;
  openLiveNotebook(kept).apply({ type: "insert-cell", cell: cell("offline"), after: first }, by);
  openLiveNotebook(here.doc).apply({ type: "insert-cell", cell: cell("online"), after: first }, by);
  await here.acknowledged();
  here.close();
  await server.kill();
  server = await it.start(port);
  const back = openLive(api, id, { openSocket: nodeSockets(api.headers()), doc: kept });
  onTestFinished(() => back.close());
  await back.synced();
  const cells = (): string[] => [...openLiveNotebook(back.doc).cellIds()].toSorted();
  expect(cells()).toEqual(["cell-0", "cell-1", "offline", "online"]);
  // Opened by its path it is the same room.
  expect((await api.openNotebook({ path: "a.ipynb" })).id).toBe(id);
  await waitFor("the server to have it on disk", () => back.unacknowledged() === 0);
  await server.kill();
  const stored = await new FileRooms({ stateFolder: it.stateFolder }).open(NotebookId.of(id));
  const doc = new Y.Doc();
  for (const update of stored?.updates ?? []) Y.applyUpdate(doc, update);
  expect([...openLiveNotebook(doc).cellIds()].toSorted()).toEqual(cells());
});

test("a second server says who has a notebook, and gets it when the first is killed", async () => {
  const it = aFolder();
  const [one, two] = [await it.start(), await it.start()];
  const [first, second] = [one, two].map(
    ({ port }) => new ApiClient({ baseUrl: `http://127.0.0.1:${port}`, token: it.token }),
  );
  const { id } = (await first?.openNotebook({ path: "a.ipynb" })) ?? {};
  await expect(second?.openNotebook({ path: "a.ipynb" })).rejects.toMatchObject({
    code: "open-elsewhere",
    message: expect.stringMatching(/another Loopbook process \(\d+;/),
  });
  await one.kill();
  expect((await second?.openNotebook({ path: "a.ipynb" }))?.id).toBeDefined();
  expect(id).toBeDefined();
});

test("a value that was set by a request is kept when the answer has come", async () => {
  const it = aFolder();
  const notebook = aNotebook(["", "y = 2"]);
  const cells = notebook.cells.map((cell) => ({ ...cell, metadata: { tags: ["parameters"] } }));
  writeFileSync(it.file, JSON.stringify({ ...notebook, cells: cells.slice(1) }));
  const server = await it.start();
  const api = new ApiClient({ baseUrl: `http://127.0.0.1:${server.port}`, token: it.token });
  const { id } = await api.openNotebook({ path: "a.ipynb" });
  await api.setValues(id, { values: { y: 3 } });
  await server.kill();
  const stored = await new FileRooms({ stateFolder: it.stateFolder }).open(NotebookId.of(id));
  const doc = new Y.Doc();
  for (const update of stored?.updates ?? []) Y.applyUpdate(doc, update);
  expect(openLiveNotebook(doc).cell(CellId.of("cell-1"))?.source).toBe("y = 3");
});
