import { expect, test } from "vitest";
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { Notebook } from "../nbformat/notebook.ts";
import type { SaveState } from "../usecases/notebook-session.ts";
import { CellId } from "../util/ids.ts";
import { Autosave } from "./autosave.ts";
import { ManualClock } from "./manual-clock.ts";

const ana: EditOrigin = { type: "person", label: "ana" };

function aNotebookOnADisk(results: SaveResult[] = []) {
  const clock = new ManualClock();
  const live = createLiveNotebook({
    cells: [{ id: "a", cell_type: "markdown", metadata: {}, source: "" }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const saved: { atMs: number; source: string | undefined }[] = [];
  const store: DocumentStore = {
    load: () => Promise.reject(new Error("not needed")),
    save: async (_path: string, notebook: Notebook) => {
      saved.push({ atMs: clock.now(), source: notebook.cells[0]?.source });
      return results.shift() ?? { type: "saved", contentHash: "" };
    },
  };
  const states: SaveState[] = [];
  const autosave = new Autosave({
    live,
    store,
    path: "/nb.ipynb",
    clock,
    onState: (state) => states.push(state),
  });
  const type = (source: string): void => {
    live.apply({ type: "set-source", id: CellId.of("a"), source }, ana);
  };
  return { clock, autosave, saved, states, type };
}

test("is saved by itself, and says so once each way", async () => {
  const { clock, saved, states, type } = aNotebookOnADisk();
  type("x");
  type("xy");
  await clock.pass(10_000);
  expect(saved).toEqual([{ atMs: 1_000, source: "xy" }]);
  expect(states).toEqual([{ type: "unsaved" }, { type: "saved", atMs: 1_000 }]);
});

test("a failure is told, tried again, and the next success told", async () => {
  const failure: SaveResult = { type: "failed", code: "disk-full", reason: "No space is left." };
  const { clock, autosave, saved, states, type } = aNotebookOnADisk([failure, failure]);
  type("x");
  await clock.pass(1_000);
  expect(autosave.state()).toEqual({ type: "failed", reason: "No space is left.", atMs: 1_000 });
  await clock.pass(60_000);
  expect(saved.map(({ atMs }) => atMs)).toEqual([1_000, 2_000, 4_000]);
  expect(states.at(-1)).toEqual({ type: "saved", atMs: 4_000 });
});

test("a save that is asked for does not wait, also not for a long pause after failures", async () => {
  const failure: SaveResult = { type: "failed", code: "read-only", reason: "Read-only." };
  const { clock, autosave, saved, type } = aNotebookOnADisk(Array(6).fill(failure));
  type("x");
  await clock.pass(40_000);
  expect(await autosave.save()).toEqual({ type: "saved", atMs: 40_000 });
  type("y");
  await clock.pass(1_000);
  expect(saved.at(-1)).toEqual({ atMs: 41_000, source: "y" });
});

test("nothing unsaved, nothing written", async () => {
  const { autosave, saved } = aNotebookOnADisk();
  await autosave.save();
  expect(saved).toEqual([]);
});
