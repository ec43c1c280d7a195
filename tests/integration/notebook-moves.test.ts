/** A notebook's path is a property of its room: renaming, saving under another name, copying, deleting. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import { MemoryRunLedger } from "../../src/store/memory/run-ledger.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { waitFor } from "./server/wait-for.ts";

const first = CellId.of("a");
const by = { type: "person", label: "ana" } as const;
const ana = { kind: "person", who: "ana", using: "cli", displayName: "Ana" } as const;
let folder: string;
let state: string;
let ledger: MemoryRunLedger;

beforeEach(() => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-moves-")));
  folder = join(base, "project");
  state = join(base, "state");
  mkdirSync(folder);
  ledger = new MemoryRunLedger();
  put("nb.ipynb", "x = 0");
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
});

const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), "utf8");

function fileWith(source: string): string {
  const cell = { cell_type: "code", execution_count: null, id: "a", metadata: {}, outputs: [], source };
  return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

function put(name: string, source: string): void {
  writeFileSync(at(name), fileWith(source));
}

function aHost(): Host {
  const host = createLocalHost({
    stateFolder: state,
    version: "0",
    kernels: new ScriptedProvider(() => ({})),
    runStore: ledger,
  });
  onTestFinished(() => host.close());
  return host;
}

async function opened(name = "nb.ipynb", host = aHost()): Promise<{ host: Host; session: NotebookSession }> {
  const session = await host.openNotebook(at(name));
  session.keep();
  await session.durable();
  return { host, session };
}

function type(session: NotebookSession, source: string): void {
  session.live.apply({ type: "set-source", id: first, source }, by);
}

const sourceOf = (session: NotebookSession): string | undefined => session.live.cell(first)?.source;

describe("an open notebook that is renamed", () => {
  test("stays the same notebook, goes on under its new name, and is found by its id", async () => {
    const { host, session } = await opened();
    const events: unknown[] = [];
    session.on((event) => event.type === "path" && events.push(event.path));
    type(session, "x = 1");
    mkdirSync(at("sub"));
    await host.moveNotebook(session.id, at("sub/new.ipynb"));
    expect([session.path, events]).toEqual([at("sub/new.ipynb"), [at("sub/new.ipynb")]]);
    expect(host.notebook(session.id)).toBe(session);
    expect(await host.openNotebook(at("sub/new.ipynb"))).toBe(session);
    expect(readdirSync(folder)).toEqual(["sub"]);
    type(session, "x = 2");
    await session.save();
    expect(readdirSync(at("sub"))).toEqual(["new.ipynb"]);
    expect(text("sub/new.ipynb")).toBe(fileWith("x = 2"));
    await host.close();

    const next = aHost();
    const again = await next.reopenNotebook(session.id);
    expect([again?.id, again?.path]).toEqual([session.id, at("sub/new.ipynb")]);
    expect(readFileSync(at("sub/new.ipynb"), "utf8")).toBe(fileWith("x = 2"));
  });

  test("takes the changes of other programs under its new name", async () => {
    const { host, session } = await opened();
    await host.moveNotebook(session.id, at("new.ipynb"));
    put("new.ipynb", "x = 7");
    await waitFor("their change", () => sourceOf(session) === "x = 7");
  });

  test("never takes the place of another file, and stays what it was", async () => {
    put("other.ipynb", "y = 0");
    const { host, session } = await opened();
    await expect(host.moveNotebook(session.id, at("other.ipynb"))).rejects.toMatchObject({
      code: "notebook-exists",
    });
    await expect(host.moveNotebook(session.id, at("no/where.ipynb"))).rejects.toMatchObject({
      code: "no-such-folder",
    });
    await expect(host.moveNotebook(session.id, at("name.txt"))).rejects.toMatchObject({ code: "bad-name" });
    expect(text("other.ipynb")).toBe(fileWith("y = 0"));
    type(session, "x = 1");
    await session.save();
    expect(text("nb.ipynb")).toBe(fileWith("x = 1"));
    // What was refused left nothing behind.
    const other = await aHost().openNotebook(at("other.ipynb"));
    expect(other.id).not.toBe(session.id);
  });

  test("is refused where another process has the new name, though the file is gone", async () => {
    put("other.ipynb", "y = 0");
    await opened("other.ipynb");
    rmSync(at("other.ipynb"));
    const { host, session } = await opened();
    await expect(host.moveNotebook(session.id, at("other.ipynb"))).rejects.toMatchObject({
      code: "open-elsewhere",
    });
    expect(session.path).toBe(at("nb.ipynb"));
  });

  test("and another that wants the same name: one of them gets it", async () => {
    put("b.ipynb", "b = 0");
    const host = aHost();
    const one = await opened("nb.ipynb", host);
    const two = await opened("b.ipynb", host);
    const results = await Promise.allSettled(
      [one, two].map(({ session }) => host.moveNotebook(session.id, at("c.ipynb"))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const sources = readdirSync(folder).map((name) => JSON.parse(text(name)).cells[0].source);
    expect(sources.sort()).toEqual(["b = 0", "x = 0"]);
  });

  test("again and again while somebody types loses nothing", async () => {
    const { host, session } = await opened();
    for (let round = 1; round <= 20; round++) {
      type(session, `x = ${round}`);
      const moving = host.moveNotebook(session.id, at(`nb-${round}.ipynb`));
      type(session, `x = ${round}.5`);
      if (round % 3 === 0) void session.save();
      await moving;
    }
    expect((await session.save()).type).toBe("saved");
    expect(readdirSync(folder)).toEqual(["nb-20.ipynb"]);
    expect(text("nb-20.ipynb")).toBe(fileWith("x = 20.5"));
  });

  test("by a symbolic link renames the link", async () => {
    mkdirSync(at("real"));
    renameSync(at("nb.ipynb"), at("real/nb.ipynb"));
    symlinkSync("real/nb.ipynb", at("link.ipynb"));
    const { host, session } = await opened("link.ipynb");
    mkdirSync(at("sub"));
    await host.moveNotebook(session.id, at("sub/link.ipynb"));
    type(session, "x = 1");
    await session.save();
    expect(text("real/nb.ipynb")).toBe(fileWith("x = 1"));
    expect(text("sub/link.ipynb")).toBe(fileWith("x = 1"));
    expect(existsSync(at("link.ipynb"))).toBe(false);
  });

  test("keeps its run, and its runs of before are found under the new name", async () => {
    const { host, session } = await opened();
    const start = (id: RunId) =>
      host.startRun({
        runId: id,
        input: { notebookId: session.id },
        output: { type: "in-place" },
        options: {},
        by: ana,
      });
    const [before, live] = [RunId.create(), RunId.create()];
    await (await start(before)).ended;
    const run = await start(live);
    await host.moveNotebook(session.id, at("new.ipynb"));
    expect(run.snapshot()).toMatchObject({ inputPath: at("new.ipynb"), outputPath: at("new.ipynb") });
    expect((await run.ended).status).toBe("completed");
    const history = await host.runHistory({ inputPath: at("new.ipynb") });
    expect(history.map(({ id }) => id).sort()).toEqual([before, live].sort());
    expect(history.map(({ outputPath }) => outputPath)).toEqual([at("new.ipynb"), at("new.ipynb")]);
    expect(readdirSync(folder)).toEqual(["new.ipynb"]);
  });
});

describe("an open notebook that is saved under another name", () => {
  test("goes on there; the file of before stays as it was saved last", async () => {
    const { host, session } = await opened();
    type(session, "x = 1");
    await session.save();
    type(session, "x = 2");
    await host.saveNotebookAs(session.id, at("new.ipynb"));
    expect([text("nb.ipynb"), text("new.ipynb")]).toEqual([fileWith("x = 1"), fileWith("x = 2")]);
    expect(session.path).toBe(at("new.ipynb"));
    type(session, "x = 3");
    await session.save();
    expect([text("nb.ipynb"), text("new.ipynb")]).toEqual([fileWith("x = 1"), fileWith("x = 3")]);
    // The old file is a notebook of its own now.
    const old = await aHost().openNotebook(at("nb.ipynb"));
    expect([old.id === session.id, sourceOf(old)]).toEqual([false, "x = 1"]);
    await expect(host.saveNotebookAs(session.id, at("nb.ipynb"))).rejects.toMatchObject({
      code: "notebook-exists",
    });
  });

  test("merges what others change there against what was saved there", async () => {
    const { host, session } = await opened();
    type(session, "x = 2");
    await host.saveNotebookAs(session.id, at("new.ipynb"));
    put("new.ipynb", "x = 2  # theirs");
    await waitFor("their change", () => sourceOf(session) === "x = 2  # theirs");
    expect(session.conflicts.list()).toEqual([]);
  });

  test("and a copy holds what is not saved yet, and leaves it where it is", async () => {
    const { host, session } = await opened();
    type(session, "x = 1");
    await host.copyNotebook(session.id, at("copy.ipynb"));
    expect([session.path, text("copy.ipynb")]).toEqual([at("nb.ipynb"), fileWith("x = 1")]);
    await expect(host.copyNotebook(session.id, at("copy.ipynb"))).rejects.toMatchObject({
      code: "notebook-exists",
    });
  });
});

describe("a notebook that is not open", () => {
  test("keeps its room when it is moved, with edits that a dead process did not save", async () => {
    const { host, session } = await opened();
    type(session, "x = 1");
    await session.durable();
    await host.close();
    await aHost().moveFile(at("nb.ipynb"), at("new.ipynb"));
    const again = await aHost().openNotebook(at("new.ipynb"));
    expect([again.id, sourceOf(again)]).toEqual([session.id, "x = 1"]);
  });

  test("that another process has open is told to be there", async () => {
    await opened();
    await expect(aHost().moveFile(at("nb.ipynb"), at("new.ipynb"))).rejects.toMatchObject({
      code: "open-elsewhere",
      message: expect.stringContaining(String(process.pid)),
    });
    expect(readdirSync(folder)).toEqual(["nb.ipynb"]);
  });

  test("is copied byte for byte, never over another", async () => {
    writeFileSync(at("odd.ipynb"), "{ not a notebook");
    const host = aHost();
    await host.copyFile(at("odd.ipynb"), at("copy.ipynb"));
    await host.moveFile(at("odd.ipynb"), at("moved.ipynb"));
    expect([text("copy.ipynb"), text("moved.ipynb")]).toEqual(["{ not a notebook", "{ not a notebook"]);
    await expect(host.copyFile(at("moved.ipynb"), at("nb.ipynb"))).rejects.toMatchObject({
      code: "notebook-exists",
    });
    await expect(host.moveFile(at("gone.ipynb"), at("x.ipynb"))).rejects.toMatchObject({
      code: "no-such-file",
    });
  });
});

describe("a notebook that is deleted here", () => {
  let home: string | undefined;
  beforeEach(() => {
    home = process.env.XDG_DATA_HOME;
    process.env.XDG_DATA_HOME = join(state, "data");
    onTestFinished(() => {
      if (home === undefined) delete process.env.XDG_DATA_HOME;
      else process.env.XDG_DATA_HOME = home;
    });
  });
  const inTrash = (): string => readFileSync(join(state, "data/Trash/files/nb.ipynb"), "utf8");

  test("is saved, closed and in the trash; brought back it is the notebook that it was", async () => {
    const { host, session } = await opened();
    type(session, "x = 1");
    await host.trashFile(at("nb.ipynb"));
    expect([host.notebooks(), readdirSync(folder), inTrash()]).toEqual([[], [], fileWith("x = 1")]);
    renameSync(join(state, "data/Trash/files/nb.ipynb"), at("nb.ipynb"));
    expect((await aHost().openNotebook(at("nb.ipynb"))).id).toBe(session.id);
  });

  test("is not while its run goes on, nor while another process has it", async () => {
    const { host, session } = await opened();
    await expect(aHost().trashFile(at("nb.ipynb"))).rejects.toMatchObject({ code: "open-elsewhere" });
    session.live.apply({ type: "set-cell-metadata", id: first, key: "tags", value: ["hold"] }, by);
    await host.startRun({
      runId: RunId.create(),
      input: { notebookId: session.id },
      output: { type: "in-place" },
      options: {},
      by: ana,
    });
    await expect(host.trashFile(at("nb.ipynb"))).rejects.toMatchObject({ code: "run-goes-on" });
    expect(host.notebook(session.id)).toBe(session);
  });
});
