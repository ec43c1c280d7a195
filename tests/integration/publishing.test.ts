/** Pages of notebooks at addresses of their own, over a real server: who may read, what they get, how long. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { PublicationView, PublishBody } from "../../src/api/publish.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { createToken } from "../../src/people/token.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import type { Host } from "../../src/usecases/host.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";

let folder = "";
let stateFolder = "";
let host: Host;
let server: RunningServer;
let api: ApiClient;

beforeEach(async () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-publish-")));
  folder = join(base, "project");
  stateFolder = join(base, "state");
  mkdirSync(folder);
  write("train.ipynb", "lr = 0.1");
  host = createLocalHost({ stateFolder, version: "0", logger: silentLogger });
  server = await start();
  api = new ApiClient({ baseUrl: server.url, token: server.token });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
});

const start = (): Promise<RunningServer> =>
  startServer({ host, folder, kind: "up", port: 0, stateFolder, version: "0", logger: silentLogger });

function write(name: string, source: string): void {
  const cell = {
    cell_type: "code",
    id: "p",
    metadata: { tags: ["parameters"] },
    source,
    execution_count: null,
    outputs: [{ output_type: "stream", name: "stdout", text: "accuracy 0.97" }],
  };
  writeFileSync(
    join(folder, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }),
  );
}

const publish = (body: PublishBody): Promise<PublicationView> => api.send("POST", "/api/publications", body);
/** As a reader without any token. */
const visit = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${address}`, { headers });
const read = async (address: string): Promise<string> => (await visit(address)).text();

test("whoever has the address reads the notebook as it is, and can do nothing else", async () => {
  const { address, id } = await publish({ path: "train.ipynb" });
  expect(address).toMatch(/^\/p\/[0-9a-z]{40}$/);
  const page = await visit(address, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
  expect(page.status).toBe(200);
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("sandbox");
  expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
  expect(page.headers.get("set-cookie")).toBeNull();
  const html = await page.text();
  expect(html).toContain("accuracy 0.97");
  expect(html).toContain('<span class="tok-number">0.1</span>');
  expect(html).not.toMatch(/<script/);
  // The address opens that page alone.
  for (const other of [
    "/api/files",
    "/",
    "/api/publications",
    `${address}/api/files`,
    `${address}?token=x`,
    "/p/",
    `/p/${"a".repeat(40)}`,
  ]) {
    const { status } = await visit(other);
    expect([other, other.startsWith(address) && other.includes("?") ? 200 : status]).toEqual([
      other,
      other.includes("?") ? 200 : other.startsWith(`/p/${"a".repeat(40)}`) ? 404 : 401,
    ]);
  }
  expect((await fetch(`${server.url}${address}`, { method: "POST" })).status).toBe(401);
  await api.setValues((await api.openNotebook({ path: "train.ipynb" })).id, { values: { lr: 0.02 } });
  expect(await read(address)).toContain("0.02");
  expect(await api.get("/api/publications")).toEqual([
    expect.objectContaining({ id, path: "train.ipynb", mode: "live", isGone: false }),
  ]);
});

test("a frozen one stays as it was, until it is frozen anew; without source it has none", async () => {
  const frozen = await publish({ path: "train.ipynb", mode: "frozen", withSource: false });
  const { id } = await api.openNotebook({ path: "train.ipynb" });
  write("train.ipynb", "lr = 0.5");
  await api.closeNotebook(id);
  const before = await read(frozen.address);
  expect(before).toContain("accuracy 0.97");
  expect(before).toContain("as of ");
  expect(before).not.toContain('class="tok-number"');
  rmSync(join(folder, "train.ipynb"));
  expect(await read(frozen.address)).toBe(before);
  const live = await api.get<PublicationView[]>("/api/publications");
  expect(live[0]?.isGone).toBe(false);
});

test("its address stays when the notebook, or its folder, gets another name, and over a restart", async () => {
  mkdirSync(join(folder, "sub"));
  write("sub/a.ipynb", "lr = 7");
  const { address } = await publish({ path: "sub/a.ipynb" });
  await api.moveFile({ from: "sub/a.ipynb", to: "sub/b.ipynb" });
  expect(await read(address)).toContain(">7<");
  await api.moveFile({ from: "sub", to: "other" });
  expect(await read(address)).toContain(">7<");
  const { token } = server;
  await server.close();
  server = await startServer({
    host,
    folder,
    kind: "up",
    port: 0,
    stateFolder,
    version: "0",
    logger: silentLogger,
    token,
  });
  expect(await read(address)).toContain(">7<");
});

test("one that was taken back shows nothing from then on, and says nothing of what it was", async () => {
  const { address, id } = await publish({ path: "train.ipynb" });
  const response = await fetch(`${server.url}/api/publications/${id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${server.token}` },
  });
  expect(response.status).toBe(204);
  const gone = await visit(address);
  expect(gone.status).toBe(404);
  expect(await gone.text()).not.toContain("train");
});

test("one for those who are signed in is closed to everybody else", async () => {
  const { address } = await publish({ path: "train.ipynb", access: "signed-in" });
  expect((await visit(address)).status).toBe(401);
  const signIn = await fetch(server.addressOf(), { redirect: "manual" });
  const cookie = signIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(await (await visit(address, { cookie })).text()).toContain("accuracy 0.97");
});

test("publishing is for who owns the machine: no shared link makes, lists or takes back a page", async () => {
  const { id } = await publish({ path: "train.ipynb" });
  const token = createToken();
  const rights = { view: true, edit: true, execute: true };
  const scope = { type: "folder", path: folder } as const;
  shareStore(stateFolder).add(
    { id: createShareId(), who: "ben", name: "Ben", rights, scope, createdAtMs: 1, expiresAtMs: null },
    token,
  );
  const ben = new ApiClient({ baseUrl: server.url, token });
  await expect(ben.send("POST", "/api/publications", { path: "train.ipynb" })).rejects.toMatchObject({
    code: "outside-share",
  });
  await expect(ben.get("/api/publications")).rejects.toMatchObject({ code: "outside-share" });
  await expect(ben.send("POST", `/api/publications/${id}/freeze`)).rejects.toMatchObject({
    code: "outside-share",
  });
  // To take a copy of what they may read is another thing.
  const file = await fetch(`${server.url}/api/export?path=train.ipynb&to=markdown`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect([file.status, file.headers.get("content-disposition")]).toEqual([
    200,
    expect.stringContaining('filename="train.md"'),
  ]);
});
