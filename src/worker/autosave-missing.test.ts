/** What saving does when another program takes the file away, in time that the test makes pass. */
import { expect, test } from "vitest";
import type { DocumentStore, SaveHooks, SaveResult } from "../document/document-store.ts";
import type { MovedFile, OutsideVersions } from "../document/outside-versions.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { Notebook } from "../nbformat/notebook.ts";
import type { SaveState } from "../usecases/notebook-session.ts";
import { CellId } from "../util/ids.ts";
import { Autosave } from "./autosave.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { OutsideChanges } from "./outside-changes.ts";

function aFile(more: {
  readonly mustWrite?: boolean;
  readonly found?: MovedFile;
  readonly follows?: boolean;
}) {
  const clock = new ManualClock();
  const live = createLiveNotebook({
    cells: [{ id: "a", cell_type: "markdown", metadata: {}, source: "" }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const disk = { isThere: true, hasFolder: true, writes: [] as string[] };
  const versions: OutsideVersions & DocumentStore = {
    load: () => Promise.reject(new Error("not needed")),
    save: async (path: string, _notebook: Notebook, hooks?: SaveHooks): Promise<SaveResult> => {
      if (!disk.hasFolder) return { type: "failed", code: "no-folder", reason: "Its folder is gone." };
      if (!disk.isThere && hooks?.mustExist)
        return { type: "failed", code: "missing", reason: "It is gone." };
      disk.isThere = true;
      disk.writes.push(path);
      return { type: "saved", contentHash: "" };
    },
    takeLoaded: () => null,
    takeOutside: async () => {
      if (disk.isThere) return { type: "none" };
      return disk.hasFolder ? { type: "missing" } : { type: "missing", withFolder: true };
    },
    watch: () => () => {},
    conflictCopies: async () => [],
    readCopy: () => Promise.reject(new Error("not needed")),
  };
  const states: SaveState["type"][] = [];
  const followed: string[] = [];
  const autosave: Autosave = new Autosave({
    live,
    store: versions,
    path: "/nb.ipynb",
    clock,
    outside: new OutsideChanges({ live, versions, path: "/nb.ipynb", isUnsaved: false }),
    onState: ({ type }) => states.push(type),
    missing: {
      mustWrite: () => more.mustWrite ?? false,
      find: async () => more.found ?? null,
      follow: async (path) => {
        if (!more.follows) return false;
        await autosave.between(async () => autosave.movedTo(path));
        disk.isThere = true;
        followed.push(path);
        return true;
      },
    },
  });
  const type = (source: string): void => {
    live.apply({ type: "set-source", id: CellId.of("a"), source }, { type: "person", label: "ana" });
  };
  const takeAway = async (): Promise<void> => {
    disk.isThere = false;
    autosave.lookOutside();
    await settled();
  };
  return { clock, autosave, disk, states, followed, type, takeAway };
}

test("a file that is replaced by deleting it first is no news", async () => {
  const { clock, disk, states, takeAway, autosave } = aFile({});
  await takeAway();
  await clock.pass(300);
  disk.isThere = true;
  autosave.lookOutside();
  await clock.pass(5_000);
  expect(states).toEqual([]);
});

test("a file that is gone is told after a moment, and no edit ever brings it back by itself", async () => {
  const { clock, disk, states, takeAway, type, autosave } = aFile({});
  await takeAway();
  await clock.pass(1_000);
  expect(states).toEqual(["missing"]);
  type("x");
  await clock.pass(600_000);
  expect([states, disk.writes]).toEqual([["missing"], []]);
  expect((await autosave.save()).type).toBe("saved");
  expect(disk.writes).toEqual(["/nb.ipynb"]);
});

test("an edit in the very moment does not make it anew either", async () => {
  const { clock, disk, states, type } = aFile({});
  type("x");
  disk.isThere = false;
  await clock.pass(60_000);
  expect([states, disk.writes]).toEqual([["unsaved", "missing"], []]);
});

test("where a run was asked to write it, it is made anew, but not over a move", async () => {
  const run = aFile({ mustWrite: true });
  run.type("x");
  await run.takeAway();
  await run.clock.pass(5_000);
  expect(run.disk.writes).toEqual(["/nb.ipynb"]);
  expect(run.states.at(-1)).toBe("saved");

  const moved = aFile({ mustWrite: true, found: { path: "/new.ipynb", isCertain: true }, follows: true });
  moved.type("x");
  await moved.takeAway();
  await moved.clock.pass(10_000);
  expect([moved.followed, moved.disk.writes]).toEqual([["/new.ipynb"], ["/new.ipynb"]]);
});

test("a move that cannot be followed, or is not certain, is left to somebody", async () => {
  for (const found of [
    { path: "/new.ipynb", isCertain: true },
    { path: "/new.ipynb", isCertain: false },
  ]) {
    const { clock, autosave, followed, takeAway } = aFile({ found, follows: false });
    await takeAway();
    await clock.pass(1_000);
    expect(autosave.state()).toMatchObject({ type: "missing", movedTo: "/new.ipynb" });
    expect(followed).toEqual([]);
  }
});

test("a folder that is gone and comes back, its file a moment later: saved at once, and never told to be moved", async () => {
  const { clock, autosave, disk, states, takeAway, type } = aFile({});
  disk.hasFolder = false;
  await takeAway();
  type("x");
  // Long enough for pauses of a minute between two tries.
  await clock.pass(300_000);
  expect(new Set(states)).toEqual(new Set(["unsaved", "failed"]));
  disk.hasFolder = true;
  autosave.lookOutside();
  await settled();
  await clock.pass(300);
  disk.isThere = true;
  autosave.lookOutside();
  await settled();
  await clock.pass(3_000);
  expect(states).not.toContain("missing");
  expect([states.at(-1), disk.writes]).toEqual(["saved", ["/nb.ipynb"]]);
});

test("a folder that comes back without the file: told, and not made anew", async () => {
  const { clock, autosave, disk, states, takeAway, type } = aFile({});
  disk.hasFolder = false;
  await takeAway();
  type("x");
  await clock.pass(10_000);
  disk.hasFolder = true;
  autosave.lookOutside();
  await settled();
  await clock.pass(500);
  expect(states).not.toContain("missing");
  await clock.pass(60_000);
  expect([states.at(-1), disk.writes]).toEqual(["missing", []]);
});
