/** Files and folders over HTTP: moving with notebooks in them, trash and back, uploads, searching, archives. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { SearchLine } from "../../src/api/files.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import {
  archiveAddress,
  contentAddress,
  FilesClient,
  searchAddress,
  searchLines,
  uploadAddress,
} from "../../src/client/files-client.ts";
import { createToken } from "../../src/people/token.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import type { Host } from "../../src/usecases/host.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { rawZip } from "./archive-support.ts";

let folder = "";
let stateFolder = "";
let host: Host;
let server: RunningServer;
let api: ApiClient;
let files: FilesClient;

beforeEach(async () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-files-")));
  folder = join(base, "project");
  stateFolder = join(base, "state");
  mkdirSync(folder);
  const before = process.env.XDG_DATA_HOME;
  process.env.XDG_DATA_HOME = join(base, "data");
  host = createLocalHost({ stateFolder, version: "0", logger: silentLogger });
  server = await startServer({
    host,
    folder,
    kind: "up",
    port: 0,
    stateFolder,
    version: "0",
    logger: silentLogger,
  });
  api = new ApiClient({ baseUrl: server.url, token: server.token });
  files = new FilesClient(api);
  onTestFinished(async () => {
    await server.close();
    await host.close();
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
    rmSync(base, { recursive: true, force: true });
  });
});

const notebook = (source: string, printed = ""): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { cell_type: "markdown", id: "title", metadata: {}, source: "# Title" },
      {
        cell_type: "code",
        id: "work",
        metadata: { tags: ["parameters"] },
        source,
        execution_count: 1,
        outputs: printed === "" ? [] : [{ output_type: "stream", name: "stdout", text: printed }],
      },
    ],
  });

function write(name: string, content: string | Buffer): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content);
}
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const names = async (path = ""): Promise<string[]> => (await api.files(path)).entries.map(({ name }) => name);

/** A request as programs make it. */
function ask(address: string, init: RequestInit = {}, token = server.token): Promise<Response> {
  return fetch(`${server.url}${address}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  });
}

function upload(
  path: string,
  content: string | Uint8Array,
  onClash = "refuse",
  token?: string,
): Promise<Response> {
  const headers = { "content-type": "application/octet-stream" };
  return ask(uploadAddress(path, onClash), { method: "POST", headers, body: content as BodyInit }, token);
}

function share(path: string, rights: { view: boolean; edit: boolean; execute: boolean }): string {
  const token = createToken();
  const type = path.endsWith(".ipynb") ? "notebook" : "folder";
  shareStore(stateFolder).add(
    {
      id: createShareId(),
      who: "ben",
      name: "Ben",
      rights,
      scope: { type, path: join(folder, path) },
      createdAtMs: 1,
      expiresAtMs: null,
    },
    token,
  );
  return token;
}

test("a folder moves with everything in it: an open notebook goes on, a closed one keeps its room", async () => {
  write("old/open.ipynb", notebook("x = 1"));
  write("old/deep/closed.ipynb", notebook("y = 1"));
  write("old/data.csv", "a,b\n1,2\n");
  const closed = await api.openNotebook({ path: "old/deep/closed.ipynb" });
  await api.setValues(closed.id, { values: {} });
  host.notebook(closed.id as never)?.keep();
  await host.notebook(closed.id as never)?.durable();
  await api.closeNotebook(closed.id);
  const { id } = await api.openNotebook({ path: "old/open.ipynb" });
  await api.moveFile({ from: "old", to: "new" });
  expect(await names()).toEqual(["new"]);
  expect((await api.notebook(id)).path).toBe("new/open.ipynb");
  await api.setValues(id, { values: { x: 2 } });
  expect((await api.save(id)).type).toBe("saved");
  expect(read("new/open.ipynb")).toContain("x = 2");
  expect(existsSync(join(folder, "old"))).toBe(false);
  expect((await api.openNotebook({ path: "new/deep/closed.ipynb" })).id).toBe(closed.id);
  await expect(api.moveFile({ from: "new", to: "new/inside" })).rejects.toMatchObject({ code: "bad-name" });
  mkdirSync(join(folder, "taken"));
  await expect(api.moveFile({ from: "new", to: "taken" })).rejects.toMatchObject({ code: "notebook-exists" });
});

test("files and folders are copied, go into the trash, and come back; also beside what took their place", async () => {
  write("sub/a.txt", "A");
  symlinkSync("/etc/passwd", join(folder, "sub/link"));
  await api.copyFile({ from: "sub", to: "sub 2" });
  expect(readdirSync(join(folder, "sub 2"))).toEqual(["a.txt"]);
  await api.trashFile("sub 2");
  await api.trashFile("sub/a.txt");
  expect(await names()).toEqual(["sub"]);
  const [newest, older] = [...(await files.trash(""))].sort((a, b) => a.path.localeCompare(b.path));
  expect([newest?.path, older?.path]).toEqual(["sub 2", "sub/a.txt"]);
  write("sub/a.txt", "another");
  expect(await files.restore(older?.id ?? "")).toEqual({ path: "sub/a 2.txt" });
  expect(await files.restore(newest?.id ?? "")).toEqual({ path: "sub 2" });
  expect([read("sub/a.txt"), read("sub/a 2.txt"), read("sub 2/a.txt")]).toEqual(["another", "A", "A"]);
  expect(await files.trash("")).toEqual([]);
  await expect(files.restore(older?.id ?? "")).rejects.toMatchObject({ code: "not-in-trash" });
  await expect(api.trashFile(".")).rejects.toMatchObject({ code: "bad-request" });
});

test("an upload appears whole or not at all, never over a file that nobody meant", async () => {
  expect((await upload("a/b/c.txt", "one")).status).toBe(201);
  expect(read("a/b/c.txt")).toBe("one");
  expect((await upload("a/b/c.txt", "two")).status).toBe(409);
  expect(await (await upload("a/b/c.txt", "two", "keep-both")).json()).toEqual({ path: "a/b/c 2.txt" });
  expect(await (await upload("a/b/c.txt", "three", "skip")).json()).toEqual({ path: null });
  expect((await upload("a/b/c.txt", "four", "replace")).status).toBe(201);
  expect(read("a/b/c.txt")).toBe("four");
  expect((await files.clashes("a/b", ["c.txt", "d.txt", "../b/c.txt", "../../../etc/passwd"])).taken).toEqual(
    ["c.txt", "../b/c.txt"],
  );

  mkdirSync(join(folder, ".loopbook"));
  writeFileSync(join(folder, ".loopbook/settings.json"), '{"uploadMB": 1}');
  const big = await upload("big.bin", new Uint8Array(2 * 1024 * 1024));
  expect([big.status, ((await big.json()) as { code: string }).code]).toEqual([413, "too-big"]);
  expect(await names()).toEqual(["a"]);

  // Who goes away in the middle leaves nothing.
  await new Promise<void>((resolve) => {
    const half = httpRequest(`${server.url}${uploadAddress("half.bin", "refuse")}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.token}`,
        "content-type": "application/octet-stream",
        "content-length": 1000,
      },
    });
    half.on("error", () => resolve());
    half.write("half");
    setTimeout(() => half.destroy(), 200);
  });
  await expect.poll(() => readdirSync(folder).filter((name) => name.includes("half"))).toEqual([]);
});

test("nothing leads out of the folder, by no name and no link", async () => {
  symlinkSync(tmpdir(), join(folder, "out"));
  for (const path of ["../x.txt", "/etc/x.txt", "out/x.txt", "out/new/x.txt", "a/../../x.txt"]) {
    expect([path, (await upload(path, "x")).status]).toEqual([path, 403]);
    expect([403, 404]).toContain((await ask(contentAddress(path))).status);
  }
  for (const to of ["../x", "out/x"]) {
    await expect(files.makeFolder(to)).rejects.toMatchObject({ code: "outside-folder" });
    await expect(files.prepareArchive({ paths: [to] })).rejects.toMatchObject({ code: "outside-folder" });
  }
});

test("a file is sent as what runs nothing, in parts where that is asked for", async () => {
  write("evil.html", "<script>alert(1)</script>");
  write("evil.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
  write("data.bin", Buffer.from([0, 1, 2, 3]));
  write("log.txt", "0123456789");
  const kind = async (path: string, download = false) => {
    const { headers } = await ask(contentAddress(path, download));
    return [
      headers.get("content-type"),
      headers.get("content-disposition")?.split(";")[0] ?? null,
      headers.get("x-content-type-options"),
      headers.get("content-security-policy")?.includes("sandbox"),
    ];
  };
  expect(await kind("evil.html")).toEqual(["text/plain; charset=utf-8", null, "nosniff", true]);
  expect(await kind("evil.svg")).toEqual(["image/svg+xml", null, "nosniff", true]);
  expect(await kind("data.bin")).toEqual(["application/octet-stream", "attachment", "nosniff", true]);
  expect(await kind("log.txt", true)).toEqual(["application/octet-stream", "attachment", "nosniff", true]);
  const part = await ask(contentAddress("log.txt"), { headers: { range: "bytes=2-4" } });
  expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([
    206,
    "234",
    "bytes 2-4/10",
  ]);
  expect((await ask(contentAddress("log.txt"), { headers: { range: "bytes=20-" } })).status).toBe(416);
});

test("a text file is saved only over what was read", async () => {
  write("notes.txt", "one");
  const mark = ((await ask(contentAddress("notes.txt"))).headers.get("etag") ?? "").slice(1, -1);
  const saved = await files.saveText("notes.txt", "two", mark);
  await expect(files.saveText("notes.txt", "three", mark)).rejects.toMatchObject({ code: "file-changed" });
  await files.saveText("notes.txt", "three", saved.mark);
  expect(read("notes.txt")).toBe("three");
});

async function search(
  query: string,
  more: { hidden?: boolean; matchCase?: boolean } = {},
  token?: string,
): Promise<SearchLine[]> {
  const address = searchAddress({ query, path: "", hidden: false, matchCase: false, ...more });
  const found: SearchLine[] = [];
  for await (const line of searchLines(await ask(address, {}, token))) found.push(line);
  return found;
}

test("text is found in files, and in notebooks by cell; what is ignored or hidden is not, until it is asked for", async () => {
  write("train.ipynb", notebook("learning_rate = 0.1", "the Needle is printed\n"));
  write("readme.md", "a\nfind the needle here\n");
  write("build/out.txt", "needle");
  write(".secret/x.txt", "needle");
  write("data.bin", Buffer.concat([Buffer.from("needle"), Buffer.alloc(10)]));
  write(".gitignore", "build/\n");
  const found = await search("needle");
  expect(found).toEqual([
    expect.objectContaining({ path: "readme.md", line: 2, text: "find the needle here", at: 9, length: 6 }),
    expect.objectContaining({ path: "train.ipynb", cell: { id: "work", number: 2, in: "output" } }),
    { type: "end", why: "all", files: 3 },
  ]);
  expect(
    (await search("needle", { hidden: true })).map((line) => line.type === "hit" && line.path),
  ).toContain("build/out.txt");
  expect(await search("NEEDLE", { matchCase: true })).toEqual([{ type: "end", why: "all", files: 3 }]);
  expect(await search("learning_rate")).toEqual([
    expect.objectContaining({ path: "train.ipynb", cell: { id: "work", number: 2, in: "source" } }),
    { type: "end", why: "all", files: 3 },
  ]);
  expect((await files.names("", false)).paths).toEqual(["data.bin", "readme.md", "train.ipynb"]);
});

test("a shared link finds, packs and changes what it is for, and nothing else", async () => {
  write("sub/a.txt", "needle");
  write("other.txt", "needle");
  const look = share("sub", { view: true, edit: false, execute: false });
  const found = await search("needle", {}, look);
  expect(found.flatMap((line) => (line.type === "hit" ? line.path : []))).toEqual(["sub/a.txt"]);
  expect((await upload("sub/b.txt", "x", "refuse", look)).status).toBe(403);
  expect((await ask(contentAddress("other.txt"), {}, look)).status).toBe(403);
  const theirs = new FilesClient(new ApiClient({ baseUrl: server.url, token: look }));
  await expect(theirs.prepareArchive({ paths: ["other.txt"] })).rejects.toMatchObject({
    code: "outside-share",
  });
  const mine = await files.prepareArchive({ paths: ["other.txt"] });
  await expect(theirs.archive(mine.id)).rejects.toMatchObject({ code: "no-such-archive" });
  const edit = share("sub", { view: true, edit: true, execute: false });
  expect((await upload("sub/b.txt", "x", "refuse", edit)).status).toBe(201);
  expect((await upload("b.txt", "x", "refuse", edit)).status).toBe(403);
});

test("ticked files are packed while they are sent, and a zip is unpacked where nothing is in its way", async () => {
  write("a.txt", "A");
  write("sub/b.txt", "B");
  write("c.txt", "C");
  const view = await files.prepareArchive({ paths: ["a.txt", "sub"] });
  expect(view).toMatchObject({ name: "project.zip", total: { files: 2, bytes: 2 }, state: "prepared" });
  const response = await ask(archiveAddress(view.id));
  expect(response.headers.get("content-disposition")).toContain('filename="project.zip"');
  write("packed.zip", Buffer.from(await response.arrayBuffer()));
  await expect.poll(async () => (await files.archive(view.id)).state).toBe("done");
  mkdirSync(join(folder, "into"));
  expect(await files.planUnpack("packed.zip", "into", false)).toEqual({
    files: 2,
    bytes: 2,
    leftOut: 0,
    clashes: [],
  });
  await files.unpack({ path: "packed.zip", into: "into", hidden: false, onClash: null, removeZip: true });
  expect([read("into/a.txt"), read("into/sub/b.txt"), existsSync(join(folder, "packed.zip"))]).toEqual([
    "A",
    "B",
    false,
  ]);
  write("again.zip", rawZip([{ name: "a.txt", data: "new" }]));
  await expect(
    files.unpack({ path: "again.zip", into: "into", hidden: false, onClash: null }),
  ).rejects.toMatchObject({ code: "name-clash" });
  write("evil.zip", rawZip([{ name: "../x", data: "x" }]));
  await expect(files.planUnpack("evil.zip", "into", false)).rejects.toMatchObject({ code: "bad-archive" });
});
