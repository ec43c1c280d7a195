/** Comments: kept before they are told, by whom the server knows, over kills, moves and deleted cells. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LiveMessage } from "../../src/api/live.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { CommentsClient } from "../../src/client/comments-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { Rights } from "../../src/people/party.ts";
import { createToken } from "../../src/people/token.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { CellId, randomToken } from "../../src/util/ids.ts";
import { aNotebook } from "./server/memory-host.ts";
import { waitFor } from "./server/wait-for.ts";

const PROGRAM = join(import.meta.dirname, "fixtures/room-server.ts");
const [first, second] = [CellId.of("cell-0"), CellId.of("cell-1")];
const by = { type: "person", label: "test" } as const;
const newId = (): string => randomToken(16);
const LOOK: Rights = { view: true, edit: false, execute: false };

async function aServedNotebook() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-comments-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
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
  const server = await start();
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const owner = new ApiClient({ baseUrl, token, using: "browser" });
  const { id } = await owner.openNotebook({ path: "a.ipynb" });
  /** A share as `loopbook share` makes it. */
  const guest = (name: string, rights = LOOK): ApiClient => {
    const secret = createToken();
    const share = { id: createShareId(), who: name.toLowerCase(), name, rights, createdAtMs: 0 };
    shareStore(stateFolder).add(
      { ...share, scope: { type: "notebook", path: file }, expiresAtMs: null },
      secret,
    );
    return new ApiClient({ baseUrl, token: secret, using: "the-boss" });
  };
  const joined = async (api: ApiClient) => {
    const client = openLive(api, id, { openSocket: nodeSockets(api.headers()) });
    onTestFinished(() => client.close());
    await client.synced();
    return { client, live: openLiveNotebook(client.doc) };
  };
  return { base, file, folder, stateFolder, server, start, owner, guest, id, joined };
}

test("a comment is on disk when it is answered: kill -9 right after loses none, and the author is the server's word", async () => {
  const it = await aServedNotebook();
  const ben = new CommentsClient(it.guest("Ben"), it.id);
  const ana = new CommentsClient(it.owner, it.id);
  const page = await it.joined(it.owner);
  const told: LiveMessage[] = [];
  page.client.onMessage((message) => void told.push(message));
  const id = newId();
  const forged = {
    ...{ id, anchor: { cellId: first, output: null }, text: "Why so high?" },
    by: { kind: "person", who: "local", using: "browser", displayName: "The owner" },
  };
  const thread = await ben.add(forged);
  expect(thread.comments[0]?.by).toEqual({
    kind: "person",
    who: "ben",
    using: "the-boss",
    displayName: "Ben",
  });
  expect(thread).toMatchObject({ excerpt: "lr = 1", resolved: null });
  await waitFor("the news", () => told.some((message) => message.type === "comments"));
  const answer = await ana.add({ id: newId(), thread: thread.id, text: "Agreed, @ben." });
  expect(answer.comments.map(({ text, mentions }) => [text, mentions])).toEqual([
    ["Why so high?", []],
    ["Agreed, @ben.", ["ben"]],
  ]);
  // The same again, as after a lost answer, is the same comment.
  expect(await ben.add(forged)).toEqual(answer);
  await it.server.kill();
  await it.start(it.server.port);
  await it.owner.openNotebook({ path: "a.ipynb" });
  expect((await ana.list()).threads).toEqual([answer]);
  expect(readFileSync(it.file, "utf8")).not.toContain("Why so high?");
});

test("one's own is changed and deleted, others' are not; the owner may delete; threads are resolved and opened again", async () => {
  const it = await aServedNotebook();
  const [ben, eve] = [it.guest("Ben"), it.guest("Eve")].map((api) => new CommentsClient(api, it.id));
  const ana = new CommentsClient(it.owner, it.id);
  if (!ben || !eve) throw new Error("nobody");
  const thread = await ben.add({ id: newId(), anchor: { cellId: first, output: null }, text: "one" });
  await expect(eve.edit(thread.id, { text: "two" })).rejects.toMatchObject({ code: "not-your-comment" });
  await expect(eve.remove(thread.id)).rejects.toMatchObject({ code: "not-your-comment" });
  await expect(ana.edit(thread.id, { text: "two" })).rejects.toMatchObject({ code: "not-your-comment" });
  // Nobody takes another's place by using its id.
  const same = eve.add({ id: thread.id, anchor: { cellId: first, output: null }, text: "mine" });
  await expect(same).rejects.toMatchObject({ code: "bad-comment" });
  const edited = await ben.edit(thread.id, { text: "two" });
  expect(edited.comments[0]).toMatchObject({ text: "two", editedAtMs: expect.any(Number) });
  expect((await eve.settle(thread.id, { resolved: true })).resolved?.by.who).toBe("eve");
  expect((await ben.settle(thread.id, { resolved: false })).resolved).toBeNull();
  const answered = await eve.add({ id: newId(), thread: thread.id, text: "three" });
  expect((await ana.remove(thread.id)).comments[0]).toMatchObject({ text: "", isDeleted: true });
  expect((await ana.list()).threads).toHaveLength(1);
  await eve.remove(answered.comments[1]?.id ?? "");
  expect((await ana.list()).threads).toEqual([]);
});

test("what makes no sense is refused in words", async () => {
  const it = await aServedNotebook();
  const ben = new CommentsClient(it.guest("Ben"), it.id);
  const at = { cellId: first as string, output: null };
  const refused = (body: Parameters<typeof ben.add>[0], code: string) =>
    expect(ben.add(body)).rejects.toMatchObject({ code });
  await refused({ id: newId(), anchor: at, text: "  " }, "bad-comment");
  await refused({ id: newId(), anchor: at, text: "x".repeat(4_001) }, "bad-comment");
  await refused({ id: newId(), anchor: { cellId: "nowhere", output: null }, text: "x" }, "no-such-cell");
  await refused({ id: newId(), thread: "nowhere00", text: "x" }, "no-such-comment");
  await refused({ id: "../../../x", anchor: at, text: "x" }, "bad-request");
  await refused({ id: newId(), text: "x" }, "bad-request");
  const blind = new CommentsClient(it.guest("Dee", { ...LOOK, view: false }), it.id);
  await expect(blind.list()).rejects.toMatchObject({ code: "no-right" });
});

test("a thread stays with its cell when that moves, when it is deleted, and when the notebook gets another name", async () => {
  const it = await aServedNotebook();
  const ana = new CommentsClient(it.owner, it.id);
  const { client, live } = await it.joined(it.owner);
  const thread = await ana.add({ id: newId(), anchor: { cellId: second, output: null }, text: "look" });
  live.apply({ type: "move-cell", id: second, after: null }, by);
  live.apply({ type: "delete-cell", id: second }, by);
  await client.acknowledged();
  await it.owner.moveNotebook(it.id, "b.ipynb");
  await it.server.kill();
  await it.start(it.server.port);
  await it.owner.openNotebook({ path: "b.ipynb" });
  expect((await ana.list()).threads).toEqual([thread]);
  expect(thread).toMatchObject({ anchor: { cellId: second }, excerpt: "y = 2" });
});

test("a line that a crash tore off is passed over, and what follows is kept", async () => {
  const it = await aServedNotebook();
  const ana = new CommentsClient(it.owner, it.id);
  const at = { cellId: first as string, output: null };
  await ana.add({ id: newId(), anchor: at, text: "one" });
  await it.server.kill();
  const [name = ""] = readdirSync(join(it.stateFolder, "comments"));
  writeFileSync(join(it.stateFolder, "comments", name), '{"type":"comment","id":"torn', { flag: "a" });
  await it.start(it.server.port);
  await it.owner.openNotebook({ path: "a.ipynb" });
  await ana.add({ id: newId(), anchor: at, text: "two" });
  expect((await ana.list()).threads.map(({ comments }) => comments[0]?.text)).toEqual(["one", "two"]);
});
