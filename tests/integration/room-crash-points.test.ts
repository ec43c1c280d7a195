/**
 * A save has many points at which the process can end: whichever it is, the next process finds neither a loss nor
 * a conflict. Each point is made by stopping the real parts there and opening again as another process would.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import type { DocumentStore } from "../../src/document/document-store.ts";
import { NotebookFiles } from "../../src/store/files/notebook-files.ts";
import { MemoryRunLedger } from "../../src/store/memory/run-ledger.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";

const first = CellId.of("a");
const by = { type: "person", label: "ana" } as const;
let base: string;
let file: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "loopbook-points-"));
  file = join(base, "nb.ipynb");
  writeFileSync(file, fileWith("x = 0"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
});

function fileWith(source: string, more: readonly string[] = []): string {
  const cell = (id: string, text: string) => ({
    ...{ cell_type: "code", execution_count: null, id, metadata: {}, outputs: [] },
    source: text,
  });
  const cells = [cell("a", source), ...more.map((text, index) => cell(`more-${index}`, text))];
  return `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

/** Where this process keeps rooms; a copy of it is what another process finds after a crash. */
let states = 0;
const stateFolder = (): string => join(base, `state-${states}`);

function aHost(documentStore?: DocumentStore): Host {
  const host = createLocalHost({
    stateFolder: stateFolder(),
    version: "0",
    kernels: new ScriptedProvider(() => ({})),
    runStore: new MemoryRunLedger(),
    ...(documentStore && { documentStore }),
  });
  onTestFinished(() => host.close());
  return host;
}

/** What is on disk at this moment, as the next process will find it: nothing that the old one does later is seen. */
function crash(): { restart(): Promise<NotebookSession> } {
  const from = stateFolder();
  states++;
  cpSync(from, stateFolder(), { recursive: true });
  rmSync(join(stateFolder(), "rooms", "leases"), { recursive: true, force: true });
  const content = readFileSync(file);
  return {
    restart: () => {
      writeFileSync(file, content);
      return aHost().openNotebook(file);
    },
  };
}

const sourceOf = (session: NotebookSession): string | undefined => session.live.cell(first)?.source;
const conflicts = (): string[] => readdirSync(base).filter((name) => name.includes("conflict"));

async function anEditedNotebook(store?: DocumentStore): Promise<NotebookSession> {
  const session = await aHost(store).openNotebook(file);
  session.keep();
  await session.durable();
  session.live.apply({ type: "set-source", id: first, source: "x = 1" }, by);
  await session.durable();
  return session;
}

type Point = "before the intent" | "between intent and rename" | "between rename and mark" | "after the mark";

/** A store that tells when a save has come to a point. */
function watched(reached: (point: Point) => Promise<void>): DocumentStore {
  const files = new NotebookFiles();
  return Object.assign(Object.create(files) as NotebookFiles, {
    save: async (...[path, notebook, hooks]: Parameters<NotebookFiles["save"]>) => {
      const result = await files.save(path, notebook, {
        beforeReplace: async (hash) => {
          await reached("before the intent");
          await hooks?.beforeReplace(hash);
          await reached("between intent and rename");
        },
      });
      await reached("between rename and mark");
      return result;
    },
  });
}

describe.each<Point>([
  "before the intent",
  "between intent and rename",
  "between rename and mark",
  "after the mark",
])("a process that ends %s", (point) => {
  test.each(["at once", "with an edit more"])("is neither loss nor conflict, %s", async (when) => {
    let found: ReturnType<typeof crash> | undefined;
    let expected = "x = 1";
    const reached = async (here: Point): Promise<void> => {
      if (here !== point) return;
      if (when === "with an edit more") {
        session.live.apply({ type: "set-source", id: first, source: "x = 2" }, by);
        expected = "x = 2";
        await session.durable();
      }
      found = crash();
    };
    const session = await anEditedNotebook(watched(reached));
    await session.save();
    await reached("after the mark");
    if (!found) throw new Error("never there");
    const again = await found.restart();
    expect(again.id).toBe(session.id);
    expect(sourceOf(again)).toBe(expected);
    expect(conflicts()).toEqual([]);
    await again.save();
    expect(again.saveState().type).toBe("saved");
    expect(readFileSync(file, "utf8")).toBe(fileWith(expected));
  });
});

describe("while nobody had it open, the file", () => {
  test("stayed as it was: opening and closing does not touch it", async () => {
    const host = aHost();
    const session = await host.openNotebook(file);
    session.keep();
    await session.durable();
    await host.close();
    const before = readFileSync(file, "utf8");
    const again = await aHost().openNotebook(file);
    expect(again.id).toBe(session.id);
    expect(again.saveState().type).toBe("saved");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("was changed, and all was saved: the change is taken over, history and id stay", async () => {
    const host = aHost();
    const session = await host.openNotebook(file);
    session.keep();
    session.live.apply({ type: "set-source", id: first, source: "x = 1" }, by);
    await host.close();
    writeFileSync(file, fileWith("x = 5", ["y = 6"]));
    const again = await aHost().openNotebook(file);
    expect(again.id).toBe(session.id);
    expect(again.live.toNotebook().cells.map(({ source }) => source)).toEqual(["x = 5", "y = 6"]);
    expect(conflicts()).toEqual([]);
    expect((await again.save()).type).toBe("saved");
    expect(readFileSync(file, "utf8")).toBe(fileWith("x = 5", ["y = 6"]));
  });

  test("vanished, and there are edits that were not saved: they come back", async () => {
    const session = await anEditedNotebook();
    crash();
    rmSync(file);
    const again = await aHost().openNotebook(file);
    expect(again.id).toBe(session.id);
    expect(sourceOf(again)).toBe("x = 1");
    await again.save();
    expect(readFileSync(file, "utf8")).toBe(fileWith("x = 1"));
  });

  test("was broken by somebody, and there are edits that were not saved: a copy of it is kept", async () => {
    await anEditedNotebook();
    crash();
    writeFileSync(file, '{"cells": [');
    const again = await aHost().openNotebook(file);
    expect(sourceOf(again)).toBe("x = 1");
    expect(conflicts()).toHaveLength(1);
    expect(readFileSync(join(base, conflicts()[0] ?? ""), "utf8")).toBe('{"cells": [');
  });
});

describe("edits that were not saved, and another program's", () => {
  async function meet(theirs: string, forget?: () => void): Promise<NotebookSession> {
    await anEditedNotebook();
    crash();
    forget?.();
    writeFileSync(file, theirs);
    return aHost().openNotebook(file);
  }

  test("of different cells become one", async () => {
    const again = await meet(fileWith("x = 0", ["z = 1"]));
    expect(again.live.toNotebook().cells.map(({ source }) => source)).toEqual(["x = 1", "z = 1"]);
    await again.save();
    expect(readFileSync(file, "utf8")).toBe(fileWith("x = 1", ["z = 1"]));
    expect(conflicts()).toEqual([]);
  });

  test("of one word are a conflict in the document, which keeps both", async () => {
    const again = await meet(fileWith("x = 9"));
    expect(again.conflicts.list()).toHaveLength(1);
    await again.save();
    expect(readFileSync(file, "utf8")).toContain("x = 9");
    expect(readFileSync(file, "utf8")).toContain("x = 1");
  });

  test("without the version that both began with are kept side by side", async () => {
    const theirs = fileWith("x = 9", ["z = 1"]);
    const again = await meet(theirs, () => {
      const rooms = join(stateFolder(), "rooms");
      const [room = ""] = readdirSync(rooms).filter((name) => name.startsWith("nb_"));
      for (const name of readdirSync(join(rooms, room)))
        if (name.startsWith("base-")) rmSync(join(rooms, room, name));
    });
    expect(sourceOf(again)).toBe("x = 1");
    const [copy = ""] = conflicts();
    expect(copy).toMatch(/^nb\.conflict-\d{8}T\d{6}\.ipynb$/);
    expect(readFileSync(join(base, copy), "utf8")).toBe(theirs);
    await again.save();
    expect(readFileSync(file, "utf8")).toBe(fileWith("x = 1"));
  });
});

test("a run of a notebook whose last edits a dead process left unsaved runs what people saw", async () => {
  await anEditedNotebook();
  crash();
  const output = { type: "path", path: join(base, "out.ipynb") } as const;
  const host = aHost();
  const party = { kind: "person", who: "ana", using: "cli", displayName: "Ana" } as const;
  const run = await host.startRun({
    runId: RunId.create(),
    input: { path: file },
    output,
    options: {},
    by: party,
  });
  await run.ended;
  await host.close();
  expect(readFileSync(output.path, "utf8")).toContain("x = 1");
  expect(readFileSync(file, "utf8")).toBe(fileWith("x = 1"));
});
