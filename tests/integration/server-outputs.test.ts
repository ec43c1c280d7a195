/** Outputs by reference, over HTTP: as much of them as somebody looks at, and inert. */
import { expect, test } from "vitest";
import { LogFollower, wholeOutputs } from "../../src/cli/player/whole-outputs.ts";
import { OutputsClient } from "../../src/client/outputs-client.ts";
import { OutputKeeper } from "../../src/document/output-keeper.ts";
import type { OutputStore } from "../../src/document/output-store.ts";
import type { Output } from "../../src/nbformat/notebook.ts";
import { FileOutputStores } from "../../src/store/outputs/file-outputs.ts";
import { CellId, OutputRef } from "../../src/util/ids.ts";
import { aNotebook, MemoryHost } from "./server/memory-host.ts";
import { aLiveClient, aServer, VIEW_TOKEN } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function aNotebookWithOutputs() {
  const it = await aServer();
  const session = await it.host.openNotebook(`${it.folder}/a.ipynb`);
  const store: OutputStore = new FileOutputStores({ stateFolder: it.stateFolder }).of(session.id);
  Object.assign(session, { outputs: { store } });
  const get = (ref: string, rest = "", headers: Record<string, string> = {}, token = it.server.token) =>
    fetch(`${it.server.url}/api/notebooks/${session.id}/outputs/${ref}${rest}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  return {
    ...it,
    session,
    store,
    get,
    client: new OutputsClient(it.api, session.id),
    ref: OutputRef.create(),
  };
}

const display = (data: Record<string, string>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});

test("a value is sent as what it is, to everybody who may look, and again only when it changed", async () => {
  const { store, get, ref, client } = await aNotebookWithOutputs();
  const output = display({ "image/png": PIXEL, "text/plain": "a pixel" });
  const { seq } = store.put(ref, output);
  expect(await client.value(ref)).toEqual(output);
  const image = await get(ref, "/data?mime=image/png", {}, VIEW_TOKEN);
  expect(image.headers.get("content-type")).toBe("image/png");
  expect(image.headers.get("x-content-type-options")).toBe("nosniff");
  expect(Buffer.from(await image.arrayBuffer()).toString("base64")).toBe(PIXEL);
  expect(image.headers.get("etag")).toBe(`"${seq}"`);
  const again = { "if-none-match": `"${seq}"`, "cache-control": "max-age=0" };
  expect((await get(ref, "/data?mime=image/png", again)).status).toBe(304);
  expect((await get(ref, "", again)).status).toBe(304);
  store.put(ref, output);
  expect((await get(ref, "", again)).status).toBe(200);
});

test("HTML and SVG opened by themselves run nothing and ask nobody", async () => {
  const { store, get, ref } = await aNotebookWithOutputs();
  const data = { "text/html": "<script>alert(1)</script>", "image/svg+xml": "<svg><script>1</script></svg>" };
  store.put(ref, display(data));
  for (const [mime, text] of Object.entries(data)) {
    const answer = await get(ref, `/data?${new URLSearchParams({ mime })}`);
    expect(answer.headers.get("content-type")).toContain(mime);
    expect(answer.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
    expect(await answer.text()).toBe(text);
  }
});

test("what is not there is not found, and no name reaches beyond the store", async () => {
  const { store, get, ref, client } = await aNotebookWithOutputs();
  store.put(ref, display({ "text/plain": "x" }));
  expect((await get(ref, "/data?mime=image/png")).status).toBe(404);
  expect((await get(ref, "/data?mime=x%0d%0aSet-Cookie:1")).status).toBe(400);
  expect((await get(ref, "/lines?to=5")).status).toBe(404);
  for (const wrong of [OutputRef.create(), "..%2f..%2fsnapshot", "__proto__"])
    expect((await get(wrong)).status).toBe(404);
  await expect(client.value(OutputRef.create())).rejects.toMatchObject({ code: "no-such-output" });
});

test("a log of a million lines is read and searched in parts", async () => {
  const { store, get, ref, client } = await aNotebookWithOutputs();
  for (let from = 0; from < 1_000_000; from += 10_000) {
    store.append(
      ref,
      0,
      Array.from(
        { length: 10_000 },
        (_, index) => `step ${from + index} loss=${(from + index) % 977}\n`,
      ).join(""),
    );
  }
  const lines = await client.lines(ref, 765_432, 765_434);
  expect(lines).toMatchObject({ lines: ["step 765432 loss=441", "step 765433 loss=442"], total: 1_000_000 });
  expect((await client.lines(ref, 0, 900_000)).lines).toHaveLength(5_000);
  expect(await client.search(ref, "step 99999")).toMatchObject({
    lines: [99_999, ...Array.from({ length: 10 }, (_, i) => 999_990 + i)],
    count: 11,
  });
  const found = await client.search(ref, "loss=441", { limit: 5 });
  expect([found.lines.length, found.count]).toEqual([5, 1_024]);
  const text = await (await get(ref, "/text")).text();
  expect(text.length).toBeGreaterThan(19_000_000);
  expect(text.endsWith("step 999999 loss=528\n")).toBe(true);
}, 30_000);

test("a terminal says every line of a log once, from where it was short, and shows it whole", async () => {
  const { store, client } = await aNotebookWithOutputs();
  const log = new OutputKeeper(store).beginLog(CellId.of("a"), "stdout");
  const said: string[] = [];
  const follower = new LogFollower(client, (text) => said.push(text));
  const given = (): string => "line 0\nli";
  let all = "";
  for (let from = 0; from < 12_000; from += 3_000) {
    const text = Array.from({ length: 3_000 }, (_, index) => `line ${from + index}\n`).join("");
    log.append(0, text);
    all += text;
    follower.note([log.face()], given);
  }
  log.append(0, "the last");
  await follower.end([log.face()], given);
  expect(`${given()}${said.join("")}`).toBe(`${all}the last\n`);
  expect(await wholeOutputs(client, [log.face()])).toMatchObject([{ text: `${all}the last\n` }]);
});

test("a page is told what is written where it looks, and of other cells that run when they have ended", async () => {
  const it = await aServer({ host: new MemoryHost(() => aNotebook(["1", "2"])) });
  const session = await it.host.openNotebook(`${it.folder}/a.ipynb`);
  const [here, there] = session.live.cellIds() as [CellId, CellId];
  const client = aLiveClient(it.api, session.id);
  await client.synced();
  client.look([here]);
  const by = { type: "run", label: "test" } as const;
  const print = (id: CellId, text: string): void =>
    void session.live.write(
      [{ type: "append-output", id, output: { output_type: "stream", name: "stdout", text } }],
      by,
    );
  const count = (id: CellId): number => client.results.of(id).outputs.length;
  for (const id of [here, there]) session.live.write([{ type: "begin-execution", id }], by);
  await waitFor("both to run", () => client.results.of(there).executionState === "running", 5_000);
  for (let line = 0; line < 20; line++) {
    print(there, `there ${line}`);
    print(here, `here ${line}`);
  }
  await waitFor("what is looked at", () => count(here) === 20, 5_000);
  expect(count(there)).toBe(0);
  client.look([there]);
  await waitFor("what was held back", () => count(there) === 20, 5_000);
  client.look([]);
  print(here, "unseen");
  session.live.write([{ type: "end-execution", id: here, executionCount: 1 }], by);
  await waitFor("the end", () => client.results.of(here).executionState === "idle", 5_000);
  expect(count(here)).toBe(21);
});
