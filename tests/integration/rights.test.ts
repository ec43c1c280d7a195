/** Viewing, editing and executing are three rights of a connection, on every way in; and a share reaches what it names. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { routes } from "../../scripts/lib/docs/http-page.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { type Action, permits, type Scope } from "../../src/people/access.ts";
import type { Rights } from "../../src/people/party.ts";
import { createToken } from "../../src/people/token.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { aRunSnapshot, MemoryRun } from "./server/memory-host.ts";
import { aLiveClient, aServer, type TestServer } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

let it: TestServer;

beforeEach(async () => {
  it = await aServer();
  for (const folder of ["sub", "other"]) mkdirSync(join(it.folder, folder));
  for (const name of ["a.ipynb", "b.ipynb", "sub/c.ipynb"]) writeFileSync(join(it.folder, name), "{}");
  for (const name of ["pic.png", "sub/pic.png", "other/pic.png"]) writeFileSync(join(it.folder, name), "PNG");
});

const ALL: readonly Rights[] = [true, false].flatMap((view) =>
  [true, false].flatMap((edit) => [true, false].map((execute) => ({ view, edit, execute }))),
);

interface Given {
  readonly rights?: Rights;
  readonly scope?: Scope;
  readonly who?: string;
  readonly expiresAtMs?: number;
}

/** A share as `loopbook share` makes it. */
function share(given: Given = {}): { readonly token: string; readonly id: string; readonly api: ApiClient } {
  const token = createToken();
  const id = createShareId();
  const who = given.who ?? "ben";
  shareStore(it.stateFolder).add(
    {
      id,
      who,
      name: "Ben",
      rights: given.rights ?? { view: true, edit: false, execute: false },
      scope: given.scope ?? { type: "folder", path: it.folder },
      createdAtMs: Date.now(),
      expiresAtMs: given.expiresAtMs ?? null,
    },
    token,
  );
  return { token, id, api: new ApiClient({ baseUrl: it.server.url, token }) };
}

const rightsText = ({ view, edit, execute }: Rights): string =>
  [view && "view", edit && "edit", execute && "execute"].filter(Boolean).join("+") || "nothing";

const notebookScope = (name: string): Scope => ({ type: "notebook", path: join(it.folder, name) });

describe("every route", () => {
  const all = routes();

  test("names a right", () => {
    expect(all.filter(({ needs }) => needs === null)).toEqual([]);
    expect(all.length).toBeGreaterThan(30);
  });

  test.each(ALL.map((rights) => [rightsText(rights), rights] as const))(
    "is open to a share with %s where that covers its right, and closed else",
    async (_text, rights) => {
      const { token } = share({ rights });
      const wrong: string[] = [];
      for (const { method, path, needs } of all) {
        // Some of them close it.
        const { id } = await it.api.openNotebook({ path: "a.ipynb" });
        const address = path.replace("{id}", id).replace(/\{\w+\}/g, "x");
        const hasBody = method !== "GET" && method !== "DELETE";
        const response = await fetch(`${it.server.url}${address}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(hasBody && { "content-type": "application/json" }),
          },
          ...(hasBody && { body: "{}" }),
        });
        const text = await response.text();
        const isRefused = response.status === 403 && text.includes('"no-right"');
        if (isRefused === permits(rights, needs as Action))
          wrong.push(`${method} ${path}: ${response.status}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe("the live channel", () => {
  test("of who may only look on is ended by an edit, and shows everything else", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const viewer = aLiveClient(share().api, id);
    await viewer.synced();
    expect(viewer.live()?.rights).toEqual({ view: true, edit: false, execute: false });
    const raw = await rawEdit(id, share().token);
    expect(raw).toBe(4403);
    expect(it.host.sessions[0]?.live.cell(it.host.sessions[0].live.cellIds()[0] as never)?.source).toBe(
      "x = 1",
    );
  });

  test("of who may edit takes edits, and they carry who made them", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const { api } = share({ rights: { view: true, edit: true, execute: false } });
    const session = it.host.sessions[0];
    const origins: unknown[] = [];
    session?.live.onChange((change) => origins.push(change.origin));
    const client = aLiveClient(api, id);
    await client.synced();
    const live = openLiveNotebook(client.doc);
    const [cell] = live.cellIds();
    live.apply(
      { type: "set-source", id: cell as never, source: "x = 2" },
      { type: "person", label: "the boss" },
    );
    await client.acknowledged();
    expect(session?.live.cell(cell as never)?.source).toBe("x = 2");
    expect(origins).toEqual([expect.objectContaining({ type: "remote", label: "ben/program" })]);
  });

  test("is not there without the right to look", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const { token } = share({ rights: { view: false, edit: true, execute: true } });
    expect(await openStatus(id, token)).toBe(404);
  });

  test("is closed at once when its share is taken back, and who comes back is signed out", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const { api, id: shareId } = share();
    const client = aLiveClient(api, id);
    await client.synced();
    const beganMs = performance.now();
    expect(shareStore(it.stateFolder).remove(shareId)).toBe(true);
    await expect(api.status()).rejects.toMatchObject({ code: "wrong-token" });
    await waitFor("the end", () => client.connection().type === "ended");
    expect(client.connection()).toEqual({ type: "ended", reason: "not-allowed" });
    expect(performance.now() - beganMs).toBeLessThan(5_000);
  });

  test("is closed when its share expires", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const { api } = share({ expiresAtMs: Date.now() + 400 });
    const client = aLiveClient(api, id);
    await client.synced();
    await waitFor("the end", () => client.connection().type === "ended");
    await expect(api.status()).rejects.toMatchObject({ code: "wrong-token" });
  });

  test("stays while other shares are taken back", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const client = aLiveClient(share().api, id);
    await client.synced();
    const other = share();
    const gone = aLiveClient(other.api, id);
    await gone.synced();
    shareStore(it.stateFolder).remove(other.id);
    await waitFor("the other's end", () => gone.connection().type === "ended");
    expect(client.connection().type).toBe("live");
  });
});

describe("a share of one notebook", () => {
  test("reaches it, and nothing else that there is", async () => {
    for (const path of ["a.ipynb", "b.ipynb"]) await it.api.openNotebook({ path });
    const [a, b] = it.host.sessions;
    if (!a || !b) throw new Error("not open");
    for (const session of [a, b])
      it.host.show(new MemoryRun(session, aRunSnapshot(session, { id: `run_${session.id}` as never })));
    const { api } = share({
      scope: notebookScope("a.ipynb"),
      rights: { view: true, edit: true, execute: true },
    });
    expect((await api.notebooks()).map(({ path }) => path)).toEqual(["a.ipynb"]);
    expect((await api.runs()).map(({ notebookId }) => notebookId)).toEqual([a.id]);
    expect((await api.runHistory()).map(({ notebookId }) => notebookId)).toEqual([a.id]);
    expect((await api.files()).entries.map(({ name }) => name)).toEqual(["a.ipynb"]);
    expect((await api.openNotebook({ path: "a.ipynb" })).id).toBe(a.id);
    await api.save(a.id);
    const out = { code: "outside-share" };
    await expect(api.openNotebook({ path: "b.ipynb" })).rejects.toMatchObject(out);
    await expect(api.openNotebook({ path: join(it.folder, "b.ipynb") })).rejects.toMatchObject(out);
    await expect(api.openNotebook({ path: "new.ipynb", create: true })).rejects.toMatchObject(out);
    await expect(api.notebook(b.id)).rejects.toMatchObject(out);
    await expect(api.save(b.id)).rejects.toMatchObject(out);
    await expect(api.files("sub")).rejects.toMatchObject(out);
    await expect(api.copyFile({ from: "a.ipynb", to: "sub/a.ipynb" })).rejects.toMatchObject(out);
    await expect(api.moveNotebook(a.id, "sub/a.ipynb")).rejects.toMatchObject(out);
    await expect(api.startRun({ notebookId: b.id, output: { type: "in-place" } })).rejects.toMatchObject(out);
    await expect(
      api.startRun({ path: "a.ipynb", output: { type: "path", path: "sub/out.ipynb" } }),
    ).rejects.toMatchObject(out);
    await expect(api.command(`run_${b.id}`, { type: "pause" })).rejects.toMatchObject({
      code: "no-such-run",
    });
    expect((await api.command(`run_${a.id}`, { type: "pause" })).notebookId).toBe(a.id);
    const client = aLiveClient(api, b.id);
    await waitFor("the refusal", () => client.connection().type === "ended");
  });

  test("shows the images beside it, and none of other folders", async () => {
    const { token } = share({ scope: notebookScope("sub/c.ipynb") });
    const status = async (path: string): Promise<number> =>
      (
        await fetch(`${it.server.url}/api/images?path=${path}`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect([await status("sub/pic.png"), await status("pic.png"), await status("other/pic.png")]).toEqual([
      200, 404, 404,
    ]);
  });

  test("follows the notebook", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const { api } = share({ scope: notebookScope("a.ipynb") });
    const client = aLiveClient(api, id);
    await client.synced();
    // As the host does, which knows of moves.
    shareStore(it.stateFolder).moved(join(it.folder, "a.ipynb"), join(it.folder, "sub/a.ipynb"));
    await it.api.moveNotebook(id, "sub/a.ipynb");
    await waitFor("the news", () => client.live()?.path === "sub/a.ipynb");
    expect((await api.notebook(id)).path).toBe("sub/a.ipynb");
    expect(client.connection().type).toBe("live");
  });
});

describe("a share of a folder", () => {
  test("reaches what is below it, and the way there", async () => {
    const { api } = share({ scope: { type: "folder", path: join(it.folder, "sub") } });
    expect((await api.files()).entries.map(({ name }) => name)).toEqual(["sub"]);
    expect((await api.files("sub")).entries.map(({ name }) => name)).toEqual(["c.ipynb", "pic.png"]);
    expect((await api.openNotebook({ path: "sub/c.ipynb" })).path).toBe("sub/c.ipynb");
    await expect(api.openNotebook({ path: "a.ipynb" })).rejects.toMatchObject({ code: "outside-share" });
    await expect(api.files("other")).rejects.toMatchObject({ code: "outside-share" });
  });

  test("is not left by a link in it", async () => {
    symlinkSync("../a.ipynb", join(it.folder, "sub/link.ipynb"));
    symlinkSync("../other", join(it.folder, "sub/away"));
    const { api } = share({ scope: { type: "folder", path: join(it.folder, "sub") } });
    for (const call of [() => api.openNotebook({ path: "sub/link.ipynb" }), () => api.files("sub/away")])
      await expect(call()).rejects.toMatchObject({ code: "outside-share" });
    expect((await api.files("sub")).entries.map(({ name }) => name)).toEqual(["c.ipynb", "pic.png"]);
  });

  test("ends for a notebook that is moved out of it", async () => {
    const { id } = await it.api.openNotebook({ path: "sub/c.ipynb" });
    const { api } = share({ scope: { type: "folder", path: join(it.folder, "sub") } });
    const client = aLiveClient(api, id);
    await client.synced();
    await it.api.moveNotebook(id, "other/c.ipynb");
    await waitFor("the end", () => client.connection().type === "ended");
  });
});

describe("secrets", () => {
  test("are nowhere on disk, and open the next server as they opened this one", async () => {
    const { token, api } = share();
    const signedIn = await fetch(`${it.server.url}/?token=${token}`, { redirect: "manual" });
    const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
    expect(signedIn.status).toBe(303);
    for (const name of readdirSync(join(it.stateFolder, "shares"))) {
      const text = name + readFileSync(join(it.stateFolder, "shares", name), "utf8");
      expect(text).not.toContain(token);
      expect(text).not.toContain(cookie.split("=")[1]);
    }
    expect((await api.status()).version).toBe("1.2.3");
    const { port } = it.server;
    await it.server.close();
    it = await aServer({ port, stateFolder: it.stateFolder, folder: it.folder });
    // The client's connection to the old server is found broken at first.
    await expect
      .poll(() =>
        api.status().then(
          ({ version }) => version,
          () => null,
        ),
      )
      .toBe("1.2.3");
    const byCookie = await fetch(`${it.server.url}/api/status`, { headers: { cookie } });
    expect(byCookie.status).toBe(200);
  });

  test("of a share do not sign its owner out of their own browser", async () => {
    const { token } = share();
    const cookieOf = async (given: string, cookie = ""): Promise<string> => {
      const response = await fetch(`${it.server.url}/?token=${given}`, {
        redirect: "manual",
        headers: { cookie },
      });
      return String(response.headers.get("set-cookie")).split(";")[0] ?? "";
    };
    const owner = await cookieOf(it.server.token);
    const guest = await cookieOf(token);
    expect(await cookieOf(token, owner)).toBe(owner);
    expect(await cookieOf(it.server.token, guest)).toBe(owner);
  });

  test("that never were, or look like paths, open nothing", async () => {
    share();
    for (const token of ["x", "../../server-token", "a".repeat(40), "%00"]) {
      const response = await fetch(`${it.server.url}/api/status`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(401);
    }
  });
});

test("whoever is let in by a share is who the share says, in whatever words their client speaks", async () => {
  await it.api.openNotebook({ path: "a.ipynb" });
  const [session] = it.host.sessions;
  if (!session) throw new Error("not open");
  const { token } = share({ rights: { view: true, edit: true, execute: true }, who: "ben" });
  const api = new ApiClient({ baseUrl: it.server.url, token, using: "notebook-bot" });
  const [cellId] = session.live.cellIds();
  const { sourceHash } = await import("../../src/util/source-hash.ts");
  await api.execute(session.id, { cellId: cellId as string, sourceHash: sourceHash("x = 1") });
  await api.startRun({ notebookId: session.id, output: { type: "in-place" } });
  const expected = { kind: "person", who: "ben", using: "notebook-bot", displayName: "Ben" };
  expect(session.executed.map(({ by }) => by)).toEqual([expected]);
  expect(it.host.started.map(({ by }) => by)).toEqual([expected]);
  const client = aLiveClient(api, session.id);
  await client.synced();
  expect(client.live()?.you).toEqual(expected);
});

async function openStatus(id: string, token: string): Promise<number> {
  const socket = new WebSocket(it.api.liveUrl(id), { headers: { authorization: `Bearer ${token}` } });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("open", () => resolve(101));
    socket.on("error", () => {});
  });
}

/** Sends an edit as a client would that speaks the protocol by hand; the code that ends it. */
async function rawEdit(id: string, token: string): Promise<number> {
  const Y = await import("yjs");
  const { encodeFrame } = await import("../../src/api/live-frames.ts");
  const socket = new WebSocket(it.api.liveUrl(id), { headers: { authorization: `Bearer ${token}` } });
  onTestFinished(() => socket.terminate());
  const doc = new Y.Doc();
  doc.getArray("cells").push([new Y.Map([["source", "evil"]])]);
  return new Promise((resolve) => {
    socket.on("open", () => socket.send(encodeFrame({ type: "update", update: Y.encodeStateAsUpdate(doc) })));
    socket.on("close", resolve);
  });
}
