/** A notebook that a page has open and another program changes: real server, real host, real files. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { startServer } from "../../src/server/server.ts";
import { CellId } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aProvider } from "./kernel-support.ts";
import { aNotebook } from "./server/memory-host.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

async function aServedNotebook() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-conflicts-")));
  const folder = join(base, "project");
  mkdirSync(folder);
  const file = join(folder, "nb.ipynb");
  writeFileSync(file, JSON.stringify(aNotebook(["lr = 1", "n = 1"])));
  const common = { stateFolder: join(base, "state"), version: "1.2.3", logger: silentLogger };
  const host = createLocalHost({ ...common, kernels: aProvider() });
  const server = await startServer({ ...common, host, folder, port: 0, kind: "up" });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
  const api = new ApiClient({ baseUrl: server.url, token: server.token, using: "browser" });
  const { id } = await api.openNotebook({ path: "nb.ipynb" });
  const page = aLiveClient(api, id);
  await page.synced();
  const notebook = openLiveNotebook(page.doc, page.results);
  const outside = (from: string, to: string) =>
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
  const source = (index: number) => notebook.cell(CellId.of(`cell-${index}`))?.source;
  return { api, id, page, file, folder, notebook, outside, source };
}

const byAna = { type: "person", label: "ana/browser" } as const;

test("a page sees what changed in the file, a conflict with its three ways, and the decision", async () => {
  const { api, id, page, file, notebook, outside, source } = await aServedNotebook();
  outside("n = 1", "n = 2");
  await waitFor("the edit of the file", () => source(1) === "n = 2");
  notebook.apply({ type: "set-source", id: CellId.of("cell-0"), source: "lr = 5" }, byAna);
  outside("lr = 1", "lr = 7");
  await waitFor("the conflict", () => page.live()?.conflicts.length === 1);
  const conflict = { cellId: "cell-0", what: "source", base: "lr = 1", mine: "lr = 5", theirs: "lr = 7" };
  expect(await api.conflicts(id)).toEqual({ conflicts: [conflict], copies: [] });
  const again = aLiveClient(api, id);
  await again.synced();
  expect(again.live()?.conflicts).toEqual([conflict]);
  expect(await api.resolveConflict(id, { cellId: "cell-0", choice: "theirs" })).toEqual({
    conflicts: [],
    copies: [],
  });
  await waitFor("the decision", () => page.live()?.conflicts.length === 0 && source(0) === "lr = 7");
  await expect(api.resolveConflict(id, { cellId: "cell-0", choice: "mine" })).rejects.toMatchObject({
    code: "no-such-conflict",
  });
  await api.save(id);
  expect(readFileSync(file, "utf8")).toContain("lr = 7");
  expect(readFileSync(file, "utf8")).not.toContain("conflict");
});

test("a file that is broken is told, and a copy beside the notebook can be merged", async () => {
  const { api, id, page, file, folder, source } = await aServedNotebook();
  const good = readFileSync(file, "utf8");
  writeFileSync(file, good.slice(0, 50));
  await waitFor("the state", () => page.live()?.save.type === "waiting");
  writeFileSync(file, good);
  await waitFor("the good version", () => page.live()?.save.type === "saved");
  const name = "nb.sync-conflict-20261124-101500-ABCDEFG.ipynb";
  writeFileSync(join(folder, name), good.replace("n = 1", "n = 9"));
  expect(await api.conflicts(id)).toEqual({ conflicts: [], copies: [name] });
  expect(await api.mergeCopy(id, { name })).toMatchObject({
    conflicts: [{ cellId: "cell-1", mine: "n = 1", theirs: "n = 9" }],
    copies: [],
  });
  expect(source(1)).toBe("n = 1");
  await expect(api.mergeCopy(id, { name: "../nb.ipynb" })).rejects.toMatchObject({ code: "no-such-copy" });
});
