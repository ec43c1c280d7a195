/** What an open notebook does when another program moves or deletes its file. */
import {
  copyFileSync,
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
import { CellId } from "../../src/util/ids.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { waitFor } from "./server/wait-for.ts";

const first = CellId.of("a");
const by = { type: "person", label: "ana" } as const;
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

describe("a file that another program takes away", () => {
  test("under another name is followed, also into another folder", async () => {
    const { host, session } = await opened();
    const moved: unknown[] = [];
    host.onMoved(({ from, to }) => moved.push([from, to]));
    mkdirSync(at("sub"));
    renameSync(at("nb.ipynb"), at("sub/theirs.ipynb"));
    await waitFor("it to follow", () => session.path === at("sub/theirs.ipynb"));
    expect(moved).toEqual([[at("nb.ipynb"), at("sub/theirs.ipynb")]]);
    type(session, "x = 1");
    expect((await session.save()).type).toBe("saved");
    expect(text("sub/theirs.ipynb")).toBe(fileWith("x = 1"));
    expect(readdirSync(folder)).toEqual(["sub"]);
  });

  test("with its folder, which has another name now, is followed too", async () => {
    mkdirSync(at("lab"));
    renameSync(at("nb.ipynb"), at("lab/nb.ipynb"));
    const { session } = await opened("lab/nb.ipynb");
    renameSync(at("lab"), at("lab-2026"));
    await waitFor("it to follow", () => session.path === at("lab-2026/nb.ipynb"));
    type(session, "x = 1");
    expect((await session.save()).type).toBe("saved");
    expect([readdirSync(folder), text("lab-2026/nb.ipynb")]).toEqual([["lab-2026"], fileWith("x = 1")]);
  });

  test("with its folder for good is a folder that is gone: saving goes on when it is back", async () => {
    mkdirSync(at("disk"));
    renameSync(at("nb.ipynb"), at("disk/nb.ipynb"));
    const { session } = await opened("disk/nb.ipynb");
    rmSync(at("disk"), { recursive: true });
    type(session, "x = 1");
    await waitFor("the state", () => session.saveState().type === "failed");
    mkdirSync(at("disk"));
    await waitFor("the state", () => session.saveState().type === "missing");
    expect((await session.save({ again: true })).type).toBe("saved");
    expect(text("disk/nb.ipynb")).toBe(fileWith("x = 1"));
  });

  test("behind a link is followed by its own name", async () => {
    mkdirSync(at("real"));
    renameSync(at("nb.ipynb"), at("real/nb.ipynb"));
    symlinkSync("real/nb.ipynb", at("link.ipynb"));
    const { host, session } = await opened("link.ipynb");
    renameSync(at("real/nb.ipynb"), at("real/new.ipynb"));
    await waitFor("it to follow", () => session.path === at("real/new.ipynb"));
    type(session, "x = 1");
    await session.save();
    await host.close();
    expect(text("real/new.ipynb")).toBe(fileWith("x = 1"));
    expect((await aHost().openNotebook(at("real/new.ipynb"))).id).toBe(session.id);
  });

  test("by copying is offered, and not taken for granted", async () => {
    put("twin.ipynb", "x = 0");
    const { host, session } = await opened();
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    expect(session.saveState()).toMatchObject({ movedTo: at("twin.ipynb") });
    expect(session.path).toBe(at("nb.ipynb"));
    await host.followNotebook(session.id);
    type(session, "x = 1");
    expect((await session.save()).type).toBe("saved");
    expect([session.path, readdirSync(folder)]).toEqual([at("twin.ipynb"), ["twin.ipynb"]]);
    await expect(host.followNotebook(session.id)).rejects.toMatchObject({ code: "not-missing" });
  });

  test("for good is told, and made anew when somebody says so", async () => {
    const { session } = await opened();
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    expect(session.saveState()).toMatchObject({ movedTo: null });
    type(session, "x = 1");
    expect([readdirSync(folder), session.saveState().type]).toEqual([[], "missing"]);
    expect((await session.save({ again: true })).type).toBe("saved");
    expect(text("nb.ipynb")).toBe(fileWith("x = 1"));
  });

  test("and brings back is taken up again", async () => {
    const { session } = await opened();
    copyFileSync(at("nb.ipynb"), at("kept"));
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    renameSync(at("kept"), at("nb.ipynb"));
    await waitFor("it to be back", () => session.saveState().type === "saved");
    type(session, "x = 1");
    await waitFor("it to be saved", () => text("nb.ipynb") === fileWith("x = 1"));
  });

  test("is saved under another name when it is renamed here", async () => {
    const { host, session } = await opened();
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    await host.moveNotebook(session.id, at("new.ipynb"));
    expect([text("new.ipynb"), session.path]).toEqual([fileWith("x = 0"), at("new.ipynb")]);
    await waitFor("it to be saved", () => session.saveState().type === "saved");
  });

  test("holds edits that come back to its place when it is closed", async () => {
    const { host, session } = await opened();
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    type(session, "x = 1");
    await host.close();
    expect(text("nb.ipynb")).toBe(fileWith("x = 1"));
  });

  test("without edits stays away when it is closed", async () => {
    const { host, session } = await opened();
    rmSync(at("nb.ipynb"));
    await waitFor("the state", () => session.saveState().type === "missing");
    await host.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
