/** What a pipeline told is read over HTTP: series, lines, templates, files, by those who may see its notebook. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { LiveMessage } from "../../src/api/live.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { TelemetryClient } from "../../src/client/telemetry-client.ts";
import { createToken } from "../../src/people/token.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { FileTelemetry } from "../../src/store/telemetry/file-telemetry.ts";
import type { RunTelemetry } from "../../src/telemetry/telemetry-store.ts";
import { RunId } from "../../src/util/ids.ts";
import { aRunSnapshot, MemoryRun } from "./server/memory-host.ts";
import { aLiveClient, aServer, type TestServer } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

const id = RunId.of("run_0123456789");
let it: TestServer;
let telemetry: RunTelemetry;
let client: TelemetryClient;

beforeEach(async () => {
  it = await aServer();
  const store = new FileTelemetry({ stateFolder: it.stateFolder, durability: "process" });
  onTestFinished(() => store.close());
  it.host.telemetry = store;
  writeFileSync(join(it.folder, "a.ipynb"), "{}");
  await it.api.openNotebook({ path: "a.ipynb" });
  const [session] = it.host.sessions;
  if (!session) throw new Error("no session");
  it.host.show(new MemoryRun(session, aRunSnapshot(session, { id })));
  telemetry = await store.open(id);
  client = new TelemetryClient(it.api, id);
});

const metrics = (step: number, values: object) =>
  JSON.stringify({ type: "metrics", time: 100 + step, step, values });
const log = (level: string, text: string) => JSON.stringify({ type: "log", time: 1, level, text });

test("series as numbers and as text, with what is not finite", async () => {
  const lines = Array.from({ length: 5_000 }, (_, step) =>
    metrics(step, { loss: step === 1_234 ? 999 : step === 77 ? "NaN" : 1 / (step + 1) }),
  );
  await telemetry.appendLines("w", 0, lines);
  const overview = await client.overview();
  expect(overview.series).toEqual([
    expect.objectContaining({ name: "loss", count: 5_000, notFinite: 1, max: 999, maxStep: 4_999 }),
  ]);
  const [view, ...others] = await client.series({ names: ["loss", "none"], axis: "step", points: 200 });
  expect(others).toEqual([]);
  expect(view).toMatchObject({ total: 5_000, axis: "step", notFinite: [{ value: "NaN" }] });
  expect(view?.x.length).toBeLessThanOrEqual(200);
  expect(Math.max(...(view?.max ?? []))).toBe(999);
  const close = await it.api.get<unknown>(
    `/api/runs/${id}/series?names=loss&axis=time&from=177000&to=178000`,
  );
  expect(close).toEqual([
    {
      ...{ name: "loss", axis: "time", revision: 5_000, total: 2, x: [177_000, 178_000] },
      ...{ min: [null, 1 / 79], max: [null, 1 / 79], last: [null, 1 / 79] },
      notFinite: [{ x: 177_000, value: "NaN" }],
    },
  ]);
  const csv = await fetch(client.csvAddress("loss"), {
    headers: { authorization: `Bearer ${it.api.token}` },
  });
  expect((await csv.text()).split("\n").slice(0, 3)).toEqual(["step,time,value", "0,100,1", "1,101,0.5"]);
});

test("lines by place, level, template and text", async () => {
  const lines = Array.from({ length: 3_000 }, (_, at) =>
    at === 2_000 ? log("error", "Disk sda1 FULL") : log("info", `step ${at} took ${at * 2} ms`),
  );
  await telemetry.appendLines("w", 0, lines);
  const page = await client.logs({ from: -2, limit: 10 });
  expect(page).toMatchObject({ total: 3_000, matching: 3_000 });
  expect(page.lines.map(({ index, text }) => [index, text])).toEqual([
    [2_998, "step 2998 took 5996 ms"],
    [2_999, "step 2999 took 5998 ms"],
  ]);
  const [rare, usual] = await client.templates();
  expect(rare).toMatchObject({ level: "error", count: 1, pattern: "Disk sda1 FULL", firstIndex: 2_000 });
  expect(usual).toMatchObject({ count: 2_999, pattern: "step <*> took <*> ms" });
  const found = [
    await client.logs({ levels: ["error", "critical"] }),
    await client.logs({ search: "disk SDA1" }),
    await client.logs({ template: rare?.id ?? -1 }),
    await client.logs({ from: -1, levels: ["error"] }),
  ];
  for (const { lines: some, matching } of found)
    expect([some.map(({ index }) => index), matching]).toEqual([[2_000], 1]);
});

test("an open page hears within a moment that more has come", async () => {
  const [session] = it.host.sessions;
  const page = aLiveClient(it.api, session?.id ?? "");
  const heard: LiveMessage[] = [];
  page.onMessage((message) => heard.push(message));
  await page.synced();
  const times: number[] = [];
  for (let step = 0; step < 20; step++) {
    const beganMs = performance.now();
    await telemetry.appendLines("w", step, [metrics(step, { loss: step })]);
    const revision = step + 1;
    await waitFor("the news", () =>
      heard.some((one) => one.type === "telemetry" && one.runId === id && one.revision >= revision),
    );
    times.push(performance.now() - beganMs);
  }
  // The median, since the machine may be busy with something else.
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(300);
});

test("files by their hash, as what runs nothing", async () => {
  const bytes = Buffer.from("<script>alert(1)</script>");
  const sha = createHash("sha256").update(bytes).digest("hex");
  expect(await telemetry.putBlob(sha, 0, bytes.length, bytes.subarray(0, 10))).toEqual({ received: 10 });
  await expect(telemetry.putBlob(sha, 20, bytes.length, bytes.subarray(20))).rejects.toMatchObject({
    code: "log-gap",
    received: 10,
  });
  expect(await telemetry.blobSize(sha)).toBe(10);
  const get = () =>
    fetch(client.blobAddress(sha, "text/html"), { headers: { authorization: `Bearer ${it.api.token}` } });
  expect((await get()).status).toBe(404);
  expect(await telemetry.putBlob(sha, 5, bytes.length, bytes.subarray(5))).toEqual({
    received: bytes.length,
  });
  const answer = await get();
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  await expect(telemetry.putBlob("0".repeat(64), 0, 1, Buffer.from("x"))).rejects.toMatchObject({
    code: "bad-blob",
  });
  expect(await telemetry.blobSize("0".repeat(64))).toBeNull();
});

test("a link reaches the telemetry of its notebook's runs and of no other", async () => {
  await telemetry.appendLines("w", 0, [metrics(1, { loss: 1 })]);
  const status = async (path: string): Promise<string> => {
    const token = createToken();
    const scope = { type: "notebook", path: join(it.folder, path) } as const;
    const rights = { view: true, edit: false, execute: false };
    const share = { id: createShareId(), who: "ben", name: "Ben", rights, scope };
    shareStore(it.stateFolder).add({ ...share, createdAtMs: Date.now(), expiresAtMs: null }, token);
    const reader = new TelemetryClient(new ApiClient({ baseUrl: it.server.url, token }), id);
    return reader.overview().then(
      () => "seen",
      (error) => error.code,
    );
  };
  expect([await status("a.ipynb"), await status("b.ipynb")]).toEqual(["seen", "no-such-run"]);
  await expect(new TelemetryClient(it.api, "run_nothing000").overview()).rejects.toMatchObject({
    code: "no-such-run",
  });
});
