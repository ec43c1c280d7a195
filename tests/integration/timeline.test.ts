/** A notebook's timeline holds what everybody did: runs, edits, other programs, the kernel, versions, comments. */
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
import type { TimelineView } from "../../src/api/timeline.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { CommentsClient } from "../../src/client/comments-client.ts";
import { HistoryClient } from "../../src/client/history-client.ts";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import { startServer } from "../../src/server/server.ts";
import { MemoryRunLedger } from "../../src/store/memory/run-ledger.ts";
import { originOf } from "../../src/usecases/edit-origin.ts";
import { CellId, randomToken } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aNotebook } from "./server/memory-host.ts";
import { waitFor } from "./server/wait-for.ts";

async function aNotebookWithALife() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-timeline-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const file = join(folder, "a.ipynb");
  writeFileSync(file, JSON.stringify(aNotebook(["lr = 1", "y = 2"])));
  const host = createLocalHost({
    ...{ stateFolder, version: "0", runStore: new MemoryRunLedger() },
    kernels: new ScriptedProvider(() => ({})),
  });
  const server = await startServer({
    ...{ host, folder, stateFolder, kind: "up", version: "0", port: 0, logger: silentLogger },
  });
  onTestFinished(async () => {
    await server.close();
    await host.close();
  });
  const api = new ApiClient({ baseUrl: server.url, token: server.token, using: "browser" });
  const { id } = await api.openNotebook({ path: "a.ipynb" });
  const session = host.notebooks()[0];
  if (!session) throw new Error("not open");
  session.keep();
  const timeline = (query = ""): Promise<TimelineView> => api.get(`/api/notebooks/${id}/timeline?${query}`);
  return { api, host, id, file, session, timeline };
}

test("everything, newest first, each with who did it; by kind, by actor, page by page", async () => {
  const { api, host, id, file, session, timeline } = await aNotebookWithALife();
  const bo = originOf({ kind: "person", who: "bo", using: "browser", displayName: "Bo" });
  session.live.apply({ type: "set-source", id: CellId.of("cell-0"), source: "lr = 3" }, bo);
  await session.durable();
  await new HistoryClient(api, id).nameVersion({ name: "first" });
  await api.kernel(id, { action: "restart" }).catch(() => api.kernel(id, { action: "start" }));
  const run = await api.startRun({ notebookId: id, output: { type: "in-place" }, name: "train-7" });
  await host.run(run.id)?.ended;
  await new CommentsClient(api, id).add({
    id: randomToken(12),
    anchor: { cellId: "cell-1", output: null },
    text: "why two?",
  });
  await api.save(id);
  const text = readFileSync(file, "utf8");
  writeFileSync(`${file}.new`, text.replace("y = 2", "y = 4"));
  renameSync(`${file}.new`, file);
  await waitFor("the merge", () => session.live.cell(CellId.of("cell-1"))?.source === "y = 4");
  const all = await timeline();
  const kinds = new Set(all.events.map(({ kind }) => kind));
  for (const kind of ["run", "step", "edit", "version", "kernel", "outside", "comment"] as const)
    expect(kinds, kind).toContain(kind);
  const times = all.events.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(new Set(all.events.map(({ key }) => key)).size).toBe(all.events.length);
  expect(all.events.find(({ kind }) => kind === "comment")).toMatchObject({
    ...{ text: "Commented on cell 2", reason: "why two?", cellId: "cell-1" },
  });
  expect(all.events.find(({ kind }) => kind === "edit")).toMatchObject({
    by: { who: "bo" },
    text: expect.stringMatching(/^Edited cell 1/),
  });
  expect(
    all.events.filter(({ kind }) => kind === "step").map(({ by, runId }) => [by.displayName, runId]),
  ).toEqual([
    ["train-7", run.id],
    ["train-7", run.id],
  ]);
  expect(all.actors.map(({ displayName }) => displayName)).toEqual(
    expect.arrayContaining(["Bo", "train-7", "Another program"]),
  );

  const edits = await timeline("kind=edit&kind=outside");
  expect(new Set(edits.events.map(({ kind }) => kind))).toEqual(new Set(["edit", "outside"]));
  expect((await timeline("who=person:bo")).events.map(({ by }) => by.who)).toEqual(["bo"]);
  expect(new Set((await timeline("who=pipeline:train-7")).events.map(({ by }) => by.displayName))).toEqual(
    new Set(["train-7"]),
  );

  const paged: string[] = [];
  for (let before = ""; ; ) {
    const page = await timeline(`limit=3${before === "" ? "" : `&before=${encodeURIComponent(before)}`}`);
    expect(page.events.length).toBeLessThanOrEqual(3);
    paged.push(...page.events.map(({ key }) => key));
    if (!page.more) break;
    before = page.events.at(-1)?.key ?? "";
  }
  expect(paged).toEqual((await timeline("limit=500")).events.map(({ key }) => key));
});

test("where nothing happened, there is the notebook as it was opened, which nobody did", async () => {
  const { session, timeline } = await aNotebookWithALife();
  await expect.poll(async () => (await session.history?.versions())?.length, { timeout: 10_000 }).toBe(1);
  const { events, actors, more } = await timeline();
  expect(events).toMatchObject([{ kind: "version", text: "As it was opened", version: 1 }]);
  expect([actors, more]).toEqual([[], false]);
});
