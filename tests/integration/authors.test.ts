/** Authors are `<who>/<with what>`: who is verified, with what is shown; API, live channel and ledger agree. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { type Party, partyLabel } from "../../src/people/party.ts";
import { createToken } from "../../src/people/token.ts";
import { startServer } from "../../src/server/server.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { CellId } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

async function aProgram() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-authors-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const cell = (id: string, tags: readonly string[] = []) => ({
    ...{ cell_type: "code", execution_count: null, id, metadata: { tags }, outputs: [], source: "x = 1" },
  });
  const notebook = { cells: [cell("a"), cell("b", ["hold"])], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(folder, "nb.ipynb"), JSON.stringify(notebook));
  const host = createLocalHost({ stateFolder, version: "0", kernels: new ScriptedProvider(() => ({})) });
  const common = { host, folder, stateFolder, logger: silentLogger, version: "0", port: 0 };
  const server = await startServer({ ...common, kind: "up", env: { LOOPBOOK_NAME: "Ana" } });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
  const client = (token: string, using?: string) =>
    new ApiClient({ baseUrl: server.url, token, ...(using && { using }) });
  const share = (who: string, name: string): string => {
    const token = createToken();
    const rights = { view: true, edit: true, execute: true };
    const scope = { type: "folder", path: folder } as const;
    const more = { id: createShareId(), createdAtMs: Date.now(), expiresAtMs: null };
    shareStore(stateFolder).add({ ...more, who, name, rights, scope }, token);
    return token;
  };
  return { host, server, client, share };
}

test("whatever the way in, the record says who it was and shows with what", async () => {
  const { host, server, client, share } = await aProgram();
  const ana = client(server.token, "cli");
  const ben = client(share("ben", "Ben"), "trainer");
  const { id } = await ben.openNotebook({ path: "nb.ipynb" });
  const session = host.notebooks()[0];
  const origins: string[] = [];
  session?.live.onChange(({ origin }) => origins.push((origin as { label: string }).label));

  const channel = aLiveClient(ben, id);
  await channel.synced();
  openLiveNotebook(channel.doc).apply(
    { type: "set-source", id: CellId.of("a"), source: "lr = 1" },
    { type: "person", label: "ana/cli" },
  );
  await channel.acknowledged();
  await ben.setValues(id, { values: { best: 2 }, create: true });
  expect(origins).toEqual(["ben/trainer", "ben/trainer"]);

  const run = await ben.startRun({ notebookId: id, output: { type: "in-place" } });
  await waitFor("the hold", () => host.runs()[0]?.snapshot().hold?.kind === "tag");
  await ana.command(run.id, { type: "approve", reason: "looks right" });
  await host.runs()[0]?.ended;
  const record = await ana.run(run.id);
  expect(partyLabel(record.startedBy)).toBe("ben/trainer");
  const by = record.events.filter(({ type }) => /approve/.test(type)).map((event) => event.by as Party);
  expect(by.map(partyLabel)).toEqual(["local/cli"]);
  expect(by.map(({ displayName }) => displayName)).toEqual(["Ana"]);
  // What a client says of itself is no more than shown, whatever it says.
  const odd = client(share("eve", "Eve"), "local/cli");
  expect((await odd.status()).you).toMatchObject({ who: "eve", using: "program" });
});
